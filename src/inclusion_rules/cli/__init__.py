"""PKG cli"""

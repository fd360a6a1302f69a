"""PKG reporting"""

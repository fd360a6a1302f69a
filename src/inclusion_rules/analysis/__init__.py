"""PKG analysis"""

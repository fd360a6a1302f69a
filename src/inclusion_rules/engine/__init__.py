"""PKG engine"""

"""An export at an address that others read: all of it, or the one before."""

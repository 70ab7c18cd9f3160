"""The site's signing keys, signed statements, and the public log."""

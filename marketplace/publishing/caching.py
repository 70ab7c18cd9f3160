"""How long others may keep what is public and named by its content."""

FOREVER = "public, max-age=31536000, immutable"

"""Feeds, similar works and search in large shops: `make bench-recommendations`."""

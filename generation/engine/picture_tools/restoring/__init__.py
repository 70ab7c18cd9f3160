"""Restoration: eight kinds of damage, how each is found, mended and recorded."""

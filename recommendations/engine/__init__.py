"""Encoders that turn words and pictures into vectors. No Django, and at run time no torch."""

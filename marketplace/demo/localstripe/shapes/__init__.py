"""Builders of API objects: every field of the published example objects, with what this server knows filled in."""

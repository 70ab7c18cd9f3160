"""A person's saved searches."""

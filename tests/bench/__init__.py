"""Measures, each a command of its own. They print `name: value` lines."""

"""Generations by program: quoted, ordered, watched, cancelled."""

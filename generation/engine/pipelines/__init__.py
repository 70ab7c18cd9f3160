"""Loads any diffusers model and makes pictures with it."""

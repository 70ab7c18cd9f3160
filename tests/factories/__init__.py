"""Factories that make real rows, by domain."""

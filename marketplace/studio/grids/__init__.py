"""Prompt grids: one order of many single pictures that differ along one or two axes."""

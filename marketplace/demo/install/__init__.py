"""`make setup`: the virtual environment, its packages, tools that are not Python's, and files made from the sources.

Runs before anything is installed, so it uses the standard library alone.
"""

"""A local payment service that the official ``stripe`` SDK talks to by its API base alone.

It runs as a process of its own, keeps its objects, events, books and idempotency keys in one SQLite file, and
imports nothing of the shop. ``python -m marketplace.demo.localstripe --help`` lists every option.
"""

API_VERSION = "2026-10-28.endive"
"""The one API version whose object shapes are served: the default of stripe-python 16.1."""

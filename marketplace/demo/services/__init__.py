"""The embedded services: PostgreSQL, object storage and the outbox, each a foreground process.

Each module runs by `python -m marketplace.demo.services.NAME`, keeps its data in the state folder,
answers SIGINT and SIGTERM by an orderly stop, and dies with the process that started it.
"""

"""How many statements a page sends to the database. Run with the shop's settings; prints `path: count` lines.

The second time that the page is asked for: the first also makes a session and records the look.
"""

from __future__ import annotations

import os
import sys
from typing import Any


def main() -> None:
    """Arguments: an e-mail address to sign in as (or `-`), then paths."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    import django

    django.setup()
    from django.db import connection
    from django.test import Client

    from marketplace.accounts.models import User

    email, *paths = sys.argv[1:]
    client = Client(SERVER_NAME="127.0.0.1")
    if email != "-":
        client.force_login(User.objects.get(email=email), backend="django.contrib.auth.backends.ModelBackend")
    for path in paths:
        counted = 0

        def count(execute: Any, *arguments: Any) -> Any:
            nonlocal counted
            counted += 1
            return execute(*arguments)

        client.get(path)
        with connection.execute_wrapper(count):
            status = client.get(path).status_code
        if status != 200:
            sys.exit(f"{path} was answered {status}")
        sys.stdout.write(f"{path}: {counted}\n")


if __name__ == "__main__":
    main()

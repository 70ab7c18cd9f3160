"""Grant the generation worker's database role exactly what it needs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from generation.worker_role import DEFAULT_ROLE, grant_worker_rights, role_exists


class Command(BaseCommand):
    """``manage.py setup_worker_role [--role NAME]``; the role itself is made by whoever runs the server."""

    help = "Set the rights of the generation worker's database role: its rows of the queue and report_progress."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", default=DEFAULT_ROLE)

    def handle(self, *args: Any, role: str, **options: Any) -> None:
        if not role_exists(connection, role):
            raise CommandError(
                f"The server knows no role {role}. Make it first, as a superuser:\n"
                f"  CREATE ROLE {role} LOGIN PASSWORD '…';"
            )
        with transaction.atomic():
            grant_worker_rights(connection, role)
        self.stdout.write(f"{role} may use its rows of the queue and report_progress, and nothing else.")

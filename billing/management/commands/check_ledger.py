from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.checks import ledger_figures


class Command(BaseCommand):
    help = "Verify every invariant of the ledger; one `name: value` a line. Ends with an error where one is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        figures = ledger_figures()
        for figure in figures:
            self.stdout.write(f"{figure.name}: {figure.value}")
        broken = [figure.name for figure in figures if figure.is_fault and figure.value]
        self.stdout.write(f"broken_invariants: {len(broken)}")
        if broken:
            raise CommandError(f"the ledger is broken: {', '.join(broken)}")

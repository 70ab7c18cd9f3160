from typing import Any

from django.core.management.base import BaseCommand

from billing.services import sync_catalogue


class Command(BaseCommand):
    help = "Bring credit packs and plans into line with billing/catalogue.py, here and at Stripe. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"on sale: {', '.join(sync_catalogue())}")

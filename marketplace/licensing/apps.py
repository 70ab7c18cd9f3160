from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LicensingConfig(AppConfig):
    name = "marketplace.licensing"
    label = "licensing"

    def ready(self) -> None:
        from marketplace.catalog.audiences import register_holdings
        from marketplace.licensing.selectors import works_held_by
        from marketplace.licensing.services.wordings import after_migrations

        post_migrate.connect(after_migrations, sender=self, dispatch_uid="licensing.wordings")
        register_holdings(works_held_by)

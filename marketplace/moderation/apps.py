from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "marketplace.moderation"
    label = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        from marketplace.moderation.services.moderators import after_migrations

        post_migrate.connect(after_migrations, sender=self, dispatch_uid="moderation.group")

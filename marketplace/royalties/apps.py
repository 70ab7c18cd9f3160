from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoyaltiesConfig(AppConfig):
    name = "marketplace.royalties"
    label = "royalties"
    verbose_name = _("Royalties")

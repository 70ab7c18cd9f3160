from django.apps import AppConfig


class TransparencyConfig(AppConfig):
    name = "marketplace.transparency"
    label = "transparency"

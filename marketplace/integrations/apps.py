from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "marketplace.integrations"
    label = "integrations"

    def ready(self) -> None:
        from marketplace.integrations import receivers

        receivers.connect()

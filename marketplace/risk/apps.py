from django.apps import AppConfig


class RiskConfig(AppConfig):
    name = "marketplace.risk"
    label = "risk"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from marketplace.risk import receivers

        user_logged_in.connect(receivers.note_sign_in, dispatch_uid="risk.note_sign_in")

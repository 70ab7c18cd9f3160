from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    label = "billing"

    def ready(self) -> None:
        from billing import handlers, receivers
        from billing.documents import own_sales
        from marketplace.accounts.signals import storefront_opened

        storefront_opened.connect(receivers.welcome_artist, dispatch_uid="billing.welcome_artist")
        handlers.register()
        own_sales.register()

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "marketplace.orders"
    label = "orders"

    def ready(self) -> None:
        from billing.signals import sale_lost
        from marketplace.orders import handlers, invoicing, receivers

        sale_lost.connect(receivers.end_lost_licence, dispatch_uid="orders.end_lost_licence")
        handlers.register()
        invoicing.register()

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "marketplace.orders"
    label = "orders"

    def ready(self) -> None:
        from billing.signals import dispute_changed, sale_lost
        from marketplace.orders import handlers, invoicing, receivers
        from marketplace.risk.signals import verdict_decided

        sale_lost.connect(receivers.end_lost_licence, dispatch_uid="orders.end_lost_licence")
        dispute_changed.connect(receivers.answer_dispute, dispatch_uid="orders.answer_dispute")
        verdict_decided.connect(receivers.act_on_decision, dispatch_uid="orders.act_on_decision")
        handlers.register()
        invoicing.register()

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "marketplace.orders"
    label = "orders"

    def ready(self) -> None:
        from billing.selectors import is_in_club
        from billing.signals import dispute_changed, sale_lost
        from marketplace.catalog.audiences import register_club
        from marketplace.orders import handlers, invoicing, notices, receivers
        from marketplace.risk.notices import register_notices
        from marketplace.risk.signals import verdict_decided

        sale_lost.connect(receivers.end_lost_licence, dispatch_uid="orders.end_lost_licence")
        dispute_changed.connect(receivers.answer_dispute, dispatch_uid="orders.answer_dispute")
        verdict_decided.connect(receivers.act_on_decision, dispatch_uid="orders.act_on_decision")
        handlers.register()
        invoicing.register()
        register_club(is_in_club)
        register_notices(notices.notices_of_held)

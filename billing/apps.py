from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    label = "billing"

    def ready(self) -> None:
        from billing import handlers, receivers
        from billing.documents import own_sales
        from billing.signals import dispute_changed, dispute_closed, sale_lost
        from marketplace.accounts.signals import storefront_opened
        from marketplace.risk.signals import verdict_decided

        sale_lost.connect(receivers.refund_parts_of_lost, dispatch_uid="billing.refund_parts_of_lost")
        dispute_changed.connect(receivers.follow_dispute, dispatch_uid="billing.follow_dispute")
        dispute_closed.connect(receivers.end_dispute_of_refused, dispatch_uid="billing.end_dispute_of_refused")
        storefront_opened.connect(receivers.welcome_artist, dispatch_uid="billing.welcome_artist")
        verdict_decided.connect(receivers.act_on_decision, dispatch_uid="billing.act_on_decision")
        handlers.register()
        own_sales.register()

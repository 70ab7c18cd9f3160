from django.apps import AppConfig


class MembershipsConfig(AppConfig):
    name = "marketplace.memberships"
    label = "memberships"

    def ready(self) -> None:
        from billing.signals import sale_lost
        from marketplace.catalog.audiences import register_membership
        from marketplace.memberships import handlers, invoicing, receivers
        from marketplace.memberships.selectors import membership_levels_of

        register_membership(membership_levels_of)
        sale_lost.connect(receivers.end_lost_membership, dispatch_uid="memberships.end_lost_membership")
        handlers.register()
        invoicing.register()

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "marketplace.pages"
    label = "pages"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from marketplace.pages.feeds.receivers import keep_strangers_wishes
        from marketplace.pages.orders.receivers import keep_guests_cart

        user_logged_in.connect(keep_guests_cart, dispatch_uid="pages.keep_guests_cart")
        user_logged_in.connect(keep_strangers_wishes, dispatch_uid="pages.keep_strangers_wishes")

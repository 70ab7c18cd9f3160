from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "marketplace.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.account.signals import password_reset

        from marketplace.accounts.receivers import take_over_guest_account

        password_reset.connect(take_over_guest_account, dispatch_uid="accounts.take_over_guest_account")

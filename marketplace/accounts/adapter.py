"""How allauth does things in this house."""

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import get_language

from marketplace.accounts.addresses import client_address
from marketplace.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """A new person keeps the language that the sign-up page was read in."""

    def save_user(self, request: HttpRequest, user: User, form: object, commit: bool = True) -> User:
        user.language = "zh-hans" if (get_language() or "").startswith("zh") else "en"
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def get_client_ip(self, request: HttpRequest) -> str:
        """What allauth's limits on signing in and up count by; the same address as everywhere in the shop."""
        address = client_address(request)
        if not address:
            raise PermissionDenied("The network address of this request is unknown.")
        return address

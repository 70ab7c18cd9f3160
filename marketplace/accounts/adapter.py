"""How allauth does things in this house."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language

from marketplace.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """A new person keeps the language that the sign-up page was read in."""

    def save_user(self, request: HttpRequest, user: User, form: object, commit: bool = True) -> User:
        user.language = "zh-hans" if (get_language() or "").startswith("zh") else "en"
        saved: User = super().save_user(request, user, form, commit)
        return saved

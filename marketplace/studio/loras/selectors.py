"""Reads on LoRA files. An owner sees her own; another's is not there."""

from django.db.models import QuerySet

from marketplace.accounts.models import User
from marketplace.studio.models import Lora


def loras_of(user: User) -> QuerySet[Lora]:
    """Newest first, without the long lists of their parts."""
    return Lora.objects.filter(owner=user).defer("shapes")

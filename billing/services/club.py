"""The licences that a buyers' plan brings every month."""

from django.db import transaction
from django.db.models import F

from billing.errors import NoClubLicence
from billing.models import PlanMonth
from billing.selectors.benefits import club_months
from marketplace.accounts.models import User


@transaction.atomic
def use_club_licence(*, user: User) -> PlanMonth:
    """Count one licence of ``user``'s month as used, the month that ends first; in the transaction that gives it.

    Rolled back with it. Raises NoClubLicence where none is left. Many at once never use more than there are.
    """
    left = (
        club_months(user)
        .filter(licences_used__lt=F("licences"))
        .select_for_update(no_key=True)
        .order_by("ends_at", "pk")
    )
    month = left.first()
    if month is None:
        raise NoClubLicence()
    PlanMonth.objects.filter(pk=month.pk).update(licences_used=F("licences_used") + 1)
    return month

"""What a unit costs: from the configuration, each change a row that says since when."""

from datetime import date

from django.conf import settings

from marketplace.core.clock import now
from marketplace.metering.models import UnitCost
from marketplace.metering.resources import Resource

# The first cost holds for all that was used before, too.
EVER = date(1970, 1, 1)


def keep_unit_costs() -> int:
    """Write down every configured cost that is not the one in force: from today, the first from ever. Answers how many.

    Of two changes in a day the first stays (no row is ever changed); the second counts from the next day.
    """
    made = 0
    for resource, cost_micro in _configured().items():
        latest = UnitCost.objects.filter(resource=resource).order_by("-valid_from").first()
        currency = settings.CONFIGURATION.cost_currency
        if latest is not None and (latest.cost_micro, latest.currency) == (cost_micro, currency):
            continue
        valid_from = EVER if latest is None else now().date()
        if latest is not None and latest.valid_from >= valid_from:
            continue
        row = UnitCost(resource=resource, valid_from=valid_from, cost_micro=cost_micro, currency=currency)
        UnitCost.objects.bulk_create([row], ignore_conflicts=True)
        made += 1
    return made


def _configured() -> dict[Resource, int]:
    configuration = settings.CONFIGURATION
    return {
        Resource.GPU: configuration.cost_gpu_hour_micro,
        Resource.CPU: configuration.cost_cpu_hour_micro,
        Resource.STORAGE: configuration.cost_storage_gib_month_micro,
        Resource.EMAIL: configuration.cost_thousand_emails_micro,
    }

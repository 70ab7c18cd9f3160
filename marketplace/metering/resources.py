"""What costs money, in which whole units it is counted, and for how many of them a price is given."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Resource(models.TextChoices):
    """Something that is used and paid for."""

    GPU = "gpu", _("GPU time")
    CPU = "cpu", _("CPU time of generation workers")
    STORAGE = "storage", _("Storage")
    EMAIL = "email", _("E-mail")


HOUR_MS = 3_600_000
GIB_MONTH_BYTE_DAYS = 30 * 2**30

# Units that a price is for: GPU and CPU are counted in milliseconds, storage in bytes that were kept for a day (a month
# has 30), e-mail in messages.
PRICED_UNITS: dict[Resource, int] = {
    Resource.GPU: HOUR_MS,
    Resource.CPU: HOUR_MS,
    Resource.STORAGE: GIB_MONTH_BYTE_DAYS,
    Resource.EMAIL: 1000,
}

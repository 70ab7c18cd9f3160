"""What is written down while an order is fulfilled: who fetched a file, and which letters the buyer was sent.

Purpose: to show a bank that a disputed purchase was delivered, and a buyer what we told her. Kept for
``DOWNLOAD_LOG_DAYS``, longer only while a dispute of the order is undecided. Append-only, kept so by the database.
"""

import re

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.addresses import LONGEST_USER_AGENT
from marketplace.core.ids import new_id
from marketplace.licensing.models import LicenceGrant
from marketplace.orders.models.orders import Order


class Download(models.Model):
    """The address of a licensed file was given out. No full network address: its /24, or /48 of IPv6."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    grant = models.ForeignKey(LicenceGrant, on_delete=models.PROTECT, related_name="downloads")
    file_sha256 = models.CharField(max_length=64)
    network = models.CharField(max_length=50, blank=True)
    user_agent = models.CharField(max_length=LONGEST_USER_AGENT, blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")

    def __str__(self) -> str:
        return f"{self.grant_id} {self.at}"


# A guest's key to her order, in the addresses of letters to her.
_KEY = re.compile(r"\?key=[^\s]+")


def without_key(text: str) -> str:
    """``text`` whose addresses lead to the order and open it for nobody."""
    return _KEY.sub("", text)


class SentLetter(models.Model):
    """A letter to the buyer about an order, as it was sent but for a guest's key to the order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="letters")
    subject = models.CharField(max_length=400)
    body = models.TextField()
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("letter sent")
        verbose_name_plural = _("letters sent")

    def __str__(self) -> str:
        return self.subject

    @property
    def text(self) -> str:
        """To show: letters were once kept with their keys."""
        return without_key(self.body)

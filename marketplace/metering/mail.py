"""Outgoing mail by SMTP, each message counted for the person who gets it."""

from collections.abc import Sequence
from email.utils import getaddresses, make_msgid

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction

from marketplace.accounts.models import User
from marketplace.metering.resources import Resource
from marketplace.metering.services import record_usage


class MeteredBackend(EmailBackend):
    """Django's own, with a usage record for each message and recipient in the transaction around its sending."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send them over one connection; answers how many were sent. One that fails is not counted."""
        opened = self.open()
        try:
            return sum(self._send_counted(message) for message in email_messages)
        finally:
            if opened:
                self.close()

    def _send_counted(self, message: EmailMessage) -> int:
        # Before it is sent: what cannot be counted is not sent, and what is not sent is not counted.
        name = message.extra_headers.setdefault("Message-ID", make_msgid(domain="atelier"))
        with transaction.atomic():
            for _said, address in getaddresses(message.recipients()):
                owner = User.objects.filter(email__iexact=address).values_list("pk", flat=True).first()
                record_usage(
                    resource=Resource.EMAIL,
                    object_ref=f"message:{name}:{address}"[:200],
                    quantity=1,
                    owner_id=owner,
                )
            sent = super().send_messages([message]) or 0
            if not sent:
                transaction.set_rollback(True)
        return sent

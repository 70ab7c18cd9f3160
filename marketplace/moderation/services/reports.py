"""Anyone may report a work, a few times an hour."""

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.moderation.errors import ReportInvalid, TooManyReports
from marketplace.moderation.models import Report
from marketplace.moderation.services.trail import write_down

MOST_PER_HOUR = 5
MOST_CHARACTERS = 2000


def source_key(*, reporter: User | None, address: str) -> str:
    """What reports from one source share: a keyed hash of the pseudonym or the network address (64 hex digits)."""
    source = f"person:{reporter.pseudonym}" if reporter else f"address:{address}"
    return hmac.new(settings.SECRET_KEY.encode(), f"report {source}".encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def report_work(*, work: Work, reporter: User | None, reason: str, details: str = "", address: str = "") -> Report:
    """Take a report in. ``address``: the network address of somebody without an account; only its hash is kept.

    The same source about the same open work again: its first report with the newer words. Raises ReportInvalid
    (unknown reason, "other" without a word on it, over 2000 characters) and TooManyReports (over 5 an hour).
    """
    details = details.strip()
    if reason not in Report.Reason.values:
        raise ReportInvalid(_("Choose what is wrong with the work."), way_out=_("Pick one of the reasons."))
    if reason == Report.Reason.OTHER and not details:
        raise ReportInvalid(_("Please say what is wrong."), way_out=_("Write a sentence about it."))
    if len(details) > MOST_CHARACTERS:
        raise ReportInvalid(
            _("The report is too long: %(length)d characters.") % {"length": len(details)},
            way_out=_("Shorten it to %(most)d characters.") % {"most": MOST_CHARACTERS},
        )
    source = source_key(reporter=reporter, address=address)
    with connection.cursor() as cursor:
        # One source at a time, so that ten reports at once are counted as ten.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"report:{source}"])
    present = Report.objects.filter(work=work, source_key=source, state=Report.State.OPEN).first()
    if present is not None:
        Report.objects.filter(pk=present.pk).update(reason=reason, details=details)
        present.refresh_from_db()
        return present
    since = now() - timedelta(hours=1)
    if Report.objects.filter(source_key=source, reported_at__gt=since).count() >= MOST_PER_HOUR:
        raise TooManyReports(
            _("You have sent %(most)d reports within an hour.") % {"most": MOST_PER_HOUR},
            way_out=_("Try again in an hour. In an emergency write to us."),
        )
    report = Report.objects.create(
        work=work, reporter=reporter, source_key=source, reason=reason, details=details, reported_at=now()
    )
    write_down(event="reported", actor=reporter, work=work, object_ref=f"report:{report.pk}", reason=reason)
    return report

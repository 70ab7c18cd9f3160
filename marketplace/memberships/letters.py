"""The e-mails about memberships, each in its reader's language."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from marketplace.memberships.models import MembershipLetter


def write_about_membership(*, letter_id: UUID) -> None:
    """It began; a payment failed: where to mend the card, and until when everything stays open; or it has ended."""
    rows = MembershipLetter.objects.select_related("membership__user", "membership__artist", "membership__price__tier")
    letter = rows.get(pk=letter_id)
    membership = letter.membership
    person, artist = membership.user, membership.artist
    with translation.override(person.language):
        subjects = {
            MembershipLetter.Kind.JOINED: _("You are a member of %(artist)s"),
            MembershipLetter.Kind.PAYMENT_FAILED: _("Your payment for the membership of %(artist)s did not go through"),
            MembershipLetter.Kind.ENDED: _("Your membership of %(artist)s has ended"),
        }
        subject = subjects[MembershipLetter.Kind(letter.kind)] % {"artist": artist.name}
        facts = {
            "person": person,
            "membership": membership,
            "artist_name": artist.name,
            "tier_name": membership.price.tier.name,
            "memberships_url": f"{settings.BASE_URL}{reverse('my_memberships')}",
            "card_url": f"{settings.BASE_URL}{reverse('membership_card', args=[membership.pk])}",
            "artist_url": f"{settings.BASE_URL}{reverse('artist_membership', args=[artist.handle])}",
        }
        body = render_to_string(f"memberships/letters/{letter.kind}.txt", facts)
    send_mail(" ".join(subject.split()), body, None, [person.email])

"""Letters about a membership: noted once, then sent by a job."""

from marketplace.memberships.models import Membership, MembershipLetter


def write_once(membership: Membership, kind: MembershipLetter.Kind, *, about: str = "") -> None:
    """Have a letter sent in this transaction; nothing happens where it was."""
    from marketplace.memberships.tasks import send_letter

    letter = MembershipLetter(membership=membership, kind=kind, about=about)
    MembershipLetter.objects.bulk_create([letter], ignore_conflicts=True)
    if MembershipLetter.objects.filter(pk=letter.pk).exists():
        send_letter.defer(letter_id=str(letter.pk))

"""What people add to an answer before it goes."""

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.orders.errors import AnswerDecided, AnswerNotFound, WordsUnfit
from marketplace.orders.models import DisputeEvidence, EvidenceWords

LONGEST = 4000


@transaction.atomic
def add_words(*, author: User, dispute_id: str, text: str) -> None:
    """Write or replace ``author``'s text; an empty one takes it away.

    For an artist of what is disputed, and for those who may change answers. Raises AnswerNotFound (also for
    strangers), AnswerDecided once it is on its way, WordsUnfit for more than LONGEST characters.
    """
    row = DisputeEvidence.objects.select_for_update(no_key=True).filter(pk=dispute_id).first()
    if row is None:
        raise AnswerNotFound()
    is_artist = may_speak_as_artist(author, row)
    if not is_artist and not author.has_perm("orders.change_disputeevidence"):
        raise AnswerNotFound()
    if not row.is_undecided:
        raise AnswerDecided(_("The answer to the bank cannot be changed any more."), state=row.state)
    text = text.strip()
    if len(text) > LONGEST:
        raise WordsUnfit(_("At most %(most)d characters can be sent.") % {"most": LONGEST})
    if not text:
        row.words.filter(author=author).delete()
    else:
        EvidenceWords.objects.update_or_create(
            evidence=row, author=author, defaults={"text": text, "is_artist": is_artist, "written_at": now()}
        )
    from marketplace.orders import tasks

    tasks.defer_answer(tasks.gather_evidence, row.pk)


def may_speak_as_artist(user: User, row: DisputeEvidence) -> bool:
    """Whether ``user`` sold something of what is disputed."""
    return row.order_id is not None and row.order.lines.filter(work__artist__user=user).exists()  # type: ignore[union-attr]

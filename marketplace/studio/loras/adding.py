"""Taking a LoRA file in: checked, kept privately, at most twenty a person."""

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from billing.selectors import plan_in_force
from marketplace.accounts.models import User
from marketplace.blobs import private_store
from marketplace.core.ids import new_id
from marketplace.studio.choosing import offered_models
from marketplace.studio.loras.checking import check_lora_file
from marketplace.studio.loras.errors import LoraDetailsUnusable, LoraKnown, TooManyLoras
from marketplace.studio.loras.fitting import require_some_fit
from marketplace.studio.models import Lora

MOST_LORAS = 20
LONGEST_NAME = 60
LONGEST_WORDS = 200


def add_lora(*, user: User, data: bytes, name: str, trigger_words: str = "", origin: str = "") -> Lora:
    """Keep ``data`` as ``user``'s LoRA ``name``; the same file under the same name a second time is the first.

    ``trigger_words`` stand with commas, ``origin`` says who made it under which licence. Raises LoraFileUnusable,
    LoraDoesNotFit, LoraDetailsUnusable, LoraKnown, TooManyLoras and the store's errors; then nothing is kept.
    """
    name = " ".join(name.split())
    trigger_words, origin = " ".join(trigger_words.split()), " ".join(origin.split())
    _require_details(name, trigger_words, origin)
    facts = check_lora_file(data)
    known = _known(user, facts.sha256, name)
    if known is not None:
        return known
    require_some_fit(facts.shapes, offered_models())
    _require_room(user)
    lora = Lora(
        id=new_id(),
        owner=user,
        name=name,
        trigger_words=trigger_words,
        origin=origin,
        sha256=facts.sha256,
        size_bytes=facts.size_bytes,
        shapes=[[component, part, list(shape)] for (component, part), shape in facts.shapes.items()],
    )
    # Before the row, so that no row is without its file, and before the lock, which orders wait for.
    private_store().put(lora.storage_key, data, media_type="application/octet-stream")
    is_kept = False
    try:
        with transaction.atomic():
            # Of two uploads at once the second finds here what the first has kept.
            User.objects.select_for_update(no_key=True).get(pk=user.pk)
            known = _known(user, facts.sha256, name)
            if known is not None:
                return known
            _require_room(user)
            lora.save(force_insert=True)
        is_kept = True
    finally:
        if not is_kept:
            private_store().delete(lora.storage_key)
    return lora


def _require_details(name: str, trigger_words: str, origin: str) -> None:
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise LoraDetailsUnusable(
            _("A LoRA needs a name of 1 to %(most)d characters.") % {"most": LONGEST_NAME},
            way_out=_("Give it the name under which you want to find it."),
        )
    if max(len(trigger_words), len(origin)) > LONGEST_WORDS or not (trigger_words + origin).isprintable():
        raise LoraDetailsUnusable(
            _("Trigger words and origin have %(most)d characters each at most.") % {"most": LONGEST_WORDS},
            way_out=_("Make them shorter."),
        )


def _known(user: User, sha256: str, name: str) -> Lora | None:
    """The same file under the same name. Raises LoraKnown where only one of the two is the same."""
    same_file = Lora.objects.filter(owner=user, sha256=sha256).first()
    if same_file is not None:
        if same_file.name.lower() == name.lower():
            return same_file
        raise LoraKnown(
            _("You have this file already, as “%(name)s”.") % {"name": same_file.name},
            way_out=_("Use that one, or remove it first."),
        )
    if Lora.objects.annotate(low=Lower("name")).filter(owner=user, low=Lower(Value(name))).exists():
        raise LoraKnown(
            _("Another LoRA of yours has the name “%(name)s”.") % {"name": name}, way_out=_("Choose another name.")
        )
    return None


def most_loras(user: User) -> int:
    """How many LoRA files are kept for ``user``: more with a plan that says so, never fewer than without one."""
    subscription = plan_in_force(user.pk)
    promised = None if subscription is None else subscription.plan.private_loras
    return max(MOST_LORAS, promised or 0)


def _require_room(user: User) -> None:
    most = most_loras(user)
    if Lora.objects.filter(owner=user).count() >= most:
        raise TooManyLoras(
            _("You have %(most)d LoRA files, and we keep no more.") % {"most": most},
            way_out=_("Remove one that you no longer need, or take a plan with more."),
        )

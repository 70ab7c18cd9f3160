"""The studio composes generation and billing: priced, reserved and ordered in one transaction, settled on
delivery.
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from billing.services import release_credits, reserve_credits, settle_credits
from generation.edits import Beginning
from generation.engine import contract
from generation.models import GenerationJob, GenerationModel
from generation.selectors import default_model, output_of, picture_bytes
from generation.services import cancel_job, create_job
from marketplace.accounts.models import User
from marketplace.core.ids import new_id
from marketplace.provenance.services import note_picture_source
from marketplace.studio.choosing import choose_model, require_usable
from marketplace.studio.errors import NothingIsAvoided, TooManyJobs, WordsNotTaught
from marketplace.studio.input_pictures import KEPT_SIDE, clean_input_picture
from marketplace.studio.loras.ordering import lay_out, require_still_hers
from marketplace.studio.models import GenerationCharge
from marketplace.studio.pricing import Quote, quote_for
from marketplace.studio.settings_of_pictures import PictureSettings
from marketplace.studio.shares import share_of

MOST_ACTIVE_JOBS = 5
_FROM_WORDS = Beginning()


def quote(*, settings: PictureSettings, model: GenerationModel | None = None, user: User | None = None) -> Quote:
    """Credits, expected seconds and what the model knows of the words. Writes nothing. Raises
    NoModelInstalled.
    """
    return quote_for(settings, model or default_model(), user=user)


def start_generation(
    *,
    user: User,
    settings: PictureSettings,
    upload: bytes | None = None,
    input_output_id: UUID | None = None,
    submission: UUID | None = None,
    model: GenerationModel | None = None,
) -> GenerationJob:
    """Order pictures: the credits are reserved and the job is queued together, or neither.

    ``model`` is one that `choosing.choose_model` gave for these settings; None: the best for them.
    The input of image to image is ``upload`` (any file; it is checked) or an earlier picture of ``user``'s.
    The same ``submission`` twice makes one job and one charge. Raises WordsNotTaught and
    InputPictureUnusable before anything is charged, NoModelForThis, InsufficientCredits, TooManyJobs,
    OutputNotFound, SettingsUnusable, LoraDoesNotFit, LoraMissing.
    """
    has_input = upload is not None or input_output_id is not None
    kind = contract.Kind.IMAGE_TO_IMAGE if has_input else contract.Kind.TEXT_TO_IMAGE
    if model is None:
        size = (settings.width, settings.height)
        model = choose_model(
            user=user,
            kind=kind,
            size=size,
            loras=settings.loras,
            prompt=settings.prompt,
            negative_prompt=settings.negative_prompt,
        ).model
    else:
        require_usable(user, model, kind=kind)
    require_known_words(quote_for(settings, model))
    beginning = Beginning(input_png=_input_picture(user, upload, input_output_id), strength=settings.strength)
    return place_order(user=user, model=model, settings=settings, beginning=beginning, submission=submission)


def place_order(
    *,
    user: User,
    model: GenerationModel,
    settings: PictureSettings,
    beginning: Beginning,
    submission: UUID | None = None,
) -> GenerationJob:
    """Reserve the credits and queue the job, both or neither; settings, words and pictures are checked already.

    Raises InsufficientCredits, TooManyJobs, SettingsUnusable, and for the LoRA files of ``settings`` LoraDoesNotFit
    and LoraMissing.
    """
    offer = quote_for(settings, model)
    lay_out(settings.loras, model)
    with transaction.atomic():
        # Locked against a second submission of the same form: the later one waits here and then finds the
        # first's job.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if submission is not None:
            earlier = GenerationJob.objects.filter(owner=user, submission=submission).first()
            if earlier is not None:
                return earlier
        require_room(user)
        require_still_hers(settings.loras)
        return order_one(
            user=user,
            model=model,
            settings=settings,
            offer=offer,
            weight=share_of(user),
            beginning=beginning,
            submission=submission,
        )


@transaction.atomic
def order_one(
    *,
    user: User,
    model: GenerationModel,
    settings: PictureSettings,
    offer: Quote,
    weight: float,
    beginning: Beginning = _FROM_WORDS,
    submission: UUID | None = None,
) -> GenerationJob:
    """One job with its reservation, in the transaction of a caller that has locked ``user``, looked for room and laid
    out the LoRA files of ``settings``.

    Raises InsufficientCredits, SettingsUnusable, NothingIsAvoided.
    """
    guidance = settings.guidance if settings.guidance is not None else model.default_guidance
    if settings.negative_prompt.strip() and guidance <= 1.0:
        raise NothingIsAvoided(
            _("With a guidance of 1 the model “%(model)s” avoids nothing.") % {"model": model.title},
            way_out=_("Take the words out of “What should it avoid?”, raise the guidance, or choose another model."),
        )
    job_id = new_id()
    reserve_credits(user=user, amount=offer.credits, object_ref=f"job:{job_id}")
    job = create_job(
        owner=user,
        model=model,
        prompt=settings.prompt.strip(),
        negative_prompt=settings.negative_prompt.strip(),
        language=_language_of(offer),
        width=settings.width,
        height=settings.height,
        count=settings.count,
        seed=settings.seed,
        steps=settings.steps,
        guidance=guidance,
        beginning=beginning,
        adapters=tuple(one.adapter for one in settings.loras),
        submission=submission,
        job_id=job_id,
        weight=weight,
    )
    GenerationCharge.objects.create(job=job, credits_per_picture=offer.credits_per_picture, credits_held=offer.credits)
    return job


def cancel_generation(*, user: User, job_id: UUID) -> GenerationJob:
    """Stop a job at any time; pictures delivered are paid, the rest of the credits comes back at once.

    Raises JobNotFound (also for another's job) and JobEndedAlready.
    """
    return cancel_job(owner=user, job_id=job_id)


def settle_generation(job: GenerationJob) -> None:
    """Spend the price of the pictures delivered and return the rest; in the transaction that ends the job."""
    charge = GenerationCharge.objects.select_for_update(no_key=True).filter(job=job).first()
    if charge is None or charge.credits_spent is not None:
        return
    delivered = job.outputs.count()
    charge.credits_spent = min(charge.credits_held, delivered * charge.credits_per_picture)
    charge.save(update_fields=["credits_spent"])
    if charge.credits_spent:
        settle_credits(object_ref=charge.object_ref, amount=charge.credits_spent)
    else:
        release_credits(object_ref=charge.object_ref)


def require_known_words(offer: Quote) -> None:
    """Raises WordsNotTaught where the model was not taught some of the words, of the prompt or of what to avoid, with
    the nearest that it can do.
    """
    told: list[str] = []
    way_out: list[str] = []
    check = offer.prompt_check
    is_known = check is None or check.is_known
    if check is not None and not is_known:
        if check.unknown:
            told.append(_("The model was not taught: %(words)s.") % {"words": ", ".join(check.unknown)})
        else:
            told.append(_("The model finds nothing to paint in these words."))
        if check.suggestion:
            way_out.append(_("The nearest that it can do: “%(suggestion)s”.") % {"suggestion": check.suggestion})
        else:
            way_out.append(_("Describe a scene, for example: a sunset over the sea."))
    if offer.unknown_to_avoid:
        words = ", ".join(offer.unknown_to_avoid)
        told.append(_("It cannot avoid what it was not taught: %(words)s.") % {"words": words})
        way_out.append(_("Take these words out of “What should it avoid?”."))
    if told:
        raise WordsNotTaught(
            " ".join(told),
            way_out=" ".join(way_out),
            unknown=list(check.unknown) if check is not None else [],
            suggestion=(check.suggestion if check is not None and not is_known else None) or "",
            unknown_to_avoid=list(offer.unknown_to_avoid),
        )


def _input_picture(user: User, upload: bytes | None, output_id: UUID | None) -> bytes | None:
    if upload is None and output_id is None:
        return None
    return picture_to_begin_with(user, upload=upload, output_id=output_id)


def picture_to_begin_with(
    user: User, *, upload: bytes | None, output_id: UUID | None, kept_side: int = KEPT_SIDE
) -> bytes:
    """A file that was sent, or else one of ``user``'s pictures, made ready as PNG; where it comes from is written down.

    Raises InputPictureUnusable, OutputNotFound.
    """
    is_ours = upload is None
    if upload is None:
        assert output_id is not None
        upload = picture_bytes(output_of(user, output_id))
    made = clean_input_picture(upload, kept_side=kept_side, is_ours=is_ours)
    note_picture_source(made=made, of=upload)
    return made


def _language_of(offer: Quote) -> str:
    return "zh-hans" if offer.prompt_check is not None and offer.prompt_check.language == "zh" else "en"


def require_room(user: User) -> None:
    """Raises TooManyJobs where ``user`` has as many orders open as she may; a grid counts as one of them."""
    active = GenerationJob.objects.filter(owner=user, state__in=GenerationJob.ACTIVE)
    orders = active.filter(grid_cell=None).count()
    orders += active.exclude(grid_cell=None).values("grid_cell__grid").distinct().count()
    if orders >= MOST_ACTIVE_JOBS:
        raise TooManyJobs(
            _("%(count)d of your jobs are waiting or being made.") % {"count": orders},
            way_out=_("Wait until one is finished, or cancel one."),
        )

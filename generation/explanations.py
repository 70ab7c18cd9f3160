"""Why a job failed, in words for its owner."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from generation.engine.contract import FailureCode
from generation.models import GenerationJob


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened, and what to do."""

    message: str
    way_out: str


def explain_failure(job: GenerationJob) -> Explanation:
    """For a job that failed or was set aside; the code that the worker gave stands in the log."""
    code = job.error_code
    if job.state == GenerationJob.State.PARKED:
        return Explanation(
            _("The workshop stopped several times at this order, so we have set it aside and look at it ourselves."),
            _("The credits for what is missing came back. What we can still make costs you nothing."),
        )
    if code == FailureCode.OUT_OF_MEMORY:
        return Explanation(
            _("The pictures are too large for this machine's memory."), _("Choose a smaller size and try again.")
        )
    if code == FailureCode.TIME_LIMIT:
        return Explanation(
            _("The pictures took longer than we allow."), _("Choose fewer steps or a smaller size and try again.")
        )
    if code == FailureCode.INPUT_UNREADABLE:
        return Explanation(_("The picture to begin with could not be read."), _("Choose it again, or another."))
    if code == FailureCode.NOTHING_STANDS_OUT:
        return Explanation(
            _("Nothing stands out of this picture, so nothing could be cut out."),
            _("Paint roughly over what shall stay, and try again."),
        )
    if code in {FailureCode.MODEL_MISSING, FailureCode.MODEL_UNSUITABLE}:
        return Explanation(
            _("The image model cannot be used at the moment."), _("Try again later; we have to mend it.")
        )
    if code == FailureCode.ADAPTER_UNSUITABLE:
        return Explanation(
            _("The image model has no place for all that is in these LoRA files: %(names)s.") % {"names": _names(job)},
            _("Leave them out, or choose files that were made for this image model."),
        )
    if code == FailureCode.ADAPTER_UNREADABLE:
        return Explanation(
            _("These LoRA files could not be read: %(names)s.") % {"names": _names(job)},
            _("Remove them under LoRA files and upload them again."),
        )
    return Explanation(
        _("The pictures could not be made, although we tried several times."), _("Try again in a few minutes.")
    )


def _names(job: GenerationJob) -> str:
    return ", ".join(adapter["name"] for adapter in job.adapters or [])

"""The page of a picture's tools: paint over, paint on, vary."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.selectors import credits_available
from generation.engine import contract
from generation.models import GenerationJob, GenerationModel, GenerationOutput
from generation.selectors import output_of
from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError
from marketplace.pages.studio.edit_forms import (
    FORMS,
    EditForm,
    InpaintForm,
    OutpaintForm,
    VariationForm,
    initial_of,
)
from marketplace.pages.studio.tools import tools_offered
from marketplace.studio.choosing import choose_model
from marketplace.studio.editing import (
    input_of,
    start_inpaint,
    start_outpaint,
    start_variations,
    variation_settings,
)
from marketplace.studio.errors import CannotBeVaried, NoModelForThis, WordsNotTaught
from marketplace.studio.loras.choices import loras_of_job
from marketplace.studio.pricing import credits_per_picture
from marketplace.studio.settings_of_pictures import new_seed


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, output_id: UUID, tool: str) -> HttpResponse:
    """One tool for one of the person's pictures; a POST orders."""
    assert isinstance(request.user, User)
    user = request.user
    output = output_of(user, output_id)
    if request.method == "GET":
        return _page(request, output, tool, FORMS[tool](initial=initial_of(tool, output)))
    form = FORMS[tool](request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, output, tool, form, status=422)
    try:
        job = _order(user, output, form)
    except AtelierError as error:
        return _page(request, output, tool, form, error=error, status=error.http_status)
    return redirect(f"/studio#job-{job.id}")


def _order(user: User, output: GenerationOutput, form: EditForm) -> GenerationJob:
    chosen = form.cleaned_data
    if isinstance(form, VariationForm):
        return start_variations(
            user=user,
            output_id=output.id,
            amount=chosen["amount"],
            count=chosen["count"],
            seed=new_seed(),
            submission=chosen["submission"],
        )
    # What is painted anew is painted in the picture's own manner.
    loras = loras_of_job(user=user, job=output.job)
    model = choose_model(
        user=user, kind=contract.Kind.IMAGE_TO_IMAGE, loras=loras, prompt=chosen.get("prompt") or ""
    ).model
    settings = replace(form.settings(model), loras=loras) if isinstance(form, OutpaintForm | InpaintForm) else None
    assert settings is not None, "the other tool was ordered above"
    picture = input_of(user, output_id=output.id)
    if isinstance(form, OutpaintForm):
        return start_outpaint(
            user=user,
            settings=settings,
            picture=picture,
            extension=form.extension(),
            model=model,
            submission=chosen["submission"],
        )
    assert isinstance(form, InpaintForm)
    return start_inpaint(
        user=user,
        settings=settings,
        picture=picture,
        mask=chosen["mask"].read(),
        model=model,
        submission=chosen["submission"],
    )


def _painter(user: User) -> GenerationModel:
    return choose_model(user=user, kind=contract.Kind.IMAGE_TO_IMAGE).model


def _page(
    request: HttpRequest,
    output: GenerationOutput,
    tool: str,
    form: EditForm,
    *,
    error: AtelierError | None = None,
    status: int = 200,
) -> HttpResponse:
    assert isinstance(request.user, User)
    context: dict[str, Any] = {
        "output": output,
        "tool": tool,
        "form": form,
        "tools": [("over", _("Paint over")), ("beyond", _("Let it grow")), ("vary", _("Variations"))],
        "others": tools_offered(request.user),
        "credits_each": _credits_each(request.user, output, tool),
        "available": credits_available(request.user),
        "error": error,
        "unknown_words": error if isinstance(error, WordsNotTaught) else None,
    }
    return render(request, "studio/edit.html", context, status=status)


def _credits_each(user: User, output: GenerationOutput, tool: str) -> int | None:
    """The price of one picture; None where this tool cannot be used on it."""
    try:
        if tool == "vary":
            settings = variation_settings(output, amount=0.5, count=1, seed=0)
            return credits_per_picture(
                width=settings.width, height=settings.height, steps=settings.steps, model=output.job.model
            )
        model = _painter(user)
    except (CannotBeVaried, NoModelForThis):
        return None
    side = model.default_side
    return credits_per_picture(width=side, height=side, steps=model.default_steps, model=model)

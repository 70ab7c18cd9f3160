"""The page of an artist's LoRA files: the list, the upload, the removal."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError, Conflict, InvalidInput
from marketplace.studio.loras.adding import LONGEST_NAME, LONGEST_WORDS, add_lora, most_loras
from marketplace.studio.loras.checking import MOST_MEGABYTES, require_size
from marketplace.studio.loras.errors import LoraDetailsUnusable, LoraInUse
from marketplace.studio.loras.removing import remove_lora
from marketplace.studio.loras.selectors import loras_of


class LoraForm(forms.Form):
    """One file and what its owner says of it."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".safetensors"}),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("This file is empty."),
        },
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    trigger_words = forms.CharField(
        label=gettext_lazy("Trigger words"),
        max_length=LONGEST_WORDS,
        required=False,
        help_text=gettext_lazy("With commas; words that call what it was trained for. Can stay empty."),
    )
    origin = forms.CharField(
        label=gettext_lazy("Made by, licence"),
        max_length=LONGEST_WORDS,
        required=False,
        help_text=gettext_lazy("Can stay empty. Upload only what you may use, also for pictures that you sell."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["file"].help_text = _(".safetensors, up to %(most)d MB, with LoRA weights alone.") % {
            "most": MOST_MEGABYTES
        }


@login_required
@require_http_methods(["GET", "POST"])
def loras(request: HttpRequest) -> HttpResponse:
    """The list and the form; a POST uploads. What cannot be used is told at its field."""
    assert isinstance(request.user, User)
    form = LoraForm(request.POST, request.FILES) if request.method == "POST" else LoraForm()
    status = 200
    if request.method == "POST":
        if form.is_valid() and _added(request, request.user, form):
            return redirect("studio_loras")
        status = 422
    context = {"form": form, "loras": loras_of(request.user), "most": most_loras(request.user)}
    return render(request, "studio/loras.html", context, status=status)


def _added(request: HttpRequest, user: User, form: LoraForm) -> bool:
    given = form.cleaned_data
    try:
        require_size(given["file"].size)
        lora = add_lora(
            user=user,
            data=given["file"].read(),
            name=given["name"],
            trigger_words=given["trigger_words"],
            origin=given["origin"],
        )
    except (InvalidInput, Conflict) as error:
        field = "name" if isinstance(error, LoraDetailsUnusable) else "file"
        form.add_error(field, _told(error))
        return False
    messages.success(request, _("“%(name)s” is ready; choose it in the studio.") % {"name": lora.name})
    return True


@login_required
@require_POST
def remove(request: HttpRequest, lora_id: UUID) -> HttpResponse:
    """Remove one; the page has asked whether that is meant."""
    assert isinstance(request.user, User)
    try:
        lora = remove_lora(user=request.user, lora_id=lora_id)
    except LoraInUse as error:
        messages.warning(request, _told(error))
    else:
        messages.success(request, _("“%(name)s” is removed.") % {"name": lora.name})
    return redirect("studio_loras")


def _told(error: AtelierError) -> str:
    return f"{error.message} {error.way_out}"

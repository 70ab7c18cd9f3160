"""The e-mail to the owner of an endpoint, in her language."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from marketplace.integrations.models import WebhookEndpoint


def write_about_disabled(*, endpoint_id: UUID) -> None:
    """It was disabled: why, and how it is enabled again. Nothing where she has enabled or deleted it since."""
    endpoint = WebhookEndpoint.objects.select_related("owner").get(pk=endpoint_id)
    if endpoint.disabled_at is None or endpoint.deleted_at is not None:
        return
    with translation.override(endpoint.owner.language):
        body = render_to_string(
            "integrations/letters/disabled.txt",
            {"person": endpoint.owner, "endpoint": endpoint, "BASE_URL": settings.BASE_URL},
        )
        send_mail(_("A webhook of yours was disabled"), body, None, [endpoint.owner.email])

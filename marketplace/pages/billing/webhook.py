"""Where Stripe sends its events. It answers as soon as the event and its job are stored."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing.gateway import SignatureInvalid
from billing.webhooks import receive_event


@csrf_exempt  # the signature takes the token's place
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """200 once stored (also a repetition), 400 where the signature does not fit; anything else Stripe sends again."""
    try:
        receive_event(payload=request.body, signature=request.headers.get("Stripe-Signature", ""))
    except SignatureInvalid as error:
        return HttpResponse(error.message, status=error.http_status, content_type="text/plain")
    return HttpResponse(status=200)

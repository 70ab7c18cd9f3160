"""Letters about a plan: noted once, then sent by a job."""

from billing.models import PlanLetter, PlanSubscription


def write_once(subscription: PlanSubscription, kind: PlanLetter.Kind, *, about: str) -> bool:
    """Have a letter sent in this transaction; nothing happens where it was. Answers whether this call did it."""
    from billing.tasks import send_plan_letter

    letter = PlanLetter(subscription=subscription, kind=kind, about=about)
    PlanLetter.objects.bulk_create([letter], ignore_conflicts=True)
    is_new = PlanLetter.objects.filter(pk=letter.pk).exists()
    if is_new:
        send_plan_letter.defer(letter_id=str(letter.pk))
    return is_new

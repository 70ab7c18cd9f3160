"""Who was seen with what, and what was judged and decided. Verdicts and decisions are append-only.

Purpose: to see that many accounts are one, and that a card is not its holder's. What is kept: networks shortened to
/24 or /48, a digest of the browser's device cookie, Stripe's fingerprint of a card (never its number); of whoever is
paid out to, keyed digests of where her money goes and of her legal name with her date of birth, as Stripe knows them
(neither can be read back). Sightings and declined cards are forgotten after ``FRAUD_MEMORY_DAYS``, present payout facts
when they are replaced; verdicts stay as long as the orders that they are about.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.ids import new_id


class Sighting(models.Model):
    """A person was seen with a network, a device, a card, a payout account or a legal identity; once per pair, with the
    first and the last time.
    """

    class Kind(models.TextChoices):
        NETWORK = "network", _("Network")
        DEVICE = "device", _("Device")
        CARD = "card", _("Card")
        PAYOUT = "payout", _("Payout account")
        IDENTITY = "identity", _("Legal identity")

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sightings")
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=64)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")
        constraints = [models.UniqueConstraint(fields=["person", "kind", "value"], name="one_sighting_per_pair")]
        indexes = [models.Index(fields=["kind", "value", "-last_at"], name="sightings_by_value")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class DeclinedCard(models.Model):
    """A bank refused a card; ``event_ref`` is the event that told us, so that it counts once."""

    event_ref = models.CharField(primary_key=True, max_length=120)
    person = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="declined_cards", help_text="nobody: a stranger's"
    )
    subject_ref = models.CharField(max_length=160, blank=True, db_default="", help_text="of a stranger's: for what")
    code = models.CharField(max_length=60, help_text="Stripe's word for why")
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("declined card")
        verbose_name_plural = _("declined cards")
        indexes = [
            models.Index(fields=["person", "-at"], name="declined_cards_of_person"),
            models.Index(fields=["subject_ref"], name="declined_cards_of_stranger", condition=~Q(subject_ref="")),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.code}"


class ArrivedPayment(models.Model):
    """A payment reached the shop: by whom, on which card, from which network, and what Radar thought of it."""

    subject_ref = models.CharField(primary_key=True, max_length=160, help_text="what was paid, e.g. order:<id>")
    person = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="+", help_text="nobody: a stranger's"
    )
    card = models.CharField(max_length=64, blank=True, help_text="Stripe's fingerprint; empty where it tells nothing")
    network = models.CharField(max_length=64, blank=True)
    risk_level = models.CharField(max_length=20, blank=True, help_text="Radar's word")
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("payment that arrived")
        verbose_name_plural = _("payments that arrived")
        indexes = [
            models.Index(fields=["person", "-at"], name="payments_of_person"),
            models.Index(fields=["card", "-at"], name="payments_on_card", condition=~Q(card="")),
            models.Index(fields=["network", "-at"], name="payments_from_network", condition=~Q(network="")),
        ]

    def __str__(self) -> str:
        return self.subject_ref


class StrangersCheckout(models.Model):
    """Somebody who had not signed in bought with the address of an account. Perhaps it is hers, perhaps she only knows
    it: what she was seen with is kept by the order, and nothing of it with that account.
    """

    subject_ref = models.CharField(primary_key=True, max_length=160, help_text="what is bought, e.g. order:<id>")
    network = models.CharField(max_length=64, blank=True)
    device = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("order by a stranger")
        verbose_name_plural = _("orders by strangers")
        indexes = [models.Index(fields=["device", "-at"], name="strangers_by_device", condition=~Q(device=""))]

    def __str__(self) -> str:
        return self.subject_ref


class Verdict(models.Model):
    """What the rules said of something, once, with the facts that they saw."""

    class Kind(models.TextChoices):
        ORDER = "order", _("A payment")
        WELCOME = "welcome", _("Welcome credits")
        WARNING = "warning", _("A bank's early warning")
        PURCHASE = "purchase", _("A payment for credits or a plan")

    class Outcome(models.TextChoices):
        ALLOW = "allow", _("Allowed")
        HOLD = "hold", _("Held for a person")
        REFUSE = "refuse", _("Refused")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    subject_ref = models.CharField(max_length=160, unique=True, help_text="what was judged, e.g. order:<id>")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome)
    fired = models.JSONField(default=list, help_text="the rules that did not allow it, each with what it saw")
    facts = models.JSONField(default=dict)
    decide_by = models.DateTimeField(null=True, blank=True, help_text="of what is held")
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="hold", decide_by__isnull=False) | (~Q(outcome="hold") & Q(decide_by__isnull=True)),
                name="what_is_held_has_a_deadline",
            ),
        ]
        indexes = [models.Index(fields=["decide_by"], condition=Q(outcome="hold"), name="verdicts_by_deadline")]

    def __str__(self) -> str:
        return f"{self.subject_ref} {self.outcome}"

    @property
    def is_waiting(self) -> bool:
        """Whether a person must still decide."""
        return self.outcome == self.Outcome.HOLD and getattr(self, "decision", None) is None

    @property
    def is_late(self) -> bool:
        """Whether the time to decide is over."""
        return self.decide_by is not None and self.decide_by <= now()


class Decision(models.Model):
    """What became of something that was held: who decided, when and why; nobody where the time was over."""

    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, primary_key=True, related_name="decision")
    is_approved = models.BooleanField()
    decider = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(max_length=2000, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return f"{self.verdict_id} {'approved' if self.is_approved else 'refused'}"

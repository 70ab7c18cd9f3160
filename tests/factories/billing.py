"""Credits, sales and payout accounts; made through the services, so that the ledger agrees."""

from datetime import timedelta
from uuid import uuid4

import factory

from billing.models import CreditPack, PayoutAccount, PayoutSchedule, Plan, Reason, SellerDeclaration
from billing.services import declare_seller, grant_credits, record_sale
from marketplace.accounts.models import Artist, User
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.factories.accounts import ArtistFactory


def give_credits(user: User, amount: int, **more: object) -> None:
    """A gift of credits, each call a new one."""
    grant_credits(user=user, amount=amount, reason=Reason.GIFT, object_ref=f"gift:{uuid4()}", effect="granted", **more)


def sell(artist: Artist, gross_minor: int = 2000, *, days_until_available: float = 7, **more: object):
    """A recorded sale of a new line."""
    line = uuid4()
    return record_sale(
        **{
            "order_ref": f"order:{line}",
            "line_ref": f"line:{line}",
            "artist": artist,
            "gross": Money(gross_minor, "USD"),
            "available_at": now() + timedelta(days=days_until_available),
            **more,
        }
    )


class CreditPackFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CreditPack

    code = factory.Sequence(lambda n: f"pack-{n}")
    name_en = "Handful"
    name_zh_hans = "一把"
    credits = 100
    price_minor = 500
    lookup_key = factory.LazyAttribute(lambda o: f"atelier_{o.code}")


class PlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Plan

    code = factory.Sequence(lambda n: f"plan-{n}")
    name_en = "Studio"
    name_zh_hans = "工作室"
    credits = 400
    credits_last_days = 90
    price_minor = 1200
    lookup_key = factory.LazyAttribute(lambda o: f"atelier_{o.code}")


def declare(artist: Artist, **more: object) -> SellerDeclaration:
    """The artist's declaration as a seller, a private person by default."""
    return declare_seller(**{"declarer": artist.user, "artist": artist, "is_trader": False, "certifies": True, **more})


def make_payouts_due(artist: Artist) -> None:
    """The artist's next payout day has come."""
    PayoutSchedule.objects.update_or_create(
        artist=artist,
        defaults={"every": "week", "next_at": now() - timedelta(minutes=1)},
    )


class PayoutAccountFactory(factory.django.DjangoModelFactory):
    """A connected account that is ready for payouts, of a private person who has declared what sellers declare."""

    class Meta:
        model = PayoutAccount
        skip_postgeneration_save = True

    artist = factory.SubFactory(ArtistFactory)
    stripe_account_id = factory.Sequence(lambda n: f"acct_{n:08d}")
    details_submitted = True
    transfers_active = True
    payouts_enabled = True
    business_type = "individual"
    country = "US"
    has_name = True
    has_address = True
    has_tax_id = True

    @factory.post_generation
    def declared(self, create, extracted, **kwargs):
        """``declared=False``: not yet."""
        if create and extracted is not False:
            declare(self.artist)

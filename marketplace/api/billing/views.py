"""My credits and packs, for programs."""

from dataclasses import asdict

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing import selectors
from billing.models import CreditPack, Entry
from billing.services import buy_credits
from marketplace.accounts.models import User
from marketplace.api.billing.serializers import (
    CreditLineSerializer,
    CreditPackSerializer,
    CreditsSerializer,
    ReturnAddressesSerializer,
    StartedCheckoutSerializer,
)


def person_of(request: Request) -> User:
    """Who asks."""
    assert isinstance(request.user, User)  # IsAuthenticated stands before every view here
    return request.user


class Credits(APIView):
    """My credits."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=CreditsSerializer)
    def get(self, request: Request) -> Response:
        """What I can spend, what is reserved, and what expires first."""
        expiring = selectors.credits_expiring_next(person_of(request))
        return Response(
            CreditsSerializer(
                {
                    "available": selectors.credits_available(person_of(request)),
                    "held": selectors.credits_held(person_of(request)),
                    "expiring_next": asdict(expiring) if expiring else None,
                }
            ).data
        )


class CreditHistory(ListAPIView[Entry]):
    """The lines of my credits, newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = CreditLineSerializer
    queryset = Entry.objects.none()

    def get_queryset(self) -> QuerySet[Entry]:
        """Mine only."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.credit_history(person_of(self.request))


class CreditPacks(ListAPIView[CreditPack]):
    """Credit packs on sale."""

    permission_classes = [AllowAny]
    serializer_class = CreditPackSerializer
    pagination_class = None
    queryset = CreditPack.objects.none()

    def get_queryset(self) -> QuerySet[CreditPack]:
        """The smallest first."""
        return selectors.credit_packs()


def addresses_of(request: Request, form: type[ReturnAddressesSerializer] = ReturnAddressesSerializer) -> dict[str, str]:
    """Where the payment page returns to, and what else ``form`` asks; our own page where nothing is given."""
    given = form(data=request.data)
    given.is_valid(raise_exception=True)
    own = f"{settings.BASE_URL}{reverse('my_credits')}"
    return {"success_url": own, "cancel_url": own, **given.validated_data}


class PackCheckout(APIView):
    """Buying a credit pack."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=ReturnAddressesSerializer, responses={201: StartedCheckoutSerializer})
    def post(self, request: Request, code: str) -> Response:
        """Open a checkout for a pack; the credits come once it is paid."""
        started = buy_credits(user=person_of(request), pack_code=code, **addresses_of(request))
        return Response({"id": started.purchase.pk, "checkout_url": started.checkout_url}, status=201)

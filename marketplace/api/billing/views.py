"""My credits, packs and plan, for programs."""

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
from billing.errors import NoRunningPlan
from billing.models import CreditPack, Entry, Plan
from billing.services import buy_credits, end_plan, keep_plan, start_plan
from marketplace.accounts.models import User
from marketplace.api.billing.serializers import (
    CreditLineSerializer,
    CreditPackSerializer,
    CreditsSerializer,
    PlanSerializer,
    PlanSubscriptionSerializer,
    ReturnAddressesSerializer,
    StartedCheckoutSerializer,
)


def _person(request: Request) -> User:
    assert isinstance(request.user, User)  # IsAuthenticated stands before every view here
    return request.user


class Credits(APIView):
    """My credits."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=CreditsSerializer)
    def get(self, request: Request) -> Response:
        """What I can spend, what is reserved, and what expires first."""
        expiring = selectors.credits_expiring_next(_person(request))
        return Response(
            CreditsSerializer(
                {
                    "available": selectors.credits_available(_person(request)),
                    "held": selectors.credits_held(_person(request)),
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
        return selectors.credit_history(_person(self.request))


class CreditPacks(ListAPIView[CreditPack]):
    """Credit packs on sale."""

    permission_classes = [AllowAny]
    serializer_class = CreditPackSerializer
    pagination_class = None
    queryset = CreditPack.objects.none()

    def get_queryset(self) -> QuerySet[CreditPack]:
        """The smallest first."""
        return selectors.credit_packs()


class Plans(ListAPIView[Plan]):
    """Plans on sale."""

    permission_classes = [AllowAny]
    serializer_class = PlanSerializer
    pagination_class = None
    queryset = Plan.objects.none()

    def get_queryset(self) -> QuerySet[Plan]:
        """The cheapest first."""
        return selectors.plans()


def _addresses(request: Request) -> dict[str, str]:
    given = ReturnAddressesSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    own = f"{settings.BASE_URL}{reverse('my_credits')}"
    return {"success_url": own, "cancel_url": own, **given.validated_data}


class PackCheckout(APIView):
    """Buying a credit pack."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=ReturnAddressesSerializer, responses={201: StartedCheckoutSerializer})
    def post(self, request: Request, code: str) -> Response:
        """Open a checkout for a pack; the credits come once it is paid."""
        started = buy_credits(user=_person(request), pack_code=code, **_addresses(request))
        return Response({"id": started.purchase.pk, "checkout_url": started.checkout_url}, status=201)


class PlanCheckout(APIView):
    """Taking a plan."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=ReturnAddressesSerializer, responses={201: StartedCheckoutSerializer})
    def post(self, request: Request, code: str) -> Response:
        """Open a checkout for a plan; it begins once it is paid."""
        started = start_plan(user=_person(request), plan_code=code, **_addresses(request))
        return Response({"id": started.subscription.pk, "checkout_url": started.checkout_url}, status=201)


class MyPlan(APIView):
    """The plan that I pay for."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=PlanSubscriptionSerializer)
    def get(self, request: Request) -> Response:
        """My plan and when it renews or ends."""
        subscription = selectors.running_plan(_person(request))
        if subscription is None:
            raise NoRunningPlan()
        return Response(PlanSubscriptionSerializer(subscription).data)

    @extend_schema(responses=PlanSubscriptionSerializer)
    def delete(self, request: Request) -> Response:
        """Let my plan end with the month that is paid."""
        return Response(PlanSubscriptionSerializer(end_plan(user=_person(request))).data)

    @extend_schema(request=None, responses=PlanSubscriptionSerializer)
    def put(self, request: Request) -> Response:
        """Take the end of my plan back."""
        return Response(PlanSubscriptionSerializer(keep_plan(user=_person(request))).data)

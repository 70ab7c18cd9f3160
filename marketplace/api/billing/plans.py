"""Plans, and mine: taken, changed, paused, ended, kept, for programs."""

from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from billing import selectors
from billing.errors import NoRunningPlan
from billing.models import Plan, PlanSubscription
from billing.services import (
    change_plan,
    end_plan,
    keep_plan,
    offer_change,
    pause_plan,
    resume_plan,
    start_plan,
    withdraw_change,
)
from marketplace.api.billing.serializers import (
    AudienceSerializer,
    ChangeOfferSerializer,
    ChangeOrderSerializer,
    ChangeWishSerializer,
    PauseSerializer,
    PlanChangeSerializer,
    PlanCheckoutSerializer,
    PlanSerializer,
    PlanSubscriptionSerializer,
    StartedCheckoutSerializer,
)
from marketplace.api.billing.views import addresses_of, person_of
from marketplace.core.money import Money


def _read(form: type[Serializer[Any]], given: Any) -> dict[str, Any]:
    read = form(data=given)
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


def _audience(request: Request) -> str:
    return str(_read(AudienceSerializer, request.query_params)["audience"])


def _answer(subscription: PlanSubscription) -> Response:
    return Response(PlanSubscriptionSerializer(subscription).data)


class Plans(ListAPIView[Plan]):
    """Plans on sale."""

    permission_classes = [AllowAny]
    serializer_class = PlanSerializer
    pagination_class = None
    queryset = Plan.objects.none()

    def get_queryset(self) -> QuerySet[Plan]:
        """Those for artists first, the cheapest first."""
        return selectors.plans()


class PlanCheckout(APIView):
    """Taking a plan."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=PlanCheckoutSerializer, responses={201: StartedCheckoutSerializer})
    def post(self, request: Request, code: str) -> Response:
        """Open a checkout for a plan; it begins once it is paid, or with its trial."""
        given = addresses_of(request, PlanCheckoutSerializer)
        started = start_plan(user=person_of(request), plan_code=code, **given)
        return Response({"id": started.subscription.pk, "checkout_url": started.checkout_url}, status=201)


class MyPlan(APIView):
    """The plan that I pay for."""

    permission_classes = [IsAuthenticated]

    @extend_schema(parameters=[AudienceSerializer], responses=PlanSubscriptionSerializer)
    def get(self, request: Request) -> Response:
        """My plan and when it renews or ends."""
        subscription = selectors.running_plan(person_of(request), _audience(request))
        if subscription is None:
            raise NoRunningPlan()
        return _answer(subscription)

    @extend_schema(parameters=[AudienceSerializer], responses=PlanSubscriptionSerializer)
    def delete(self, request: Request) -> Response:
        """Let my plan end with what is paid."""
        return _answer(end_plan(user=person_of(request), audience=_audience(request)))

    @extend_schema(parameters=[AudienceSerializer], request=None, responses=PlanSubscriptionSerializer)
    def put(self, request: Request) -> Response:
        """Take the end of my plan back."""
        return _answer(keep_plan(user=person_of(request), audience=_audience(request)))


class MyPlanChange(APIView):
    """Another plan or interval."""

    permission_classes = [IsAuthenticated]

    @extend_schema(parameters=[ChangeWishSerializer], responses=ChangeOfferSerializer)
    def get(self, request: Request) -> Response:
        """What a change would charge now, and when it would begin; changes nothing."""
        wish = _read(ChangeWishSerializer, request.query_params)
        offer = offer_change(
            user=person_of(request), plan_code=wish["plan"], interval=wish["interval"], audience=wish["audience"]
        )
        facts = {
            "is_at_once": offer.is_at_once,
            "effective_at": offer.effective_at,
            "at": offer.at,
            "due": offer.due,
            "lines": [asdict(line) for line in offer.lines],
        }
        return Response(ChangeOfferSerializer(facts).data)

    @extend_schema(request=ChangeOrderSerializer, responses=PlanChangeSerializer)
    def post(self, request: Request) -> Response:
        """Change as the offer said; where its amount has become another one, nothing is changed."""
        order = _read(ChangeOrderSerializer, request.data)
        subscription = selectors.running_plan(person_of(request), order["audience"])
        if subscription is None:
            raise NoRunningPlan()
        change = change_plan(
            user=person_of(request),
            plan_code=order["plan"],
            interval=order["interval"],
            at=order["at"],
            expected=Money(order["due_minor"], subscription.plan.currency),
            audience=order["audience"],
        )
        return Response(PlanChangeSerializer(change).data)

    @extend_schema(parameters=[AudienceSerializer], responses=PlanSubscriptionSerializer)
    def delete(self, request: Request) -> Response:
        """Take back a change that waits for the period's end."""
        return _answer(withdraw_change(user=person_of(request), audience=_audience(request)))


class MyPlanPause(APIView):
    """A rest of some months."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=PauseSerializer, responses=PlanSubscriptionSerializer)
    def put(self, request: Request) -> Response:
        """Skip the next months of a monthly plan."""
        wish = _read(PauseSerializer, request.data)
        return _answer(pause_plan(user=person_of(request), months=wish["months"], audience=wish["audience"]))

    @extend_schema(parameters=[AudienceSerializer], responses=PlanSubscriptionSerializer)
    def delete(self, request: Request) -> Response:
        """Go on now; where what was paid is used up, a new month is charged."""
        return _answer(resume_plan(user=person_of(request), audience=_audience(request)))

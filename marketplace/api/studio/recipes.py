"""Recipes by program: another picture like mine, and a signed recipe ordered again."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.engine import contract
from generation.models import GenerationJob
from marketplace.accounts.models import User
from marketplace.api.studio.serializers import GenerationSerializer, SignedRecipeSerializer
from marketplace.studio.again import made_ready, start_again, start_recipe
from marketplace.studio.recipes import read_recipe
from marketplace.studio.selectors import job_view


class AgainSerializer(serializers.Serializer[dict[str, Any]]):
    """How many more, and from which seed."""

    seed = serializers.IntegerField(
        required=False, min_value=0, max_value=contract.LARGEST_SEED, help_text="Left out: a new one."
    )
    count = serializers.IntegerField(required=False, default=1, min_value=1, max_value=contract.MOST_PICTURES)
    submission = serializers.UUIDField(
        required=False, help_text="Your own id of this order: sent twice, it makes one generation and one charge."
    )


class RecipeOrderSerializer(AgainSerializer):
    """A signed recipe, and what shall differ from it."""

    recipe = SignedRecipeSerializer()
    seed = serializers.IntegerField(
        required=False, min_value=0, max_value=contract.LARGEST_SEED, help_text="Left out: the recipe's own."
    )


class RecipeQuoteSerializer(serializers.Serializer[dict[str, Any]]):
    """What the recipe says and what it would cost."""

    recipe = serializers.DictField(help_text="Its settings, as they were ordered.")
    credits = serializers.IntegerField()
    expected_seconds = serializers.FloatField(help_text="The making alone.")
    waiting_seconds = serializers.FloatField(help_text="Until it begins, if it is ordered now.")


class _Recipes(APIView):
    permission_classes = [IsAuthenticated]

    def _person(self, request: Request) -> User:
        assert isinstance(request.user, User)
        return request.user

    def _answer(self, request: Request, job: GenerationJob) -> Response:
        return Response(GenerationSerializer(job_view(job), context={"request": request}).data, status=201)


class Again(_Recipes):
    """Another like this."""

    @extend_schema(request=AgainSerializer, responses={201: GenerationSerializer})
    def post(self, request: Request, output_id: UUID) -> Response:
        """More pictures with exactly the settings of one of mine: model, words, size, steps, guidance, and what it
        began with.
        """
        order = AgainSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        given = order.validated_data
        job = start_again(
            user=self._person(request),
            output_id=output_id,
            seed=given.get("seed"),
            count=given["count"],
            submission=given.get("submission"),
        )
        return self._answer(request, job)


class RecipeOrder(_Recipes):
    """A recipe's picture, made here."""

    @extend_schema(request=RecipeOrderSerializer, responses={201: GenerationSerializer})
    def post(self, request: Request) -> Response:
        """Order what a recipe says that this site signed. Its model must be offered to me, its input be one of mine."""
        order = RecipeOrderSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        given = order.validated_data
        job = start_recipe(
            user=self._person(request),
            recipe=read_recipe(dict(given["recipe"])),
            seed=given.get("seed"),
            count=given["count"],
            submission=given.get("submission"),
        )
        return self._answer(request, job)


class RecipeQuote(_Recipes):
    """The price of a recipe."""

    @extend_schema(request=RecipeOrderSerializer, responses=RecipeQuoteSerializer)
    def post(self, request: Request) -> Response:
        """What a signed recipe says and costs; the same refusals as the order's. Charges nothing."""
        order = RecipeOrderSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        recipe = read_recipe(dict(order.validated_data["recipe"]))
        seed = order.validated_data.get("seed", recipe.seed)
        ready = made_ready(self._person(request), recipe, seed=seed, count=order.validated_data["count"])
        return Response(
            {
                "recipe": recipe.as_ordered,
                "credits": ready.offer.credits,
                "expected_seconds": round(ready.offer.expected_seconds, 2),
                "waiting_seconds": round(ready.offer.waiting_seconds, 2),
            }
        )

"""Prompt grids by program: quoted, ordered, watched, cancelled."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.engine import contract
from marketplace.accounts.models import User
from marketplace.api.pagination import Pages
from marketplace.api.studio.serializers import PictureSerializer
from marketplace.studio.choosing import Choice, Wish, choice_of, choose_model, usable_models
from marketplace.studio.grids.axes import Axis, What, axis_of
from marketplace.studio.grids.models import PictureGrid
from marketplace.studio.grids.plans import GridSettings, plan_grid
from marketplace.studio.grids.selectors import CellView, GridView, grid_of, grid_view, grids_of, oldest_sign
from marketplace.studio.grids.services import cancel_grid, order_grid, retry_cell
from marketplace.studio.selectors import take_up_if_it_stands_still
from marketplace.studio.settings_of_pictures import PictureSettings, new_seed


class AxisSerializer(serializers.Serializer[dict[str, Any]]):
    """What differs, and its 2 to 6 values; numbers may be ranges like "4-8:2", models are named by name or id."""

    what = serializers.ChoiceField(choices=[what.value for what in What])
    values = serializers.ListField(child=serializers.CharField(max_length=200), min_length=1, max_length=6)


class GridOrderSerializer(serializers.Serializer[dict[str, Any]]):
    """A grid to order. The prompt holds {x} or {y} where the words of that axis shall stand. Sides are pixels.

    Its context holds ``user``.
    """

    prompt = serializers.CharField(max_length=500)
    negative_prompt = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)
    x = AxisSerializer(help_text="From column to column.")
    y = AxisSerializer(required=False, help_text="From row to row; left out: a single row.")
    wish = serializers.ChoiceField(
        required=False, default=Wish.BEST.value, choices=[wish.value for wish in Wish], help_text="What matters most."
    )
    model = serializers.UUIDField(required=False, help_text="The id of a model; left out: by the wish.")
    width = serializers.IntegerField(required=False, min_value=contract.SMALLEST_SIDE, max_value=contract.LARGEST_SIDE)
    height = serializers.IntegerField(required=False, min_value=contract.SMALLEST_SIDE, max_value=contract.LARGEST_SIDE)
    seed = serializers.IntegerField(
        required=False, min_value=0, max_value=contract.LARGEST_SEED, help_text="Of all cells; left out: a new one."
    )
    steps = serializers.IntegerField(required=False, min_value=1, max_value=contract.MOST_STEPS)
    guidance = serializers.FloatField(required=False, min_value=1, max_value=20)
    submission = serializers.UUIDField(
        required=False, help_text="Your own id of this order: sent twice, it makes one grid and one charge."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Sides must be multiples of 64."""
        for side in ("width", "height"):
            if attrs.get(side, 0) % contract.SIDE_MULTIPLE:
                raise serializers.ValidationError({side: f"A multiple of {contract.SIDE_MULTIPLE}, please."})
        return attrs

    def settings(self) -> GridSettings:
        """What the grids' services take. Raises GridUnusable and NoModelForThis."""
        given = self.validated_data
        user: User = self.context["user"]
        sides = [given[side] for side in ("width", "height") if side in given]
        model = self._choice(user, (max(sides), max(sides)) if sides else None).model
        base = PictureSettings(
            prompt=given["prompt"],
            negative_prompt=given["negative_prompt"],
            width=given.get("width", model.default_side),
            height=given.get("height", model.default_side),
            count=1,
            seed=given["seed"] if "seed" in given else new_seed(),
            steps=given.get("steps", model.default_steps),
            guidance=given.get("guidance"),
        )
        return GridSettings(base, model, self._axis(user, "x"), self._axis(user, "y") if "y" in given else None)

    def _choice(self, user: User, size: tuple[int, int] | None) -> Choice:
        given = self.validated_data
        if "model" in given:
            return choice_of(user=user, model_id=given["model"], size=size)
        negative = given["negative_prompt"]
        return choose_model(
            user=user, wish=Wish(given["wish"]), size=size, prompt=given["prompt"], negative_prompt=negative
        )

    def _axis(self, user: User, name: str) -> Axis:
        given = self.validated_data[name]
        return axis_of(What(given["what"]), given["values"], models=usable_models(user))


class CellSerializer(serializers.Serializer[CellView]):
    """One cell: its place from 0, its job, and its picture once there is one."""

    id = serializers.UUIDField(source="cell.id")
    column = serializers.IntegerField(source="cell.column")
    row = serializers.IntegerField(source="cell.row")
    name = serializers.CharField(source="label", help_text="The values of its column and row.")
    generation = serializers.UUIDField(source="job.id")
    state = serializers.CharField(source="job.state")
    steps_done = serializers.IntegerField(source="job.steps_done")
    steps_total = serializers.IntegerField(source="job.steps_total")
    error = serializers.CharField(source="failure.message", default=None, allow_null=True)
    picture = PictureSerializer(source="output", allow_null=True)


class GridSerializer(serializers.Serializer[GridView]):
    """A grid: axes, progress, price, cells row by row."""

    id = serializers.UUIDField(source="grid.id")
    prompt = serializers.CharField(source="settings.base.prompt")
    x = serializers.SerializerMethodField()
    y = serializers.SerializerMethodField()
    is_active = serializers.BooleanField()
    steps_done = serializers.IntegerField()
    steps_total = serializers.IntegerField()
    seconds_left = serializers.FloatField(allow_null=True)
    credits_held = serializers.IntegerField()
    credits_spent = serializers.IntegerField()
    credits_to_return = serializers.IntegerField(help_text="What comes back if the rest is cancelled now.")
    created_at = serializers.DateTimeField(source="grid.created_at")
    cells = CellSerializer(many=True)

    @extend_schema_field(AxisSerializer)
    def get_x(self, view: GridView) -> dict[str, Any]:
        """The columns' axis."""
        return _axis(view.settings.x)

    @extend_schema_field(AxisSerializer(allow_null=True))
    def get_y(self, view: GridView) -> dict[str, Any] | None:
        """The rows' axis."""
        return _axis(view.settings.y) if view.settings.y is not None else None


def _axis(axis: Axis) -> dict[str, Any]:
    return {"what": axis.what.value, "values": list(axis.labels)}


class GridQuoteSerializer(serializers.Serializer[dict[str, Any]]):
    """What a grid would cost, and what it would be refused with."""

    pictures = serializers.IntegerField()
    credits = serializers.IntegerField()
    expected_seconds = serializers.FloatField(help_text="The making alone.")
    waiting_seconds = serializers.FloatField(help_text="Until it begins, if it is ordered now.")
    refusal = serializers.CharField(allow_null=True)


class _Grids(APIView):
    permission_classes = [IsAuthenticated]

    def _person(self, request: Request) -> User:
        assert isinstance(request.user, User)
        return request.user

    def _order(self, request: Request) -> GridOrderSerializer:
        order = GridOrderSerializer(data=request.data, context={"user": self._person(request)})
        order.is_valid(raise_exception=True)
        return order

    def _shown(self, request: Request, grid: PictureGrid, *, with_time: bool = True) -> dict[str, Any]:
        return dict(GridSerializer(grid_view(grid, with_time=with_time), context={"request": request}).data)


class Grids(_Grids):
    """My grids."""

    @extend_schema(responses=GridSerializer(many=True))
    def get(self, request: Request) -> Response:
        """My grids, newest first; without the seconds left."""
        pages: PageNumberPagination = Pages()
        mine: QuerySet[PictureGrid] = grids_of(self._person(request))
        page = pages.paginate_queryset(mine, request, view=self)
        return pages.get_paginated_response([self._shown(request, grid, with_time=False) for grid in page or []])

    @extend_schema(request=GridOrderSerializer, responses={201: GridSerializer})
    def post(self, request: Request) -> Response:
        """Order a picture for each cell: all or none. One grid may be active at a time."""
        order, user = self._order(request), self._person(request)
        grid = order_grid(user=user, settings=order.settings(), submission=order.validated_data.get("submission"))
        return Response(self._shown(request, grid_of(user, grid.id)), status=201)


class GridQuote(_Grids):
    """The price before the order."""

    @extend_schema(request=GridOrderSerializer, responses=GridQuoteSerializer)
    def post(self, request: Request) -> Response:
        """Credits and expected seconds of the whole grid. Charges nothing."""
        plan = plan_grid(self._person(request), self._order(request).settings())
        return Response(
            {
                "pictures": len(plan.cells),
                "credits": plan.credits,
                "expected_seconds": round(plan.expected_seconds, 2),
                "waiting_seconds": round(plan.waiting_seconds, 2),
                "refusal": plan.refusal.message if plan.refusal is not None else None,
            }
        )


class Grid(_Grids):
    """One of my grids."""

    @extend_schema(responses=GridSerializer)
    def get(self, request: Request, grid_id: UUID) -> Response:
        """Its cells with their states and pictures."""
        grid = grid_of(self._person(request), grid_id)
        if (job := oldest_sign(grid_view(grid, with_time=False))) is not None:
            take_up_if_it_stands_still(job)
        return Response(self._shown(request, grid))

    @extend_schema(responses=GridSerializer)
    def delete(self, request: Request, grid_id: UUID) -> Response:
        """Cancel the rest; pictures delivered stay, unspent credits come back."""
        user = self._person(request)
        cancel_grid(user=user, grid_id=grid_id)
        return Response(self._shown(request, grid_of(user, grid_id)))


class GridCellRetry(_Grids):
    """One cell once more."""

    @extend_schema(request=None, responses=GridSerializer)
    def post(self, request: Request, cell_id: UUID) -> Response:
        """Order a cell's picture anew that failed or was cancelled."""
        user = self._person(request)
        cell = retry_cell(user=user, cell_id=cell_id)
        return Response(self._shown(request, grid_of(user, cell.grid_id)))

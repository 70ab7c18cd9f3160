"""Edits and variations by program: the same services as the studio's tools."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.engine import contract
from generation.models import GenerationJob, GenerationModel
from marketplace.accounts.models import User
from marketplace.api.studio.loras import chosen_loras, loras_field
from marketplace.api.studio.serializers import GenerationSerializer
from marketplace.studio.choosing import choose_model
from marketplace.studio.editing import input_of, start_inpaint, start_outpaint, start_variations
from marketplace.studio.loras.choices import ChosenLora
from marketplace.studio.selectors import job_view
from marketplace.studio.settings_of_pictures import PictureSettings, new_seed


class _OrderSerializer(serializers.Serializer[dict[str, Any]]):
    count = serializers.IntegerField(required=False, default=1, min_value=1, max_value=contract.MOST_PICTURES)
    seed = serializers.IntegerField(required=False, min_value=0, max_value=contract.LARGEST_SEED)
    submission = serializers.UUIDField(
        required=False, help_text="Your own id of this order: sent twice, it makes one generation and one charge."
    )

    @property
    def seed_to_use(self) -> int:
        """The one that was sent, or a new one."""
        return self.validated_data["seed"] if "seed" in self.validated_data else new_seed()


class EditSerializer(_OrderSerializer):
    prompt = serializers.CharField(max_length=500, help_text="What shall be there; (words:1.4) weigh more.")
    negative_prompt = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)
    steps = serializers.IntegerField(required=False, min_value=1, max_value=contract.MOST_STEPS)
    guidance = serializers.FloatField(required=False, min_value=1, max_value=20)
    input_file = serializers.FileField(required=False, help_text="PNG, JPEG or WebP, up to 15 MB (multipart).")
    input_picture = serializers.UUIDField(required=False, help_text="The id of a picture of yours.")
    loras = loras_field()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one picture."""
        if bool(attrs.get("input_file")) == bool(attrs.get("input_picture")):
            raise serializers.ValidationError({"input_picture": "Send a file or a picture of yours, and not both."})
        return attrs

    def settings(self, model: GenerationModel, *, loras: tuple[ChosenLora, ...] = ()) -> PictureSettings:
        """What the studio's services take; they set the sides."""
        given = self.validated_data
        return PictureSettings(
            prompt=given["prompt"],
            negative_prompt=given["negative_prompt"],
            width=model.default_side,
            height=model.default_side,
            count=given["count"],
            seed=self.seed_to_use,
            steps=given.get("steps", model.default_steps),
            guidance=given.get("guidance"),
            strength=given.get("strength"),
            painted_side=model.default_side,
            loras=loras,
        )


class InpaintSerializer(EditSerializer):
    """Paint a part of a picture anew."""

    mask = serializers.FileField(help_text="PNG: what is bright, or opaque, is painted anew (multipart).")
    strength = serializers.FloatField(
        required=False, default=1.0, min_value=0.1, max_value=1, help_text="1 keeps nothing of what is under the mask."
    )


class OutpaintSerializer(EditSerializer):
    """Let a picture grow; pixels at each side."""

    left = serializers.IntegerField(required=False, default=0, min_value=0, max_value=contract.MOST_EXTENSION)
    top = serializers.IntegerField(required=False, default=0, min_value=0, max_value=contract.MOST_EXTENSION)
    right = serializers.IntegerField(required=False, default=0, min_value=0, max_value=contract.MOST_EXTENSION)
    bottom = serializers.IntegerField(required=False, default=0, min_value=0, max_value=contract.MOST_EXTENSION)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """At least one side grows."""
        if not any(attrs[side] for side in ("left", "top", "right", "bottom")):
            raise serializers.ValidationError("Name at least one side by which the picture grows.")
        return super().validate(attrs)

    @property
    def extension(self) -> contract.Extension:
        """By how much at each side."""
        return contract.Extension(**{side: self.validated_data[side] for side in ("left", "top", "right", "bottom")})


class VariationsSerializer(_OrderSerializer):
    """Pictures near one of yours, by the model that made it."""

    picture = serializers.UUIDField(help_text="The id of a picture of yours that was made from words.")
    amount = serializers.FloatField(
        required=False, default=0.3, min_value=0.01, max_value=1, help_text="How far from it; 1 is another picture."
    )


class Edits(APIView):
    permission_classes = [IsAuthenticated]
    parser_classes = [MultiPartParser, JSONParser, FormParser]

    def person(self, request: Request) -> User:
        assert isinstance(request.user, User)
        return request.user

    def answer(self, request: Request, job: GenerationJob) -> Response:
        return Response(GenerationSerializer(job_view(job), context={"request": request}).data, status=201)

    def _painted(
        self, request: Request, order: EditSerializer, start: Callable[..., GenerationJob], **what: Any
    ) -> Response:
        """Order ``start`` with what every painting needs, and ``what`` this one needs beside."""
        user, given = self.person(request), order.validated_data
        loras = chosen_loras(user, given)
        model = choose_model(user=user, kind=contract.Kind.IMAGE_TO_IMAGE, loras=loras, prompt=given["prompt"]).model
        upload = given.get("input_file")
        picture = input_of(user, upload=upload.read() if upload else None, output_id=given.get("input_picture"))
        job = start(
            user=user,
            settings=order.settings(model, loras=loras),
            picture=picture,
            model=model,
            submission=given.get("submission"),
            **what,
        )
        return self.answer(request, job)


class Inpaint(Edits):
    """Painting over."""

    @extend_schema(request=InpaintSerializer, responses={201: GenerationSerializer})
    def post(self, request: Request) -> Response:
        """Paint a picture anew where the mask says. Outside the mask no pixel changes."""
        order = InpaintSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        return self._painted(request, order, start_inpaint, mask=order.validated_data["mask"].read())


class Outpaint(Edits):
    """Painting on beyond the edge."""

    @extend_schema(request=OutpaintSerializer, responses={201: GenerationSerializer})
    def post(self, request: Request) -> Response:
        """Let a picture grow at the sides named. Its own pixels stay."""
        order = OutpaintSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        return self._painted(request, order, start_outpaint, extension=order.extension)


class Variations(Edits):
    """Variations."""

    @extend_schema(request=VariationsSerializer, responses={201: GenerationSerializer})
    def post(self, request: Request) -> Response:
        """Pictures near one of mine."""
        order = VariationsSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        given = order.validated_data
        return self.answer(
            request,
            start_variations(
                user=self.person(request),
                output_id=given["picture"],
                amount=given["amount"],
                count=given["count"],
                seed=order.seed_to_use,
                submission=given.get("submission"),
            ),
        )

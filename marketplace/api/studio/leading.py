"""Pictures whose composition follows a sketch or another picture, by program."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from generation.engine import contract
from generation.engine.contract import Control, ControlKind
from marketplace.api.studio.editing import Edits, EditSerializer
from marketplace.api.studio.serializers import GenerationSerializer
from marketplace.studio.editing import input_of
from marketplace.studio.leading import model_that_follows, start_led


class LedSerializer(EditSerializer):
    """Words, and the picture that leads the composition; the size is the offered one of its shape."""

    loras = None  # type: ignore[assignment]
    control = serializers.ChoiceField(
        choices=[kind.value for kind in ControlKind],
        help_text="edges of a picture, the lines of a sketch as drawn, or depth (bright is near).",
    )
    scale = serializers.FloatField(
        required=False, default=1.0, min_value=0.05, max_value=2, help_text="1 is as it was trained; less is freer."
    )
    count = serializers.IntegerField(required=False, default=1, min_value=1, max_value=contract.MOST_PICTURES)


class Led(Edits):
    """Following a sketch or picture."""

    @extend_schema(request=LedSerializer, responses={201: GenerationSerializer})
    def post(self, request: Request) -> Response:
        """Make pictures of words whose composition follows a sketch, the edges of a picture, or its depth."""
        order = LedSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        user, given = self.person(request), order.validated_data
        control = Control(kind=ControlKind(given["control"]), scale=given["scale"])
        model = model_that_follows(user, control.kind)
        upload = given.get("input_file")
        job = start_led(
            user=user,
            settings=order.settings(model),
            control=control,
            picture=input_of(user, upload=upload.read() if upload else None, output_id=given.get("input_picture")),
            model=model,
            submission=given.get("submission"),
        )
        return self.answer(request, job)

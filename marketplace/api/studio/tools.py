"""The picture tools by program: the same services as the studio's pages."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.engine.contract import Kind, ToolSettings
from generation.engine.picture_tools.restoring.kinds import DamageKind
from marketplace.accounts.models import User
from marketplace.api.studio.serializers import GenerationSerializer
from marketplace.studio.editing import Input, input_of
from marketplace.studio.restorations import restoration_of
from marketplace.studio.selectors import job_view
from marketplace.studio.tools import KEPT_SIDE, quote_tool, size_kept, start_tool


class _ToolSerializer(serializers.Serializer[dict[str, Any]]):
    input_file = serializers.FileField(required=False, help_text="PNG, JPEG or WebP, up to 15 MB (multipart).")
    input_picture = serializers.UUIDField(required=False, help_text="The id of a picture of yours.")
    submission = serializers.UUIDField(
        required=False, help_text="Your own id of this order: sent twice, it makes one generation and one charge."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one picture, at most one reference."""
        if bool(attrs.get("input_file")) == bool(attrs.get("input_picture")):
            raise serializers.ValidationError({"input_picture": "Send a file or a picture of yours, and not both."})
        if attrs.get("reference_file") and attrs.get("reference_picture"):
            raise serializers.ValidationError({"reference_picture": "Send a file or a picture of yours, not both."})
        return attrs

    def tool(self) -> ToolSettings:
        """What the tool is told."""
        return ToolSettings()


class _ReferenceSerializer(_ToolSerializer):
    reference_file = serializers.FileField(required=False, help_text="The other picture, as a file (multipart).")
    reference_picture = serializers.UUIDField(required=False, help_text="The other picture: the id of one of yours.")


class _AmountSerializer(_ReferenceSerializer):
    amount = serializers.FloatField(
        required=False, default=0.8, min_value=0.05, max_value=1, help_text="1 takes as much of it as can be."
    )

    def tool(self) -> ToolSettings:
        """The amount."""
        return ToolSettings(amount=self.validated_data["amount"])


class UpscaleSerializer(_ToolSerializer):
    """Enlarge a picture."""

    factor = serializers.ChoiceField(choices=[2, 4], default=2, help_text="The result has at most 4096 px on a side.")

    def tool(self) -> ToolSettings:
        """The factor."""
        return ToolSettings(factor=self.validated_data["factor"])


class RestoreSerializer(_ToolSerializer):
    """Restore a picture."""

    damage = serializers.ListField(
        child=serializers.ChoiceField(choices=[kind.value for kind in DamageKind]), min_length=1, allow_empty=False
    )
    mask = serializers.FileField(
        required=False, help_text="PNG: bright or opaque where it is damaged (multipart). Without it we look ourselves."
    )

    def tool(self) -> ToolSettings:
        """The kinds of damage, each once."""
        return ToolSettings(damage=tuple(DamageKind(name) for name in dict.fromkeys(self.validated_data["damage"])))


class ColourizeSerializer(_ReferenceSerializer):
    """Give a picture colours: those that a network expects, or a reference picture's."""


class StyleSerializer(_AmountSerializer):
    """Paint a picture in the manner of another."""


class PaletteSerializer(_AmountSerializer):
    """Give a picture the colours of another."""


class CutOutSerializer(_ToolSerializer):
    """Take the background away."""

    mask = serializers.FileField(
        required=False, help_text="PNG: bright or opaque roughly where the subject is (multipart)."
    )


class ToolQuoteSerializer(serializers.Serializer[dict[str, Any]]):
    """What a tool would be asked for: its kind, the size of the picture in pixels, and for enlarging the factor."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind if kind.is_tool])
    width = serializers.IntegerField(min_value=1, max_value=100_000)
    height = serializers.IntegerField(min_value=1, max_value=100_000)
    factor = serializers.ChoiceField(choices=[2, 4], required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A factor is for enlarging, and 2 where none is named, as in an order."""
        if attrs["kind"] == Kind.UPSCALE:
            return {"factor": 2, **attrs}
        if "factor" in attrs:
            raise serializers.ValidationError({"factor": "Only what is enlarged has a factor."})
        return attrs

    def tool(self) -> ToolSettings:
        """The price depends on the factor alone."""
        return ToolSettings(factor=self.validated_data.get("factor"))


class ToolPriceSerializer(serializers.Serializer[dict[str, Any]]):
    """Price and time of a tool's picture; ``width`` and ``height`` are the result's, in pixels."""

    credits = serializers.IntegerField()
    expected_seconds = serializers.FloatField(help_text="The making alone.")
    waiting_seconds = serializers.FloatField(help_text="Until it begins, if it is ordered now.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    model = serializers.CharField()
    model_version = serializers.CharField()


class RestorationSerializer(serializers.Serializer[dict[str, Any]]):
    """Which part of a restored picture's pixels survived; shares from 0 to 1."""

    survived = serializers.FloatField()
    recovered = serializers.FloatField(help_text="The original shows through, its colour was corrected.")
    invented = serializers.FloatField(help_text="The colour comes from elsewhere.")
    steps = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    record_sha256 = serializers.CharField()


def _person(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


def _input(user: User, given: dict[str, Any], name: str) -> Input | None:
    upload, output_id = given.get(f"{name}_file"), given.get(f"{name}_picture")
    if not upload and not output_id:
        return None
    return input_of(user, upload=upload.read() if upload else None, output_id=output_id, kept_side=KEPT_SIDE)


class _Tool(APIView):
    permission_classes = [IsAuthenticated]
    parser_classes = [MultiPartParser, JSONParser, FormParser]
    kind: ClassVar[Kind]
    serializer: ClassVar[type[_ToolSerializer]]

    def _started(self, request: Request) -> Response:
        order = self.serializer(data=request.data)
        order.is_valid(raise_exception=True)
        user, given = _person(request), order.validated_data
        picture, mask = _input(user, given, "input"), given.get("mask")
        assert picture is not None, "the serializer asks for one"
        job = start_tool(
            user=user,
            kind=self.kind,
            tool=order.tool(),
            picture=picture,
            mask=mask.read() if mask else None,
            reference=_input(user, given, "reference"),
            submission=given.get("submission"),
        )
        return Response(GenerationSerializer(job_view(job), context={"request": request}).data, status=201)


class Upscale(_Tool):
    """Enlarging."""

    kind, serializer = Kind.UPSCALE, UpscaleSerializer

    @extend_schema(request=UpscaleSerializer, responses={201: GenerationSerializer})
    def post(self, request: Request) -> Response:
        """Enlarge a picture two or four times in each direction."""
        return self._started(request)


class Restore(_Tool):
    """Restoring."""

    kind, serializer = Kind.RESTORE, RestoreSerializer

    @extend_schema(request=RestoreSerializer, responses={201: GenerationSerializer})
    def post(self, request: Request) -> Response:
        """Mend damage of the kinds named. The picture's record says which pixels were invented."""
        return self._started(request)


class Colourize(_Tool):
    """Colours."""

    kind, serializer = Kind.COLOURIZE, ColourizeSerializer

    @extend_schema(request=ColourizeSerializer, responses={201: GenerationSerializer})
    def post(self, request: Request) -> Response:
        """Give a picture new colours; its lightness stays."""
        return self._started(request)


class Style(_Tool):
    """Style."""

    kind, serializer = Kind.STYLE_TRANSFER, StyleSerializer

    @extend_schema(request=StyleSerializer, responses={201: GenerationSerializer})
    def post(self, request: Request) -> Response:
        """Paint a picture in the manner of another."""
        return self._started(request)


class Palette(_Tool):
    """Palette."""

    kind, serializer = Kind.PALETTE_TRANSFER, PaletteSerializer

    @extend_schema(request=PaletteSerializer, responses={201: GenerationSerializer})
    def post(self, request: Request) -> Response:
        """Give a picture the colours of another."""
        return self._started(request)


class CutOut(_Tool):
    """Cutting out."""

    kind, serializer = Kind.BACKGROUND_REMOVAL, CutOutSerializer

    @extend_schema(request=CutOutSerializer, responses={201: GenerationSerializer})
    def post(self, request: Request) -> Response:
        """Take the background away: a PNG with transparency."""
        return self._started(request)


class ToolPrice(APIView):
    """The price before the order."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=ToolQuoteSerializer, responses=ToolPriceSerializer)
    def post(self, request: Request) -> Response:
        """Credits and expected seconds. Charges nothing."""
        asked = ToolQuoteSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        width, height = size_kept(given["width"], given["height"])
        offer = quote_tool(
            user=_person(request), kind=Kind(given["kind"]), tool=asked.tool(), width=width, height=height
        )
        return Response(
            {
                "credits": offer.quote.credits,
                "expected_seconds": round(offer.quote.expected_seconds, 2),
                "waiting_seconds": round(offer.quote.waiting_seconds, 2),
                "width": offer.width,
                "height": offer.height,
                "model": offer.model.name,
                "model_version": offer.model.version,
            }
        )


class RestorationOfPicture(APIView):
    """What a restoration did."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=RestorationSerializer)
    def get(self, request: Request, output_id: UUID) -> Response:
        """Which part of one of my restored pictures survived, and by which steps it was mended."""
        shown = restoration_of(_person(request), output_id)
        return Response(
            {
                "survived": round(shown.survived_percent / 100, 6),
                "recovered": round(shown.recovered_percent / 100, 6),
                "invented": round(shown.invented_percent / 100, 6),
                "steps": [[step.against, step.method] for step in shown.record.steps],
                "record_sha256": shown.output.record_sha256,
            }
        )

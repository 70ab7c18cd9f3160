"""Generations as the API reads and writes them."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from generation.engine import contract
from generation.models import GenerationOutput
from marketplace.accounts.models import User
from marketplace.api.studio.loras import LoraUsedSerializer, chosen_loras, loras_field
from marketplace.studio.choosing import Choice, Wish, choose_model, usable_models
from marketplace.studio.loras.choices import ChosenLora
from marketplace.studio.selectors import JobView
from marketplace.studio.settings_of_pictures import PictureSettings, new_seed


class SettingsSerializer(serializers.Serializer[dict[str, Any]]):
    """What to make. Sides are pixels, multiples of 64; what is left out is the model's default.

    Its context holds ``user``; ``choice`` and ``loras_chosen`` are set by ``is_valid``.
    """

    choice: Choice
    loras_chosen: tuple[ChosenLora, ...]

    prompt = serializers.CharField(max_length=500)
    negative_prompt = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)
    wish = serializers.ChoiceField(
        required=False,
        default=Wish.BEST.value,
        choices=[wish.value for wish in Wish],
        help_text="What matters most, where several models can make it.",
    )
    width = serializers.IntegerField(required=False, min_value=contract.SMALLEST_SIDE, max_value=contract.LARGEST_SIDE)
    height = serializers.IntegerField(required=False, min_value=contract.SMALLEST_SIDE, max_value=contract.LARGEST_SIDE)
    count = serializers.IntegerField(required=False, default=1, min_value=1, max_value=contract.MOST_PICTURES)
    seed = serializers.IntegerField(required=False, min_value=0, max_value=contract.LARGEST_SEED)
    steps = serializers.IntegerField(required=False, min_value=1, max_value=contract.MOST_STEPS)
    guidance = serializers.FloatField(required=False, min_value=1, max_value=20)
    strength = serializers.FloatField(
        required=False,
        min_value=0.1,
        max_value=1,
        help_text="With an input picture: 0.1 keeps nearly all of it, 1 nearly nothing.",
    )
    loras = loras_field()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Sides must be multiples of 64 and not larger than a model takes that does what is asked."""
        for side in ("width", "height"):
            if attrs.get(side, 0) % contract.SIDE_MULTIPLE:
                raise serializers.ValidationError({side: f"A multiple of {contract.SIDE_MULTIPLE}, please."})
        user: User = self.context["user"]
        most = max(model.largest_side for model in usable_models(user))
        for side in ("width", "height"):
            if attrs.get(side, 0) > most:
                raise serializers.ValidationError({side: f"The models make {most} px at most."})
        given = [attrs[side] for side in ("width", "height") if side in attrs]
        self.loras_chosen = chosen_loras(user, attrs)
        self.choice = choose_model(
            user=user,
            wish=Wish(attrs["wish"]),
            kind=contract.Kind.IMAGE_TO_IMAGE if self._begins_with_picture(attrs) else contract.Kind.TEXT_TO_IMAGE,
            size=(max(given), max(given)) if given else None,
            loras=self.loras_chosen,
            prompt=attrs["prompt"],
            negative_prompt=attrs["negative_prompt"],
        )
        return attrs

    def _begins_with_picture(self, attrs: dict[str, Any]) -> bool:
        return "strength" in attrs

    def settings(self, *, has_input: bool) -> PictureSettings:
        """What the studio's services take."""
        model = self.choice.model
        given = self.validated_data
        return PictureSettings(
            prompt=given["prompt"],
            negative_prompt=given["negative_prompt"],
            width=given.get("width", model.default_side),
            height=given.get("height", model.default_side),
            count=given["count"],
            seed=given["seed"] if "seed" in given else new_seed(),
            steps=given.get("steps", model.default_steps),
            guidance=given.get("guidance"),
            strength=given.get("strength", 0.45) if has_input else None,
            loras=self.loras_chosen,
        )


class OrderSerializer(SettingsSerializer):
    """An order: settings, and for image to image an upload or one of your own pictures."""

    input_file = serializers.FileField(required=False, help_text="PNG, JPEG or WebP, up to 15 MB (multipart).")
    input_picture = serializers.UUIDField(required=False, help_text="The id of a picture of yours.")
    submission = serializers.UUIDField(
        required=False, help_text="Your own id of this order: sent twice, it makes one generation and one charge."
    )

    def _begins_with_picture(self, attrs: dict[str, Any]) -> bool:
        return bool(attrs.get("input_file") or attrs.get("input_picture"))


class QuoteSerializer(serializers.Serializer[dict[str, Any]]):
    """What it would cost, and which words the model does not know."""

    credits = serializers.IntegerField()
    credits_per_picture = serializers.IntegerField()
    expected_seconds = serializers.FloatField(help_text="The making alone.")
    waiting_seconds = serializers.FloatField(help_text="Until it begins, if it is ordered now.")
    model = serializers.CharField()
    model_version = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField(), help_text="Why this model.")
    unknown_words = serializers.ListField(child=serializers.CharField())
    suggestion = serializers.CharField(allow_null=True)
    unknown_words_to_avoid = serializers.ListField(child=serializers.CharField())


class PictureSerializer(serializers.ModelSerializer[GenerationOutput]):
    """One picture with its recipe; ``url`` answers the PNG to its owner."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = GenerationOutput
        fields = ["id", "index", "url", "sha256", "size_bytes", "width", "height", "seed", "recipe"]

    def get_url(self, output: GenerationOutput) -> str:
        """Where the PNG is."""
        path = reverse("api-generation-picture", args=[output.id])
        request = self.context.get("request")
        return request.build_absolute_uri(path) if request else path


class GenerationSerializer(serializers.Serializer[JobView]):
    """A generation: state, progress, price, pictures."""

    id = serializers.UUIDField(source="job.id")
    state = serializers.ChoiceField(
        source="job.state", choices=["queued", "running", "finished", "failed", "cancelled", "parked"]
    )
    kind = serializers.CharField(source="job.kind")
    prompt = serializers.CharField(source="job.prompt")
    width = serializers.IntegerField(source="job.width")
    height = serializers.IntegerField(source="job.height")
    count = serializers.IntegerField(source="job.count")
    seed = serializers.IntegerField(source="job.seed")
    steps = serializers.IntegerField(source="job.steps")
    steps_done = serializers.IntegerField(source="job.steps_done")
    steps_total = serializers.IntegerField(source="job.steps_total")
    attempt = serializers.IntegerField(source="job.attempt")
    model = serializers.CharField(source="job.model.name")
    model_version = serializers.CharField(source="job.model.version")
    loras = serializers.SerializerMethodField()
    seconds_left = serializers.FloatField(allow_null=True)
    credits_held = serializers.IntegerField()
    credits_spent = serializers.IntegerField()
    error = serializers.CharField(source="failure.message", default=None, allow_null=True)
    created_at = serializers.DateTimeField(source="job.created_at")
    ended_at = serializers.DateTimeField(source="job.ended_at", allow_null=True)
    pictures = PictureSerializer(source="job.outputs.all", many=True)

    @extend_schema_field(LoraUsedSerializer(many=True))
    def get_loras(self, view: JobView) -> list[dict[str, Any]]:
        """The LoRA files that it is made with."""
        return view.job.adapters or []


class SignedRecipeSerializer(serializers.Serializer[dict[str, Any]]):
    """A recipe as `generations/pictures/<id>/recipe` gives it, or its file holds it."""

    payload = serializers.CharField(
        max_length=64 * 1024, help_text="base64url of JSON: format, picture_sha256, recipe."
    )
    protected = serializers.CharField(max_length=2000)
    signature = serializers.CharField(max_length=2000)

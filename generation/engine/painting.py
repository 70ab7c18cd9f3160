"""What the worker needs of a model, whatever makes the pictures. Torch-free.

``pipelines`` implements it with diffusers; a benchmark of the worker alone implements it by sleeping.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from PIL import Image

from generation.engine.contract import GenerationRequest, ModelInMemory
from generation.engine.prompt_syntax import has_weights

# Gets the number of steps done (from 1) and the latents of the moment (batch first); may raise to stop the batch.
OnStep = Callable[[int, Any], None]


@dataclass(frozen=True)
class PictureOrder:
    """Picture ``index`` of ``request``; ``input_picture`` (RGB) where it begins with one, ``mask`` (bright is painted)
    where only a part of that is meant, ``reference`` (RGB) where a tool takes style or colours from one; ``adapters``
    are the LoRA files that the request names, in its order; ``control_picture`` (RGBA) leads the composition.
    """

    request: GenerationRequest
    index: int
    input_picture: Image.Image | None = None
    mask: Image.Image | None = None
    reference: Image.Image | None = None
    adapters: tuple[bytes, ...] = field(default=(), repr=False)
    control_picture: Image.Image | None = None

    @property
    def alike(self) -> tuple[str, bool, bool, int]:
        """Equal for orders that one batch may hold. Beside the shape: pipelines may treat no negative prompt in
        another way than an empty one, and weighted words otherwise than plain ones, and a batch has all or none; of
        edits each picture is painted alone.
        """
        request = self.request
        weighs = has_weights(request.prompt) or has_weights(request.negative_prompt)
        return request.batch_shape, bool(request.negative_prompt), weighs, self.index if request.kind.runs_alone else -1


@dataclass(frozen=True)
class ToolNotes:
    """What a tool says of the picture that it made: by which method, and the record of a restoration (PNG)."""

    method: str
    record_png: bytes | None = None


_NOTES = "atelier-tool"


def with_notes(picture: Image.Image, notes: ToolNotes) -> Image.Image:
    """`picture`, which carries `notes` along in its `info`, where Pillow keeps what belongs to a picture beside its
    pixels; no file gets them.
    """
    picture.info[_NOTES] = notes
    return picture


def notes_of(picture: Image.Image) -> ToolNotes | None:
    """What the tool that made `picture` says of it; None where no tool did."""
    notes = picture.info.get(_NOTES)
    return notes if isinstance(notes, ToolNotes) else None


# Stands in a recipe's build between torch's part and the compiler's.
COMPILED = ", compiled by "


@dataclass(frozen=True)
class Shape:
    """Of a batch as the model sees it: sides in pixels; without guidance a step runs the model once, not twice."""

    width: int
    height: int
    pictures: int
    is_guided: bool = True


@dataclass(frozen=True)
class Machine:
    """What runs a model: all of it that rounding depends on, as the recipe records it.

    ``name`` is ``cpu`` or the GPU's name, for people; ``compiled`` are the shapes that run compiled, by ``compiler``.
    """

    name: str
    device: Literal["cpu", "cuda"]
    dtype: Literal["float32", "float16", "bfloat16"]
    build: str
    threads: int
    compiled: frozenset[Shape] = frozenset()
    compiler: str = ""

    def runs_compiled(self, request: GenerationRequest, pictures: int) -> bool:
        """Whether a batch of so many pictures of ``request`` runs compiled; never what begins with a picture, whose
        latents lie otherwise in memory, nor what LoRA files or a control change in the model.
        """
        shape = Shape(request.width, request.height, pictures, request.guidance > 1.0)
        is_plain = not (request.kind.needs_input or request.adapters or request.control)
        return is_plain and shape in self.compiled

    def build_for(self, request: GenerationRequest, pictures: int) -> str:
        """What runs it, with the compiler where compiled code does."""
        return f"{self.build}{COMPILED}{self.compiler}" if self.runs_compiled(request, pictures) else self.build


class Painter(Protocol):
    """A model in memory."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def weights_sha256(self) -> str: ...
    @property
    def scheduler(self) -> str: ...
    @property
    def machine(self) -> Machine: ...

    def paint(self, orders: Sequence[PictureOrder], *, on_step: OnStep | None = None) -> list[Image.Image]:
        """The pictures of ``orders``, which are ``alike``, made as one batch; RGB (a cut-out RGBA), in order.

        Raises GaveUp (OUT_OF_MEMORY, MODEL_UNSUITABLE, ADAPTER_UNREADABLE, ADAPTER_UNSUITABLE), and whatever
        ``on_step`` raises.
        """
        ...

    def preview(self, latents: Any, place: int) -> Image.Image | None:
        """A small picture of what stands at ``place`` of the batch ``latents``; None where it can't be seen."""
        ...


class Painters(Protocol):
    """The models of one worker."""

    @property
    def machine(self) -> Machine: ...

    def get(self, name: str, version: str) -> Painter:
        """The model, loaded now if it is not yet. Raises GaveUp."""
        ...

    def in_memory(self) -> list[ModelInMemory]:
        """What is loaded, the longest unused first."""
        ...

    def make_room(self, *, keep: Painter) -> bool:
        """Drop every model but ``keep``, and caches; whether a model was dropped."""
        ...

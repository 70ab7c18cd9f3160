"""How large, how many: the bounds of what may be ordered. Sides in pixels."""

from typing import Annotated, Final

from pydantic import Field

CONTRACT_VERSION: Final = 1

SIDE_MULTIPLE = 64
SMALLEST_SIDE = 128
LARGEST_SIDE = 1024
MOST_PICTURES = 8
# Pictures that a worker may denoise at once, of one job or of several.
MOST_AT_ONCE = 64
MOST_STEPS = 100
# An edit keeps its picture's own size, which may be any within these.
SMALLEST_EDITED_SIDE = 64
LARGEST_EDITED_SIDE = 2048
MOST_EXTENSION = 512
# Of what a tool enlarges: the result's longer side in pixels.
LARGEST_ENLARGED_SIDE = 4096
# Tools have no denoising steps; their progress is told in as many parts.
TOOL_STEPS = 20
LARGEST_SEED = 2**32 - 1
MOST_ADAPTERS = 3
SMALLEST_ADAPTER_WEIGHT = 0.05
LARGEST_ADAPTER_WEIGHT = 2.0

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Side = Annotated[int, Field(ge=SMALLEST_EDITED_SIDE, le=LARGEST_ENLARGED_SIDE)]


def seed_of(first: int, index: int) -> int:
    """The seed of picture `index` of a job that begins with seed `first`; after the largest comes 0."""
    return (first + index) % (LARGEST_SEED + 1)

"""What can be wrong with a LoRA file. The shop has words for each; a worker gives the job up."""

from enum import StrEnum


class Fault(StrEnum):
    """One reason each, from the outside of the file to its inside."""

    PICKLE = "pickle"
    NOT_SAFETENSORS = "not_safetensors"
    TRUNCATED = "truncated"
    HEADER_TOO_LARGE = "header_too_large"
    HEADER_UNREADABLE = "header_unreadable"
    OFFSETS_WRONG = "offsets_wrong"
    FORMAT_UNKNOWN = "format_unknown"
    NO_PAIRS = "no_pairs"
    HALF_A_PAIR = "half_a_pair"
    PAIR_DOES_NOT_MATCH = "pair_does_not_match"
    OTHER_PARTS = "other_parts"
    SCALE_UNREADABLE = "scale_unreadable"
    NOT_FINITE = "not_finite"


class AdapterUnusable(ValueError):
    """``fault`` says why; ``where`` names the tensor or the place, for people who look into the file."""

    def __init__(self, fault: Fault, where: str = "") -> None:
        self.fault, self.where = fault, where
        super().__init__(f"{fault.value}: {where}" if where else fault.value)

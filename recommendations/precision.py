"""How precisely the vector indexes hold numbers: single (4 bytes each) or, by VECTOR_PRECISION, half (2 bytes).

Vectors are stored in single precision whatever the setting says: what an index found can be compared exactly, and a
switch makes indexes anew and no vectors. An index of half precision takes half the room in memory, and half the time
where the room was short.
"""

from django.conf import settings


def is_half() -> bool:
    """Whether indexes hold half-precision numbers."""
    return bool(settings.CONFIGURATION.vector_precision == "half")


def type_of(dimensions: int) -> str:
    """The SQL type that a stored vector is cast to, in the indexes and in the queries that are to use them."""
    return f"{'halfvec' if is_half() else 'vector'}({int(dimensions)})"


def operators() -> str:
    """The operator class of an index by cosine."""
    return "halfvec_cosine_ops" if is_half() else "vector_cosine_ops"

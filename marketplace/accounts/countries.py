"""Countries by their names in the reader's language."""

from functools import cache

from babel import Locale
from django.utils.translation import get_language

# In Unicode's list of territories, but no country (or another's code).
_NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


def countries() -> list[tuple[str, str]]:
    """``(ISO 3166 code, name)``, by name."""
    return _countries("zh_Hans" if (get_language() or "").startswith("zh") else "en")


def country_name(code: str) -> str:
    """The country's name; the code itself where there is none."""
    return dict(countries()).get(code, code)


@cache
def _countries(locale: str) -> list[tuple[str, str]]:
    names = Locale.parse(locale).territories
    found = [
        (code, name) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    ]
    return sorted(found, key=lambda one: one[1])

"""Where the rules' limits are, as the configuration names them. A limit of 0 switches its rule off."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The most of each that raises no question."""

    orders_per_hour: int = 10
    orders_per_hour_on_network: int = 30
    orders_per_hour_on_card: int = 6
    new_account_hours: int = 24
    new_account_dollars: int = 500
    declined_cards: int = 3
    people_per_card: int = 2
    people_per_device: int = 3
    people_per_network: int = 20
    welcomes_per_network: int = 3
    welcomes_per_device: int = 1


def thresholds() -> Thresholds:
    """Those in force."""
    given = settings.CONFIGURATION
    names = Thresholds.__dataclass_fields__
    return Thresholds(**{name: getattr(given, f"fraud_{name}") for name in names})

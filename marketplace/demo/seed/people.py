"""Twelve artists, a handful of buyers, a moderator and an administrator."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction

from marketplace.accounts.models import MODERATORS, Artist, User
from marketplace.accounts.services import open_storefront

DOMAIN = "demo.atelier"


@dataclass(frozen=True, slots=True)
class SeedArtist:
    """A storefront to open. The first one is the demo's own artist account."""

    handle: str
    name: str
    bio: str
    language: str = "en"

    @property
    def email(self) -> str:
        return f"{'artist' if self is ARTISTS[0] else self.handle}@{DOMAIN}"


ARTISTS = (
    SeedArtist("mei-lin", "Mei Lin", "I look for the minute between day and night."),
    SeedArtist("studio-halden", "Studio Halden", "Fjords, firs and long winters."),
    SeedArtist("lao-shu", "老树", "山水之间，留白之处。", "zh-hans"),
    SeedArtist("nadia-okoye", "Nadia Okoye", "Colour first. The rest arranges itself."),
    SeedArtist("kite-and-compass", "Kite & Compass", "Two cartographers who would rather draw the weather."),
    SeedArtist("yun-chuang", "云窗", "雨后的城市，是我的颜料盒。", "zh-hans"),
    SeedArtist("ferro", "Ferro", "Circles, lines, patience."),
    SeedArtist("amara-vance", "Amara Vance", "Deserts at the hours when nobody walks them."),
    SeedArtist("tidewater", "Tidewater Prints", "Poster seas for small kitchens."),
    SeedArtist("qing-he", "青禾", "水彩与植物，慢慢生长。", "zh-hans"),
    SeedArtist("ilse-brandt", "Ilse Brandt", "Flow fields and quiet mathematics."),
    SeedArtist("northlight", "Northlight", "Snow has more colours than you think."),
)
BUYERS = ("buyer", "jonas", "weiwei", "clara", "tomoko", "adebayo", "lucia", "hana")
NAMES = ("Bo", "Jonas", "薇薇", "Clara", "Tomoko", "Adebayo", "Lucía", "Hana")


def _person(email: str, *, name: str, language: str, password: str | None) -> User:
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, password, display_name=name, language=language)
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


@transaction.atomic
def seed_artists(password: str) -> list[Artist]:
    """The storefronts, in the order of ARTISTS; only the demo's own artist can sign in by ``password``."""
    artists = []
    for seed in ARTISTS:
        user = _person(
            seed.email,
            name=seed.name,
            language=seed.language,
            password=password if seed is ARTISTS[0] else None,
        )
        known = Artist.objects.filter(user=user).first()
        artists.append(known or open_storefront(user=user, handle=seed.handle, name=seed.name, bio=seed.bio))
    return artists


@transaction.atomic
def seed_buyers(password: str) -> list[User]:
    """Those who look, like and buy; the first is the demo's own buyer account."""
    return [
        _person(
            f"{handle}@{DOMAIN}",
            name=name,
            language="zh-hans" if handle == "weiwei" else "en",
            password=password if handle == "buyer" else None,
        )
        for handle, name in zip(BUYERS, NAMES, strict=True)
    ]


@transaction.atomic
def seed_moderator(password: str) -> User:
    """The demo's moderator, who may enter the administration."""
    user = _person(f"moderator@{DOMAIN}", name="Moderator", language="en", password=password)
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    user.groups.add(Group.objects.get_or_create(name=MODERATORS)[0])
    return user


@transaction.atomic
def seed_administrator(password: str) -> User:
    """The demo's administrator, who may do everything in the administration."""
    user = _person(f"admin@{DOMAIN}", name="Administrator", language="en", password=password)
    user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_staff", "is_superuser"])
    return user

"""Tiers of artists and my memberships, to read."""

from django.db.models import QuerySet
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny, IsAuthenticated

from marketplace.accounts.errors import ArtistNotFound
from marketplace.accounts.models import User
from marketplace.accounts.selectors import artist_by_handle
from marketplace.api.memberships.serializers import MembershipSerializer, TierSerializer
from marketplace.memberships.models import Membership, Tier
from marketplace.memberships.selectors import memberships_of, open_tiers_of


class Tiers(ListAPIView[Tier]):
    """An artist's tiers that take members."""

    permission_classes = [AllowAny]
    serializer_class = TierSerializer
    pagination_class = None
    queryset = Tier.objects.none()

    def get_queryset(self) -> QuerySet[Tier]:
        """The lowest level first."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        artist = artist_by_handle(self.kwargs["handle"])
        if artist is None or not artist.user.is_active:
            raise ArtistNotFound()
        return open_tiers_of(artist)


class MyMemberships(ListAPIView[Membership]):
    """The artists whose member I am or was, the newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = MembershipSerializer
    queryset = Membership.objects.none()

    def get_queryset(self) -> QuerySet[Membership]:
        """Mine only."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        assert isinstance(self.request.user, User)
        return memberships_of(self.request.user)

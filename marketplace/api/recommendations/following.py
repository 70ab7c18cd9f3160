"""Following artists, for programs."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.accounts.errors import ArtistNotFound
from marketplace.accounts.following import follow_artist, unfollow_artist
from marketplace.accounts.models import Artist, User
from marketplace.accounts.selectors import artist_by_handle, follow_state
from marketplace.api.catalog.serializers import works_in_order
from marketplace.api.recommendations.serializers import (
    FollowFeedPageSerializer,
    FollowFeedSerializer,
    FollowSerializer,
)
from marketplace.catalog.audiences import Access
from recommendations.selectors import FeedKey, follow_feed


class FollowOfArtist(APIView):
    """My follow of an artist."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses=FollowSerializer)
    def put(self, request: Request, handle: str) -> Response:
        """Follow the artist; twice is once."""
        assert isinstance(request.user, User)
        artist = _artist(handle)
        follow_artist(artist=artist, user=request.user)
        return _state(artist, request.user)

    @extend_schema(request=None, responses=FollowSerializer)
    def delete(self, request: Request, handle: str) -> Response:
        """Follow the artist no longer."""
        assert isinstance(request.user, User)
        artist = _artist(handle)
        unfollow_artist(artist=artist, user=request.user)
        return _state(artist, request.user)


class Following(APIView):
    """New works of the artists whom I follow."""

    permission_classes = [IsAuthenticated]

    @extend_schema(parameters=[FollowFeedPageSerializer], responses=FollowFeedSerializer)
    def get(self, request: Request) -> Response:
        """Newest first; works for members as far as I am one."""
        assert isinstance(request.user, User)
        asked = FollowFeedPageSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        access = Access(request.user)
        page = follow_feed(
            user=request.user,
            access=access,
            after=FeedKey.parse(asked.validated_data["after"]),
            limit=asked.validated_data["limit"],
        )
        shown = {"next": str(page.next_key or ""), "works": works_in_order(page.work_ids, access)}
        return Response(FollowFeedSerializer(shown).data)


def _artist(handle: str) -> Artist:
    artist = artist_by_handle(handle)
    if artist is None:
        raise ArtistNotFound
    return artist


def _state(artist: Artist, user: User) -> Response:
    state = follow_state(artist=artist, user=user)
    return Response({"is_followed": state.is_followed, "followers": state.count})

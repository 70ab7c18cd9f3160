"""Recommendations and likes, for programs."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.accounts.models import User
from marketplace.api.catalog.serializers import works_in_order
from marketplace.api.recommendations.serializers import (
    HowManySerializer,
    LikeSerializer,
    RecommendationSerializer,
)
from marketplace.catalog.audiences import Access
from recommendations.selectors import home_feed, like_state
from recommendations.services import like_work, unlike_work
from recommendations.viewers import viewer_of


class Recommendations(APIView):
    """Works for the person whose key asks; popular and new ones without a key."""

    @extend_schema(parameters=[HowManySerializer], responses=RecommendationSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Works that the person may like, each with the reason."""
        asked = HowManySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        access = Access(request.user)
        feed = home_feed(viewer=viewer_of(user=request.user), limit=asked.validated_data["limit"], access=access)
        works = {work.pk: work for work in works_in_order([entry.work_id for entry in feed], access)}
        shown = [
            {
                "reason": entry.reason,
                "because_of": entry.because_of,
                "of_tag": entry.of_tag,
                "work": works[entry.work_id],
            }
            for entry in feed
            if entry.work_id in works
        ]
        return Response(RecommendationSerializer(shown, many=True).data)


class LikeOfWork(APIView):
    """My like of a work."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses=LikeSerializer)
    def put(self, request: Request, work_id: UUID) -> Response:
        """Like the work; twice is once."""
        assert isinstance(request.user, User)
        like_work(work_id=work_id, user=request.user)
        return self._state(request.user, work_id)

    @extend_schema(request=None, responses=LikeSerializer)
    def delete(self, request: Request, work_id: UUID) -> Response:
        """Take the like back."""
        assert isinstance(request.user, User)
        unlike_work(work_id=work_id, user=request.user)
        return self._state(request.user, work_id)

    @staticmethod
    def _state(user: User, work_id: UUID) -> Response:
        viewer = viewer_of(user=user)
        state = like_state(work_id=work_id, viewer_key=viewer.key if viewer else "")
        return Response({"is_liked": state.is_liked, "likes": state.count})

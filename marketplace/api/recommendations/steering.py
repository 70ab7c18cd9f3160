"""Steering of feeds and saved works, for programs. Each person has her own alone."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.accounts.models import User
from marketplace.api.catalog.serializers import WorkSerializer, works_in_order
from marketplace.api.recommendations.serializers import (
    DeletedSerializer,
    FeedSettingsSerializer,
    HiddenSerializer,
    HowManySerializer,
    MuteSerializer,
    ResetSerializer,
    SavedSerializer,
    TastesSerializer,
    TraceSerializer,
)
from marketplace.catalog.audiences import Access
from recommendations.selectors import events_of, mutes_of, saved_works, steering_of, wishes_kept_of
from recommendations.services import (
    MuteTarget,
    forget_events,
    hide_for,
    mute,
    opt_out,
    pick_tastes,
    reset_taste,
    save_work,
    set_consent,
    set_sliders,
    show_again,
    unmute,
    unsave_work,
)
from recommendations.viewers import Consent, Viewer, viewer_of


class OfAPerson(APIView):
    """What needs a person."""

    permission_classes = [IsAuthenticated]

    @staticmethod
    def viewer(request: Request) -> Viewer:
        """The person whose key asks."""
        viewer = viewer_of(user=request.user)
        assert viewer is not None
        return viewer


class FeedSettingsOfMine(OfAPerson):
    """How my feeds are made."""

    @extend_schema(responses=FeedSettingsSerializer)
    def get(self, request: Request) -> Response:
        """What is set."""
        return Response(FeedSettingsSerializer(steering_of(self.viewer(request))).data)

    @extend_schema(request=FeedSettingsSerializer(partial=True), responses=FeedSettingsSerializer)
    def patch(self, request: Request) -> Response:
        """Change what is given; with `consent: refused` all my events are deleted."""
        asked = FeedSettingsSerializer(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        given, viewer = dict(asked.validated_data), self.viewer(request)
        consent = given.pop("consent", None)
        if given:
            present = steering_of(viewer)
            names = ("novelty", "diversity", "is_personal")
            set_sliders(viewer=viewer, **{name: given.get(name, getattr(present, name)) for name in names})
        if consent == Consent.REFUSED:
            opt_out(viewer=viewer)
        elif consent:
            set_consent(viewer=viewer, consent=Consent(consent))
        return self.get(request)


class Mutes(OfAPerson):
    """What I muted."""

    @extend_schema(responses=MuteSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The list, the last muted first."""
        rows = [
            {
                "id": entry.mute_id,
                "artist": entry.artist.pk if entry.artist else None,
                "medium": entry.medium,
                "tag": entry.tag.pk if entry.tag else None,
            }
            for entry in mutes_of(self.viewer(request))
        ]
        return Response(MuteSerializer(rows, many=True).data)

    @extend_schema(request=MuteSerializer, responses={201: MuteSerializer})
    def post(self, request: Request) -> Response:
        """Mute something; twice is once."""
        asked = MuteSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given: dict[str, Any] = asked.validated_data
        target = MuteTarget(artist_id=given["artist"], medium=given["medium"], tag_id=given["tag"])
        mute_id = mute(target=target, viewer=self.viewer(request))
        return Response(MuteSerializer({"id": mute_id, **given}).data, status=201)


class MuteOfMine(OfAPerson):
    """One of my mutes."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, mute_id: UUID) -> Response:
        """Take it back; nothing happens where it is not mine."""
        unmute(mute_id=mute_id, viewer=self.viewer(request))
        return Response(status=204)


class HidingOfWork(OfAPerson):
    """Whether I never want to see a work."""

    @extend_schema(request=None, responses=HiddenSerializer)
    def put(self, request: Request, work_id: UUID) -> Response:
        """Hide it, and show less of what is like it."""
        hide_for(work_id=work_id, viewer=self.viewer(request))
        return Response({"is_hidden": True})

    @extend_schema(request=None, responses=HiddenSerializer)
    def delete(self, request: Request, work_id: UUID) -> Response:
        """Take hiding back."""
        show_again(work_id=work_id, viewer=self.viewer(request))
        return Response({"is_hidden": False})


class SavingOfWork(OfAPerson):
    """Whether a work is in my list."""

    @extend_schema(request=None, responses=SavedSerializer)
    def put(self, request: Request, work_id: UUID) -> Response:
        """Keep it."""
        assert isinstance(request.user, User)
        save_work(work_id=work_id, user=request.user)
        return Response({"is_saved": True})

    @extend_schema(request=None, responses=SavedSerializer)
    def delete(self, request: Request, work_id: UUID) -> Response:
        """Take it out."""
        assert isinstance(request.user, User)
        unsave_work(work_id=work_id, user=request.user)
        return Response({"is_saved": False})


class SavedWorks(OfAPerson):
    """My list."""

    @extend_schema(parameters=[HowManySerializer], responses=WorkSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The works in it, the last saved first."""
        asked = HowManySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        ids, _total = saved_works(viewer=self.viewer(request), limit=asked.validated_data["limit"])
        return Response(WorkSerializer(works_in_order(ids, Access(request.user)), many=True).data)


class ResetOfTaste(OfAPerson):
    """My taste begins anew."""

    @extend_schema(request=ResetSerializer, responses=DeletedSerializer)
    def post(self, request: Request) -> Response:
        """Nothing before this moment counts; with `delete` it is deleted too."""
        asked = ResetSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        viewer = self.viewer(request)
        reset_taste(viewer=viewer)
        deleted = forget_events(viewer_key=viewer.key) if asked.validated_data["delete"] else 0
        return Response({"deleted": deleted})


class Tastes(OfAPerson):
    """What I like, in tags."""

    @extend_schema(request=TastesSerializer, responses=TastesSerializer)
    def put(self, request: Request) -> Response:
        """Choose, in place of what was chosen before."""
        asked = TastesSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        viewer = self.viewer(request)
        pick_tastes(viewer=viewer, tag_ids=asked.validated_data["tags"])
        return Response({"tags": steering_of(viewer).picked_tags})


class TracesOfMine(OfAPerson):
    """All that is kept of me."""

    @extend_schema(responses=TraceSerializer)
    def get(self, request: Request) -> Response:
        """Wishes and events; the page's file holds the same."""
        viewer = self.viewer(request)
        return Response({"wishes": wishes_kept_of(viewer), "events": list(events_of(viewer))})

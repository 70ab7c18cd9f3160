"""Which letters of news I get, for programs. Letters of saved searches are chosen at each search."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.accounts.models import User
from marketplace.digests.selectors import mail_wishes_of
from marketplace.digests.services import choose_letters


class LettersSerializer(serializers.Serializer[Any]):
    """The letters that I asked for."""

    weekly = serializers.BooleanField(help_text="Each week: works for me, and new ones of artists whom I follow.")
    releases = serializers.BooleanField(help_text="The morning after an artist whom I follow published.")


class LettersOfMine(APIView):
    """The letters that I asked for."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=LettersSerializer)
    def get(self, request: Request) -> Response:
        """Which ones."""
        assert isinstance(request.user, User)
        return Response(LettersSerializer(mail_wishes_of(request.user)).data)

    @extend_schema(request=LettersSerializer(partial=True), responses=LettersSerializer)
    def patch(self, request: Request) -> Response:
        """Change what is given. What was published before I asked is no news."""
        assert isinstance(request.user, User)
        asked = LettersSerializer(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        known = mail_wishes_of(request.user)
        wanted = {"weekly": known.weekly, "releases": known.releases, **asked.validated_data}
        choose_letters(reader=request.user, **wanted)
        return self.get(request)

"""Checking files and licences; anyone may, nothing is kept."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.api.verification.serializers import (
    CertificateAnswerSerializer,
    FileAnswerSerializer,
    QuestionSerializer,
)
from marketplace.verification.answers import CertificateAnswer
from marketplace.verification.selectors import verify_anything, verify_number

EITHER = PolymorphicProxySerializer(
    component_name="Answer",
    serializers={"file": FileAnswerSerializer, "certificate": CertificateAnswerSerializer},
    resource_type_field_name="kind",
)


class Verify(APIView):
    """What a file is, and what a licence is worth."""

    permission_classes = [AllowAny]
    parser_classes = [MultiPartParser]

    @extend_schema(
        parameters=[OpenApiParameter("number", OpenApiTypes.STR, description="Number of a licence certificate.")],
        responses=CertificateAnswerSerializer,
    )
    def get(self, request: Request) -> Response:
        """A licence by the number of its certificate."""
        answer = verify_number(request.query_params.get("number", "")[:60])
        return Response(CertificateAnswerSerializer(answer).data)

    @extend_schema(request=QuestionSerializer, responses=EITHER)
    def post(self, request: Request) -> Response:
        """A picture, or a certificate as JSON."""
        question = QuestionSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        answer = verify_anything(question.validated_data["file"].read())
        if isinstance(answer, CertificateAnswer):
            return Response(CertificateAnswerSerializer(answer).data)
        return Response(FileAnswerSerializer(answer).data)

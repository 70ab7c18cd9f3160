"""Reports, for programs."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.accounts.addresses import client_address
from marketplace.accounts.models import User
from marketplace.api.moderation.serializers import NewReportSerializer, ReportSerializer
from marketplace.catalog.selectors import work_with_page
from marketplace.moderation.services import report_work


class Reports(APIView):
    """Anyone may report a work, five times an hour."""

    permission_classes = [AllowAny]

    @extend_schema(request=NewReportSerializer, responses={201: ReportSerializer})
    def post(self, request: Request, work_id: UUID) -> Response:
        """Say what is wrong with a work."""
        said = NewReportSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        report = report_work(
            work=work_with_page(work_id=work_id, viewer=request.user),
            reporter=request.user if isinstance(request.user, User) else None,
            address=client_address(request),
            **said.validated_data,
        )
        return Response(ReportSerializer(report).data, status=201)

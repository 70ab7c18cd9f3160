"""Checking, for programs."""

from django.urls import path

from marketplace.api.verification.views import Verify

urlpatterns = [path("verify", Verify.as_view(), name="api-verify")]

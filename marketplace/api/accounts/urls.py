"""Who I am, for programs."""

from django.urls import path

from marketplace.api.accounts.views import MyKey, Myself

urlpatterns = [path("me", Myself.as_view(), name="api-me"), path("me/key", MyKey.as_view(), name="api-my-key")]

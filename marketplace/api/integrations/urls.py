"""Webhooks, for programs."""

from django.urls import path

from marketplace.api.integrations import views

urlpatterns = [
    path("webhooks", views.Webhooks.as_view(), name="api-webhooks"),
    path("webhooks/event-types", views.EventTypes.as_view(), name="api-webhook-event-types"),
    path("webhooks/<uuid:endpoint_id>", views.OneWebhook.as_view(), name="api-webhook"),
    path("webhooks/<uuid:endpoint_id>/secret", views.Secret.as_view(), name="api-webhook-secret"),
    path("webhooks/<uuid:endpoint_id>/test", views.TestEvent.as_view(), name="api-webhook-test"),
    path("webhooks/<uuid:endpoint_id>/deliveries", views.Deliveries.as_view(), name="api-webhook-deliveries"),
    path("webhooks/deliveries/<uuid:delivery_id>/again", views.Again.as_view(), name="api-webhook-again"),
]

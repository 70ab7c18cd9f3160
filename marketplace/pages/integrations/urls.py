"""A person's webhooks."""

from django.urls import path

from marketplace.pages.integrations import views

urlpatterns = [
    path("account/webhooks", views.webhooks, name="webhooks"),
    path("account/webhooks/how-to-verify", views.how_to_verify, name="how_to_verify_webhooks"),
    path("account/webhooks/<uuid:endpoint_id>", views.webhook, name="webhook"),
    path("account/webhooks/<uuid:endpoint_id>/secret", views.new_secret, name="new_webhook_secret"),
    path("account/webhooks/<uuid:endpoint_id>/test", views.test_event, name="test_webhook"),
    path("account/webhooks/<uuid:endpoint_id>/disable", views.disable, name="disable_webhook"),
    path("account/webhooks/<uuid:endpoint_id>/enable", views.enable, name="enable_webhook"),
    path("account/webhooks/<uuid:endpoint_id>/delete", views.delete, name="delete_webhook"),
    path("account/webhooks/deliveries/<uuid:delivery_id>/again", views.again, name="send_webhook_again"),
]

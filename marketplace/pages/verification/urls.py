"""The page where anyone checks a file or a certificate, and what is needed to check without us."""

from django.urls import path

from marketplace.pages.verification import views

urlpatterns = [
    path("verify", views.verify, name="verify"),
    path(".well-known/atelier-keys.json", views.keys, name="atelier_keys"),
    path(".well-known/atelier-log.json", views.log_head, name="atelier_log"),
]

"""The front page."""

from django.urls import path

from marketplace.pages.home import views

urlpatterns = [path("", views.home, name="home")]

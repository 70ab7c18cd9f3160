"""Following artists: the button, the artists followed, and their new works."""

from django.urls import path

from marketplace.pages.following import views

urlpatterns = [
    path("following", views.follow_feed_page, name="follow_feed"),
    path("following/artists", views.artists, name="followed_artists"),
    path("artists/<slug:handle>/follow", views.follow, name="follow_artist"),
]

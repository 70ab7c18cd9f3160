"""A person's saved searches."""

from django.urls import path

from marketplace.pages.searches import views

urlpatterns = [
    path("account/searches", views.saved_searches, name="saved_searches"),
    path("account/searches/save", views.save, name="save_search"),
    path("account/searches/<uuid:search_id>/rename", views.rename, name="rename_search"),
    path("account/searches/<uuid:search_id>/letters", views.letters, name="search_letters"),
    path("account/searches/<uuid:search_id>/delete", views.delete, name="delete_search"),
]

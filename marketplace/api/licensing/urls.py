"""Licences, for programs."""

from django.urls import path

from marketplace.api.licensing import views

urlpatterns = [
    path("licence-terms", views.Terms.as_view(), name="api-licence-terms"),
    path("works/<uuid:work_id>/offers", views.Offers.as_view(), name="api-offers"),
    path("licences", views.Licences.as_view(), name="api-licences"),
    path("licences/<str:number>/certificate", views.Certificate.as_view(), name="api-certificate"),
]

"""What the licences say."""

from django.urls import path

from marketplace.pages.licensing import views

urlpatterns = [
    path("licences", views.licences, name="licences"),
    path("licences/terms/<slug:code>", views.wording, name="licence_wording"),
    path("licences/<str:number>/certificate.pdf", views.certificate_as_pdf, name="certificate_pdf"),
    path("licences/<str:number>/certificate.json", views.certificate_as_json, name="certificate_json"),
]

"""Letters of news: choosing, seeing and ending them."""

from django.urls import path

from marketplace.pages.digests import views

urlpatterns = [
    path("account/mail", views.mail_wishes, name="mail_wishes"),
    path("account/mail/preview", views.preview, name="letter_preview"),
    path("account/mail/preview/letter", views.preview_html, name="letter_preview_html"),
    path("mail/unsubscribe/<str:token>", views.unsubscribe, name="unsubscribe"),
]

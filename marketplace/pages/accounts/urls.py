"""A person's own pages."""

from django.urls import path

from marketplace.pages.accounts import views
from marketplace.pages.accounts.billing import billing_details

urlpatterns = [
    path("storefront/open", views.open_my_storefront, name="open_storefront"),
    path("account", views.my_account, name="my_account"),
    path("account/billing", billing_details, name="billing_details"),
    path("account/key", views.my_key, name="my_key"),
]

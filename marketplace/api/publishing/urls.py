"""Publishing, for programs."""

from django.urls import path

from marketplace.api.publishing.views import AudienceOfWork, MyWorks, Prices, PutBack, TakeDown, Uploads

urlpatterns = [
    path("uploads", Uploads.as_view(), name="api-uploads"),
    path("my/works", MyWorks.as_view(), name="api-my-works"),
    path("my/works/<uuid:work_id>/offers", Prices.as_view(), name="api-work-prices"),
    path("my/works/<uuid:work_id>/audience", AudienceOfWork.as_view(), name="api-work-audience"),
    path("my/works/<uuid:work_id>/take-down", TakeDown.as_view(), name="api-take-down"),
    path("my/works/<uuid:work_id>/put-back", PutBack.as_view(), name="api-put-back"),
]

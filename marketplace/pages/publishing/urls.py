"""Bringing pictures in, publishing them, and one's own works."""

from django.urls import path

from marketplace.pages.publishing import audiences, prices, views, works

urlpatterns = [
    path("publish/new", views.new, name="publish_new"),
    path("publish/upload", views.upload, name="publish_upload_file"),
    path("publish/output/<uuid:output_id>", views.publish_output, name="publish_output"),
    path("publish/upload/<uuid:upload_id>", views.publish_upload, name="publish_upload"),
    path("publish/upload/<uuid:upload_id>/picture", views.upload_picture, name="upload_picture"),
    path("my/works", works.my_works, name="my_works"),
    path("my/works/<uuid:work_id>/prices", prices.prices, name="work_prices"),
    path("my/works/<uuid:work_id>/audience", audiences.audience, name="work_audience"),
    path("my/works/<uuid:work_id>/take-down", works.take_down_work, name="take_down_work"),
    path("my/works/<uuid:work_id>/put-back", works.put_back_work, name="put_back_work"),
]

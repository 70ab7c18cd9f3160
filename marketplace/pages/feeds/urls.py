"""Steering of feeds, what is remembered of a visitor, saved works."""

from django.urls import path

from marketplace.pages.feeds import remembering, saved, settings, tastes, wishes

urlpatterns = [
    path("feed/settings", settings.feed_settings, name="feed_settings"),
    path("feed/reset", settings.reset, name="reset_taste"),
    path("feed/less/<uuid:work_id>", wishes.less, name="less_like_this"),
    path("feed/hide/<uuid:work_id>", wishes.hide, name="hide_work"),
    path("feed/unhide/<uuid:work_id>", wishes.unhide, name="unhide_work"),
    path("feed/mute", wishes.mute_this, name="mute"),
    path("feed/unmute/<uuid:mute_id>", wishes.unmute_this, name="unmute"),
    path("feed/tastes", tastes.tastes, name="tastes"),
    path("feed/remember", remembering.answer, name="answer_remembering"),
    path("feed/my-events.json", remembering.my_events, name="my_events"),
    path("feed/noticed", remembering.noticed, name="noticed"),
    path("saved", saved.saved, name="saved_works"),
    path("works/<uuid:work_id>/save", saved.save, name="save_work"),
]

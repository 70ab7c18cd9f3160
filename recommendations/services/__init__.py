"""Writes on recommendations and search."""

from recommendations.services.allowances import forget_allowances, spend_telling
from recommendations.services.dropping import drop_retired_versions
from recommendations.services.events import Source, make_event_months, record_event, record_view
from recommendations.services.filling import fill_batch, keep_filling, start_filling
from recommendations.services.first_views import open_first_views, refresh_first_views
from recommendations.services.follows import record_follow
from recommendations.services.forgetting import drop_old_events, forget_events, forget_viewer, opt_out, sweep_refused
from recommendations.services.impressions import count_impressions
from recommendations.services.indexing import embed_work, index_work, store_vector
from recommendations.services.liking import like_work, save_work, unlike_work, unsave_work
from recommendations.services.noticing import notice_click, notice_dwell, notice_search
from recommendations.services.popularity import refresh_popularity
from recommendations.services.recommenders import (
    forget_old_recommenders,
    record_version,
    switch_back,
    switch_recommender,
)
from recommendations.services.saved_searches import (
    delete_search,
    rename_search,
    save_search,
    set_alerts,
    stop_alerts,
)
from recommendations.services.spaces import register_space
from recommendations.services.steering import (
    MuteTarget,
    adopt_steering,
    hide_for,
    mute,
    pick_tastes,
    reset_taste,
    set_consent,
    set_sliders,
    show_again,
    unmute,
)
from recommendations.services.switching import switch_space_back, switch_space_to, switch_when_whole
from recommendations.services.training import (
    VERSION_NAME,
    Launch,
    forget_old_recommenders_unless_one_is_made,
    one_training,
    record_trained,
    train_recommender,
)
from recommendations.services.training_data import write_training_data
from recommendations.services.vocabulary import load_vocabulary

__all__ = [
    "VERSION_NAME",
    "Launch",
    "MuteTarget",
    "Source",
    "adopt_steering",
    "count_impressions",
    "delete_search",
    "drop_old_events",
    "drop_retired_versions",
    "embed_work",
    "fill_batch",
    "forget_allowances",
    "forget_events",
    "forget_old_recommenders",
    "forget_old_recommenders_unless_one_is_made",
    "forget_viewer",
    "hide_for",
    "index_work",
    "keep_filling",
    "like_work",
    "load_vocabulary",
    "make_event_months",
    "mute",
    "notice_click",
    "notice_dwell",
    "notice_search",
    "one_training",
    "open_first_views",
    "opt_out",
    "pick_tastes",
    "record_event",
    "record_follow",
    "record_trained",
    "record_version",
    "record_view",
    "refresh_first_views",
    "refresh_popularity",
    "register_space",
    "rename_search",
    "reset_taste",
    "save_search",
    "save_work",
    "set_alerts",
    "set_consent",
    "set_sliders",
    "show_again",
    "spend_telling",
    "start_filling",
    "stop_alerts",
    "store_vector",
    "sweep_refused",
    "switch_back",
    "switch_recommender",
    "switch_space_back",
    "switch_space_to",
    "switch_when_whole",
    "train_recommender",
    "unlike_work",
    "unmute",
    "unsave_work",
    "write_training_data",
]

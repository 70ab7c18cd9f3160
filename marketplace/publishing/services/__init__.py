"""Writes of publishing."""

from marketplace.publishing.services.listing import change_audience, put_back, take_down
from marketplace.publishing.services.pricing import change_offers
from marketplace.publishing.services.publish import Words, publish_picture, publish_work
from marketplace.publishing.services.uploads import receive_upload
from marketplace.publishing.services.vocabulary import define_vocabulary

__all__ = [
    "Words",
    "change_audience",
    "change_offers",
    "define_vocabulary",
    "publish_picture",
    "publish_work",
    "put_back",
    "receive_upload",
    "take_down",
]

"""Fraud: from which counts a payment or a welcome is held for a person to decide."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class FraudSettings(BaseSettings):
    """Thresholds; 0 switches a rule off where it says so."""

    fraud_orders_per_hour: int = Field(
        default=10, ge=0, description="Orders that one person may pay within an hour before they are held; 0: any."
    )
    fraud_orders_per_hour_on_network: int = Field(
        default=30, ge=0, description="The same for all people of one network (/24, or /48 of IPv6); 0: any."
    )
    fraud_orders_per_hour_on_card: int = Field(
        default=6, ge=0, description="The same for all who pay with one card; 0: any."
    )
    fraud_new_account_hours: int = Field(default=24, ge=0, description="Hours for which an account counts as new.")
    fraud_new_account_dollars: int = Field(
        default=500, ge=0, description="About how many dollars a new account may pay at once; 0: any."
    )
    fraud_declined_cards: int = Field(
        default=3, ge=0, description="Cards refused within a day from which the next payment is held; 0: any."
    )
    fraud_people_per_card: int = Field(
        default=2, ge=0, description="Accounts that may pay with one card before it is held; 0: any."
    )
    fraud_people_per_device: int = Field(
        default=3, ge=0, description="Accounts that may be used in one browser before their payments are held; 0: any."
    )
    fraud_people_per_network: int = Field(
        default=20, ge=0, description="Accounts of one network within a day before their payments are held; 0: any."
    )
    fraud_welcomes_per_network: int = Field(
        default=3, ge=0, description="Welcome credits to storefronts of one network within a day; 0: any."
    )
    fraud_welcomes_per_device: int = Field(
        default=1, ge=0, description="Welcome credits to storefronts of one browser within a day; 0: any."
    )
    fraud_review_hours: int = Field(
        default=48, ge=1, le=144, description="Hours in which a person decides on what was held; then it is refused."
    )
    fraud_warning: Literal["review", "refund"] = Field(
        default="review",
        description="What a bank's early fraud warning about a delivered order does: `review` asks a person, `refund`"
        " gives the money back at once, before it becomes a dispute.",
    )
    fraud_memory_days: int = Field(
        default=180, ge=2, le=730, description="Days for which it is kept who used which network, browser and card."
    )
    fraud_counts_test_cards: bool = Field(
        default=False,
        description="Whether cards and payout accounts tell people apart although Stripe is in test mode, where"
        " everybody shares them.",
    )

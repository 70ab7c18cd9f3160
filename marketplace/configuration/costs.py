"""What the shop's own usage costs, for the administrator's margins."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class CostSettings(BaseSettings):
    """Prices of GPU, storage and mail."""

    cost_currency: Literal["USD", "EUR", "CNY", "JPY"] = Field(
        default="USD", description="The currency of the four costs below."
    )
    cost_gpu_hour_micro: int = Field(
        default=2_000_000,
        ge=0,
        description="What an hour of a generation worker's GPU costs you, in millionths of the currency. A change holds"
        " from the day on which it is seen; costs before keep theirs.",
    )
    cost_cpu_hour_micro: int = Field(default=50_000, ge=0, description="The same of a generation worker without a GPU.")
    cost_storage_gib_month_micro: int = Field(default=25_000, ge=0, description="The same of a GiB kept for 30 days.")
    cost_thousand_emails_micro: int = Field(default=100_000, ge=0, description="The same of a thousand e-mails.")

"""What the demo fills an empty shop with."""

from pydantic import Field
from pydantic_settings import BaseSettings


class DemoSettings(BaseSettings):
    """Only the demo reads these."""

    demo_works: int = Field(
        default=200, ge=0, description="Demo only: how many works the first start publishes into the empty shop."
    )
    demo_sales: int = Field(
        default=24, ge=0, description="Demo only: how many licences the first start buys at the local Stripe."
    )

"""The web server: which rules hold, its secret, its addresses, its log."""

from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from marketplace.configuration.parsing import web_address

DEMO_SECRET = "demo-only-secret-key-that-production-refuses-0123456789abcdef"  # noqa: S105


class WebSettings(BaseSettings):
    """What the web server is and where it is reached."""

    atelier_profile: Literal["demo", "test", "production"] = Field(
        default="demo", description="Which set of rules holds: `demo`, `test` or `production`."
    )
    atelier_secret_key: str = Field(
        default=DEMO_SECRET, min_length=50, description="Signs sessions and tokens; at least 50 characters."
    )
    atelier_base_url: str = Field(
        default="http://127.0.0.1:8000", description="The address people see; links in e-mails begin with it."
    )
    atelier_allowed_hosts: str = Field(
        default="127.0.0.1,localhost", description="Host names that are answered, separated by commas."
    )
    atelier_trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=10,
        description="How many proxies of your own stand before the web server, each adding to `X-Forwarded-For`; "
        "limits per visitor count by the address that the outermost one saw. 0: the header is ignored.",
    )
    atelier_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much is logged."
    )

    @field_validator("atelier_base_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        return web_address(value)

    @property
    def allowed_hosts(self) -> list[str]:
        """The host names that are answered."""
        return [host.strip() for host in self.atelier_allowed_hosts.split(",") if host.strip()]

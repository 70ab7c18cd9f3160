"""Outgoing mail."""

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from marketplace.configuration.parsing import url_parts

_FORM = "must read smtp://, smtp+tls:// or smtps://user:password@host:port"


class MailSettings(BaseSettings):
    """The mail server and the sender."""

    email_url: str = Field(
        default="smtp://127.0.0.1:1025",
        pattern=r"^(smtp|smtps|smtp\+tls)://.+",
        description="Outgoing mail: `smtp://`, `smtp+tls://` or `smtps://user:password@host:port`.",
    )
    email_from: str = Field(default="Atelier <hello@atelier.example>", description="The sender of our messages.")
    outbox_url: str = Field(
        default="", description="Demo only: the page that shows the messages sent; linked after sign-up."
    )

    @field_validator("email_url")
    @classmethod
    def _is_mail_server(cls, value: str) -> str:
        if not url_parts(value, form=_FORM).hostname:
            raise ValueError(_FORM)
        return value

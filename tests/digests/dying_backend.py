"""A mail server's client that dies when the server has taken the letter: as a worker that is killed at that moment."""

import os

from django.core.mail.backends.smtp import EmailBackend


class DyingBackend(EmailBackend):
    """Sends by SMTP, and then the process ends without another word."""

    def send_messages(self, email_messages):
        super().send_messages(email_messages)
        os._exit(9)

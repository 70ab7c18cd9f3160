"""Sends one letter as a process of its own that dies when the mail server took it.

``python -m tests.digests.sender ID``
"""

import sys

import django

django.setup()

from django.conf import settings  # noqa: E402

from tests.digests.calls import send  # noqa: E402

settings.EMAIL_BACKEND = "tests.digests.dying_backend.DyingBackend"
send(0, digest=sys.argv[1])

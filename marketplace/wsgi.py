"""The web server's entry."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
application = get_wsgi_application()

# With all its pages, which Django would import when the first is asked for.
import marketplace.urls  # noqa: E402, F401

# What the shop is made of stays as long as the process. Looked through at each full collection of garbage it would
# take a tenth of a second, on about every fortieth page.
gc.collect()
gc.freeze()

"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

# A nudge from a request must reach our broker, not the one Celery looks for by default.
from config import celery as celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

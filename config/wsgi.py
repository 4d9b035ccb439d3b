"""The WSGI application that granian serves."""

import gc
import os

# Before the settings are read: whatever started us, our connections have the scope of whoever asks.
os.environ["PROCESS"] = "web"

from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

# A nudge from a request must reach our broker, not the one Celery looks for by default.
from config import celery as celery
from config.database import refuse_above_the_wall

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
if settings.PRODUCTION:
    refuse_above_the_wall()
# What every request uses is loaded before the first one, and never looked through for garbage again;
# requests leave little of it behind.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)

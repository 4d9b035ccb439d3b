"""The application of the bench: that of the house, with two doors more behind its own."""

from django.conf import settings

from config.wsgi import application

settings.ROOT_URLCONF = "tests.bench.offline_doors"

__all__ = ["application"]

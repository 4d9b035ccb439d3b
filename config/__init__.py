"""Wiring only: settings, urls, the Celery app, the processes."""

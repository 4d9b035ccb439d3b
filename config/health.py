"""Is the process alive, and can it serve?"""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"live": True})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when PostgreSQL answers; Redis is told but not required, since requests go on without it."""
    database = _database_answers()
    body = {"ready": database, "database": database, "redis": _redis_answers()}
    return JsonResponse(body, status=200 if database else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return False
    return True


def _redis_answers() -> bool:
    try:
        wait = settings.REDIS_PATIENCE_MS / 1000
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=wait, socket_connect_timeout=wait)
        return bool(client.ping())
    except redis.RedisError:
        return False

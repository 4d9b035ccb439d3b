from django.urls import path

from sync.api import held, push, quarantine
from sync.api.pull import Pull

urlpatterns = [
    path("push", push.Pushes.as_view()),
    path("pull", Pull.as_view()),
    path("quarantine", quarantine.Quarantine.as_view()),
    path("receipts", push.Receipts.as_view()),
    path("held", held.HeldWork.as_view()),
    path("held/<uuid:command_id>/release", held.Release.as_view()),
    path("held/<uuid:command_id>/refuse", held.Refuse.as_view()),
    path("devices", held.Devices.as_view()),
]

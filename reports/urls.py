from django.urls import path

from reports import api

urlpatterns = [
    path("coverage", api.CoverageDoor.as_view()),
]

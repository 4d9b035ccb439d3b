from django.urls import path

from guides import api

urlpatterns = [
    path("", api.Guides.as_view()),
    path("/bundle", api.Bundle.as_view()),
    path("/alerts", api.Alerts.as_view()),
    path("/places", api.Places.as_view()),
    path("/media/<str:name>", api.MediaFile.as_view()),
    path("/<str:slug>", api.OneGuide.as_view()),
    path("/<str:slug>/poster", api.Poster.as_view()),
    path("/<str:slug>/feedback", api.FeedbackDoor.as_view()),
]

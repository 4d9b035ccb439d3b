from django.urls import path

from privacy import api

urlpatterns = [
    path("self-view", api.SelfView.as_view()),
    path("requests", api.AskByCode.as_view()),
    path("inbox", api.Inbox.as_view()),
    path("inbox/<uuid:request_id>", api.OneRequest.as_view()),
    path("inbox/<uuid:request_id>/answer", api.AnswerRequest.as_view()),
    path("inbox/<uuid:request_id>/extend", api.ExtendRequest.as_view()),
    path("inbox/<uuid:request_id>/end", api.EndRequest.as_view()),
    path("breaches", api.Breaches.as_view()),
    path("persons/<uuid:person_id>/code", api.IssueCode.as_view()),
    path("persons/<uuid:person_id>/requests", api.AskAtTheDoor.as_view()),
    path("persons/<uuid:person_id>/restriction", api.Restriction.as_view()),
    path("persons/<uuid:person_id>/disclosure", api.Disclose.as_view()),
]

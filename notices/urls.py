from django.urls import path

from notices import api

urlpatterns = [
    path("", api.Notices.as_view()),
    path("/mailbox", api.MyMailbox.as_view()),
]

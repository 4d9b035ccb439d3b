from django.urls import path

from accounts import api

urlpatterns = [
    path("enrolments", api.Invitations.as_view()),
    path("enrol", api.Enrol.as_view()),
    path("sign-in", api.SignIn.as_view()),
    path("me", api.Me.as_view()),
    path("badge", api.MyBadge.as_view()),
    path("devices", api.Devices.as_view()),
    path("devices/<int:device_id>", api.OneDevice.as_view()),
    path("users/<uuid:user_id>/lock", api.Lock.as_view()),
    path("posts", api.Posts.as_view()),
    path("posts/<int:post_id>", api.OnePost.as_view()),
]

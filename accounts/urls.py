from django.urls import path

from accounts import api

urlpatterns = [
    path("enrolments", api.Invitations.as_view()),
    path("enrolments/<int:enrolment_id>", api.OneInvitation.as_view()),
    path("enrolments/<int:enrolment_id>/code", api.NextCode.as_view()),
    path("enrol", api.Enrol.as_view()),
    path("sign-in", api.SignIn.as_view()),
    path("provider", api.Provider.as_view()),
    path("provider/sign-in", api.ProviderReturn.as_view()),
    path("refresh", api.Refresh.as_view()),
    path("totp", api.Totp.as_view()),
    path("totp/confirm", api.ConfirmTotp.as_view()),
    path("totp/recovery-codes", api.RecoveryCodes.as_view()),
    path("step-up", api.StepUp.as_view()),
    path("me", api.Me.as_view()),
    path("badge", api.MyBadge.as_view()),
    path("devices", api.Devices.as_view()),
    path("devices/<int:device_id>", api.OneDevice.as_view()),
    path("users/<uuid:user_id>/lock", api.Lock.as_view()),
    path("posts", api.Posts.as_view()),
    path("posts/waiting", api.WaitingPosts.as_view()),
    path("posts/<int:post_id>/approve", api.ApprovePost.as_view()),
    path("posts/<int:post_id>", api.OnePost.as_view()),
]

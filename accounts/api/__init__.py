"""The doors of accounts."""

from accounts.api.coming import Enrol, Invitations, NextCode, OneInvitation, Refresh, SignIn
from accounts.api.mine import Devices, Me, MyBadge, OneDevice
from accounts.api.posts import ApprovePost, Lock, OnePost, Posts, WaitingPosts
from accounts.api.provider import Provider, ProviderReturn
from accounts.api.second import ConfirmTotp, RecoveryCodes, StepUp, Totp

__all__ = [
    "ApprovePost",
    "ConfirmTotp",
    "Devices",
    "Enrol",
    "Invitations",
    "Lock",
    "Me",
    "MyBadge",
    "NextCode",
    "OneDevice",
    "OneInvitation",
    "OnePost",
    "Posts",
    "Provider",
    "ProviderReturn",
    "RecoveryCodes",
    "Refresh",
    "SignIn",
    "StepUp",
    "Totp",
    "WaitingPosts",
]

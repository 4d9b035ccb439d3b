"""The actions of accounts: who comes in, who holds which post, and whose badge is shown."""

from accounts.actions.badges import check_badge
from accounts.actions.entering import (
    CodeRefused,
    Invitation,
    NameBad,
    PasswordWeak,
    PhoneBad,
    PostHeld,
    RoleNotYours,
    SignedIn,
    SignInRefused,
    appoint,
    dismiss,
    drop_stale_enrolments,
    enrol,
    invite,
    open_account,
    revoke_device,
    sign_in,
)
from accounts.actions.trying import TooManyTries, begin_try, end_try, unlock_account

__all__ = [
    "CodeRefused",
    "Invitation",
    "NameBad",
    "PasswordWeak",
    "PhoneBad",
    "PostHeld",
    "RoleNotYours",
    "SignInRefused",
    "SignedIn",
    "TooManyTries",
    "appoint",
    "begin_try",
    "check_badge",
    "dismiss",
    "drop_stale_enrolments",
    "end_try",
    "enrol",
    "invite",
    "open_account",
    "revoke_device",
    "sign_in",
    "unlock_account",
]

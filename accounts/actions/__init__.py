"""The actions of accounts: who comes in, who holds which post, and whose badge is shown."""

from accounts.actions.badges import check_badge
from accounts.actions.devices import (
    NameBad,
    RefreshRefused,
    SecretWeak,
    SignedIn,
    refresh_token,
    revoke_device,
)
from accounts.actions.dropping import drop_old_notes
from accounts.actions.entering import CodeRefused, PasswordWeak, SignInRefused, enrol, sign_in
from accounts.actions.inviting import (
    Invitation,
    RoleNotYours,
    drop_stale_enrolments,
    invite,
    renew_code,
    withdraw_invitation,
)
from accounts.actions.notes import (
    NOTED_BESIDE,
    Paused,
    keep_notes,
    note_act,
    note_opening,
    note_refusal,
    pause,
)
from accounts.actions.opening import PhoneBad, open_account
from accounts.actions.posts import PostHeld, appoint, approve_post, dismiss
from accounts.actions.provider import begin_provider, finish_provider
from accounts.actions.retain import forget_device_names, forget_staff
from accounts.actions.sealing import anchor_heads, seal_notes
from accounts.actions.second import (
    OtpWrong,
    begin_totp,
    confirm_totp,
    end_totp,
    prove_again,
    renew_recovery_codes,
)
from accounts.actions.trying import TooManyTries, begin_try, end_try, unlock_account
from accounts.actions.verifying import Verdict, report_audit, verify_audit

__all__ = [
    "NOTED_BESIDE",
    "CodeRefused",
    "Invitation",
    "NameBad",
    "OtpWrong",
    "PasswordWeak",
    "Paused",
    "PhoneBad",
    "PostHeld",
    "RefreshRefused",
    "RoleNotYours",
    "SecretWeak",
    "SignInRefused",
    "SignedIn",
    "TooManyTries",
    "Verdict",
    "anchor_heads",
    "appoint",
    "approve_post",
    "begin_provider",
    "begin_totp",
    "begin_try",
    "check_badge",
    "confirm_totp",
    "dismiss",
    "drop_old_notes",
    "drop_stale_enrolments",
    "end_totp",
    "end_try",
    "enrol",
    "finish_provider",
    "forget_device_names",
    "forget_staff",
    "invite",
    "keep_notes",
    "note_act",
    "note_opening",
    "note_refusal",
    "open_account",
    "pause",
    "prove_again",
    "refresh_token",
    "renew_code",
    "renew_recovery_codes",
    "report_audit",
    "revoke_device",
    "seal_notes",
    "sign_in",
    "unlock_account",
    "verify_audit",
    "withdraw_invitation",
]

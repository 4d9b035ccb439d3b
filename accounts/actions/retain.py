"""What is past its time in this room; each class is an action of its own, and a dry run only tells."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce, Least

from accounts.models import Device, Post, RecoveryCode, Totp, User
from accounts.rules import Verb
from base.models import Asker
from notices.actions import drop_mailboxes

NOBODY = "(đã xóa / removed)"


@transaction.atomic
def forget_staff(*, by: Asker, before: datetime, dry: bool) -> list[str]:
    """Who has worked here and has had neither post nor device since then loses name, phone and mailbox; the
    account stays, as the number of nobody that the log and old facts name. Who runs the house stays."""
    by.must(Verb.KEEP_HOUSE)
    posts = Post.objects.filter(user=OuterRef("pk")).exclude(to_at__lte=before)
    devices = Device.objects.filter(user=OuterRef("pk"), expires_at__gt=before)
    left = User.objects.filter(~Exists(posts), ~Exists(devices), created_at__lte=before, is_superuser=False)
    ids = list(left.exclude(full_name=NOBODY).order_by("pk").values_list("pk", flat=True))
    if not dry:
        for pk in ids:
            columns = User.objects.phone_columns(pk, str(pk))
            User.objects.filter(pk=pk).update(
                full_name=NOBODY,
                password="",
                is_active=False,
                is_staff=False,
                phone=columns["phone"],
                phone_index=columns["phone_index"],
            )
        for model in (Totp, RecoveryCode):
            model._default_manager.filter(user_id__in=ids).delete()
        Device.objects.filter(user_id__in=ids).update(name="")
        drop_mailboxes(by=by, users=ids)
    return [str(pk) for pk in ids]


def forget_device_names(*, by: Asker, before: datetime, dry: bool) -> list[str]:
    """What a device was called that opens nothing any more; its number stays, which facts name."""
    by.must(Verb.KEEP_HOUSE)
    over = Device.objects.alias(over_at=Least(Coalesce("revoked_at", "expires_at"), "expires_at"))
    ids = list(over.filter(over_at__lte=before).exclude(name="").order_by("pk").values_list("pk", flat=True))
    if not dry:
        Device.objects.filter(pk__in=ids).update(name="")
    return [str(pk) for pk in ids]

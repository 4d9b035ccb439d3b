"""The phone number of a commune's office: public, and set by nobody but the commune's admins."""

from __future__ import annotations

from datetime import datetime

from areas.models import Hotline
from areas.queries import find_area
from areas.rules import Level, UnknownArea, clean_hotline
from base.models import Asker


def set_hotline(*, by: Asker, commune: str, phone: str, at: datetime) -> str:
    """The number as it is shown from now on; "" takes the present one away, and answers "".

    Refuses a commune that is unknown, closed or outside the asker's area (the same answer), and what is no
    number that can be called in Viet Nam.
    """
    by.must("set_hotline")
    place = find_area(commune, level=Level.COMMUNE)
    if place is None or not by.holds("set_hotline", place.pk, place.parent_id):
        raise UnknownArea()
    shown = clean_hotline(phone)
    if shown:
        post = by.post_for("set_hotline", place.pk, place.parent_id)
        told = {"phone": shown, "set_at": at, "by_post": post}
        Hotline.objects.update_or_create(commune=place, defaults=told)
    else:
        Hotline.objects.filter(commune=place).delete()
    return shown

"""Roles, verbs, and which role may do what: the whole of it, on one page."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from enum import StrEnum

import phonenumbers

ENROLMENT_LIFE = timedelta(hours=24)
TOKEN_LIFE = timedelta(days=90)


class Role(StrEnum):
    """What somebody is at an area; `area_admin` works at any node (the "district admin" of old)."""

    VOLUNTEER = "volunteer"
    TEAM_LEAD = "team_lead"
    AREA_ADMIN = "area_admin"
    AUDITOR = "auditor"
    EDITOR = "editor"


ROLE_TITLES: dict[Role, tuple[str, str]] = {
    Role.VOLUNTEER: ("Thành viên Tổ", "Volunteer"),
    Role.TEAM_LEAD: ("Tổ trưởng", "Team lead"),
    Role.AREA_ADMIN: ("Cán bộ quản lý địa bàn", "Area admin"),
    Role.AUDITOR: ("Người kiểm tra", "Auditor"),
    Role.EDITOR: ("Biên tập viên hướng dẫn", "Editor"),
}


class Verb(StrEnum):
    """What can be done; an action asks for one of these first."""

    SEE = "see"
    RECORD = "record"
    RETRACT_ANY = "retract_any"
    ENROL = "enrol"
    APPOINT = "appoint"
    ADD_HAMLET = "add_hamlet"
    CLOSE_AREA = "close_area"
    MOVE = "move"
    IMPORT = "import"
    REPORT = "report"
    EXPORT = "export"
    EDIT_GUIDE = "edit_guide"
    OWN_ACCOUNT = "own_account"
    LOAD_AREAS = "load_areas"
    KEEP_HOUSE = "keep_house"


_EVERYONE = {Verb.OWN_ACCOUNT}
_FIELD = _EVERYONE | {Verb.SEE, Verb.RECORD}
_LEAD = _FIELD | {Verb.RETRACT_ANY, Verb.ENROL, Verb.REPORT, Verb.EXPORT}
MAY: dict[Role, frozenset[Verb]] = {
    Role.VOLUNTEER: frozenset(_FIELD),
    Role.TEAM_LEAD: frozenset(_LEAD),
    Role.AREA_ADMIN: frozenset(
        _LEAD | {Verb.APPOINT, Verb.ADD_HAMLET, Verb.CLOSE_AREA, Verb.MOVE, Verb.IMPORT}
    ),
    Role.AUDITOR: frozenset(_EVERYONE | {Verb.SEE, Verb.REPORT}),
    Role.EDITOR: frozenset(_EVERYONE | {Verb.EDIT_GUIDE}),
}

# Whom a role may enrol or appoint; an area admin appoints admins only strictly below his own node.
MAY_GRANT: dict[Role, frozenset[Role]] = {
    Role.TEAM_LEAD: frozenset({Role.VOLUNTEER}),
    Role.AREA_ADMIN: frozenset({Role.VOLUNTEER, Role.TEAM_LEAD, Role.AUDITOR, Role.AREA_ADMIN}),
}


def may_grant(granting: Role, role: Role, *, same_node: bool) -> bool:
    """True when a holder of `granting` may give `role` at his own node or (same_node False) below it."""
    if role not in MAY_GRANT.get(granting, frozenset()):
        return False
    return not (role is Role.AREA_ADMIN and same_node)


def may_be_shown(name: str) -> bool:
    """True when a name has a letter or a digit and nothing hidden (control, direction, zero width)."""
    hidden = any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn") for char in name)
    return not hidden and any(char.isalnum() for char in name)


def phone_of(text: str) -> str | None:
    """A phone number in E.164 (region VN where no country is given); None when it is not one."""
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

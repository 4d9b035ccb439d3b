"""Enabler: has been told how the scams work, in particular calls that ask to "update VNeID".

Nobody needs a one-time code or a fee for an update; a volunteer never asks for a password, a PIN or a code.
"""

from checklist.items import Item, State, Way

ENTRY = Item(
    code="safety",
    order=14,
    number=7,
    pillar=False,
    title_vi="Phòng chống lừa đảo",
    title_en="Safety against scams",
    states=(
        State("none", "Chưa được hướng dẫn", "Not briefed"),
        State("briefed", "Đã được hướng dẫn", "Briefed"),
        State("confirmed", "Đã nắm vững", "Briefed and understood"),
    ),
    ready_from="briefed",
    due_age=14,
    ways=(
        Way(
            code="brief",
            starts=("none",),
            ends="briefed",
            where="home",
            volunteer_can_help=True,
            guide="avoid-scams",
            title_vi="Nghe hướng dẫn nhận biết và phòng tránh lừa đảo",
            title_en="Be briefed on how to recognise and avoid scams",
        ),
    ),
)

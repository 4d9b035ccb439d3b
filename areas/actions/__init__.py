"""Every change of the tree, and the revisions that a writing transaction takes."""

from areas.actions.bases import decide_basis, end_basis, follow_bases
from areas.actions.closing import ClosedTooEarly, HamletsLeft, HeirNeeded, close_area
from areas.actions.hamlets import HamletExists, add_hamlets, rename_hamlet
from areas.actions.hotlines import set_hotline
from areas.actions.release import BadRelease, load_release
from areas.actions.revisions import take_revisions

__all__ = [
    "BadRelease",
    "ClosedTooEarly",
    "HamletExists",
    "HamletsLeft",
    "HeirNeeded",
    "add_hamlets",
    "close_area",
    "decide_basis",
    "end_basis",
    "follow_bases",
    "load_release",
    "rename_hamlet",
    "set_hotline",
    "take_revisions",
]

"""Every change of the tree, and the revisions that a writing transaction takes."""

from areas.actions.hamlets import HamletExists, add_hamlets
from areas.actions.revisions import take_revisions

__all__ = ["HamletExists", "add_hamlets", "take_revisions"]

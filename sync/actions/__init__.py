"""What can be done with what phones say: judge it, look again, release it, turn it down; and tell them."""

from sync.actions.batch import apply_batch
from sync.actions.epoch import begin_epoch
from sync.actions.forget import forget_records
from sync.actions.held import judge_held, refuse_held, release_held
from sync.actions.quarantine import take_into_quarantine
from sync.actions.retain import drop_held, drop_said
from sync.actions.telling import tell_changes
from sync.actions.work import Pushed, Spoken

__all__ = [
    "Pushed",
    "Spoken",
    "apply_batch",
    "begin_epoch",
    "drop_held",
    "drop_said",
    "forget_records",
    "judge_held",
    "refuse_held",
    "release_held",
    "take_into_quarantine",
    "tell_changes",
]

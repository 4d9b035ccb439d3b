"""Every public action is keyword-only, asks who with `by`, and begins with `by.must(...)`."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest

from accounts.rules import Verb
from tests.house.sources import Source, source, sources

# Public functions beside the actions that are not doors: what they are for.
NOT_ACTIONS = {
    "accounts.actions.devices.hash_of": "a fingerprint; stores nothing",
    "accounts.actions.devices.checked_name": "the check of a name; stores nothing",
    "accounts.actions.devices.new_device": "the last step of two actions that have asked",
    "accounts.actions.inviting.must_grant": "a question of actions that have asked; stores nothing",
    "accounts.actions.posts.give_post": "the last step of two actions that have asked",
    "accounts.actions.second.begin_for": "the same as begin_totp, for the console",
    "accounts.actions.second.confirm_for": "the same as confirm_totp, for the console",
    "accounts.actions.second.has_second": "a question of actions that have asked; stores nothing",
    "accounts.actions.second.takes_second": "a step of actions that have asked",
    "accounts.actions.trying.knows": "a question of two actions that have asked; stores nothing",
    "areas.actions.bases.ground": "what new hamlets stand under; stores nothing",
    "people.actions.agreed.check_given": "the check of one consent; stores nothing",
    "people.actions.agreed.check_represented": "the same",
    "people.actions.agreed.digest_of_consent": "a fingerprint; stores nothing",
    "people.actions.agreed.consent_row": "a row to be stored by an action",
    "people.actions.agreed.insert_consents": "the statement of actions that have asked",
    "people.actions.new.new_person": "a person as a door was told of him; stores nothing",
    "people.actions.new.consent_of": "the consent that came with a person; stores nothing",
    "people.actions.new.checked_consent": "the check of one consent; stores nothing",
    "people.actions.new.facts_of_new": "what figures need of one person; stores nothing",
    "privacy.actions.requests.holidays": "a setting, read",
    "privacy.actions.erasing.ledger_path": "a setting, read",
    "privacy.actions.erasing.read_ledger": "reads a file of ids; stores nothing",
    "people.actions.new.checked_person": "the check of one person; stores nothing",
    "people.actions.new.digest_of": "a fingerprint; stores nothing",
    "people.actions.new.person_row": "a row to be stored by an action",
    "people.actions.new.household_row": "a row to be stored by an action",
    "people.actions.history.remember": "shared by the actions of editing and moving, which have asked",
    "people.actions.register.store_persons": "shared by two actions that have asked",
    "checklist.actions.record.consequences": "computed from what an action has read",
    "areas.actions.revisions.taking": "the parameters of a statement; stores nothing",
    "checklist.actions.ground.check_ground": "the check of one person; stores nothing",
    "checklist.actions.read.read_known": "what an action must know; stores nothing",
    "checklist.actions.write.write_facts": "the statement of actions that have asked",
    "checklist.actions.write.write_tallies": "the statement of actions that have asked",
    "checklist.actions.write.move_on": "the statement of an action that has asked",
    "sync.actions.judge.judge": "shared by actions that have asked; the action of each kind asks again",
    "sync.actions.judge.decide": "the same, without its line in the ledger",
    "sync.actions.edits.without_stale": "a choice among commands; stores nothing",
    "sync.actions.edits.remember_edits": "the statement of actions that have asked",
    "sync.actions.ledger.write_receipts": "the statement of actions that have asked",
    "sync.actions.ledger.write_batch": "the statement of an action that has asked",
    "sync.actions.ledger.mark_tried": "the statement of an action that has asked",
    "sync.actions.waiting.judge_waiting": "after an action that has asked; each sender's own right counts",
    "sync.actions.waiting.judge_lines": "the same",
    "sync.actions.waiting.by_sender": "who said what; stores nothing",
    "sync.actions.work.digest_of": "a fingerprint; stores nothing",
    "sync.actions.work.work_of": "what a line of the ledger says; stores nothing",
    "reports.actions.telling.tell_of": "a notice of actions that have asked",
    "reports.actions.paper.paper_of": "what a file says of itself; stores nothing",
    "guides.actions.shelving.lock_edition": "the lock of actions that have asked",
    "guides.actions.shelving.new_stamp": "the last word of actions that have asked",
    "guides.actions.shelving.refuse_too_large": "looks at what an action is about to do",
    "guides.actions.shelving.columns_of": "the columns of a row; stores nothing",
    "guides.actions.shelving.store_steps": "shared by two actions that have asked",
}
VERBS = {verb.value for verb in Verb}


def faults(found: Iterable[Source]) -> list[str]:
    """Public functions of actions that are not as an action should be."""
    return [
        f"{module.module}.{function.name}: {fault}"
        for module in found
        if module.part == "actions"
        for function in module.tree.body
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_")
        if f"{module.module}.{function.name}" not in NOT_ACTIONS
        for fault in _faults_of(function)
    ]


def _faults_of(function: ast.FunctionDef) -> list[str]:
    given = function.args
    found = []
    if given.posonlyargs or given.args or given.vararg:
        found.append("takes positional arguments")
    if [arg.arg for arg in given.kwonlyargs][:1] != ["by"]:
        found.append("`by` does not come first")
    if any(arg.annotation is None for arg in given.kwonlyargs) or function.returns is None:
        found.append("is not typed")
    if ast.get_docstring(function) is None:
        found.append("says nothing of itself")
    verb = _verb_asked_first(function)
    if verb is None:
        found.append("does not begin with by.must(verb)")
    elif verb not in VERBS:
        found.append(f"asks for {verb!r}, which is no verb")
    return found


def _verb_asked_first(function: ast.FunctionDef) -> str | None:
    """The verb of `by.must(verb)` when that is the first statement."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    match body[0]:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="by"), attr="must"), args=[asked])):
            pass
        case _:
            return None
    match asked:
        case ast.Constant(value=str(verb)):
            return verb
        case ast.Attribute(value=ast.Name(id="Verb"), attr=name):
            return Verb[name].value if name in Verb.__members__ else name
    return ""


def verbs_faults(found: Iterable[Source]) -> list[str]:
    """Verbs asked for anywhere that do not exist (a misspelt right would refuse everybody, or nobody)."""
    asked = [
        (module.module, node)
        for module in found
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("must", "holds", "post_for")
        and node.args
    ]
    return [
        f"{module}:{node.lineno}: {node.args[0].value}"
        for module, node in asked
        if isinstance(node.args[0], ast.Constant) and node.args[0].value not in VERBS
    ]


def test_every_action_asks_first() -> None:
    assert faults(sources()) == []


def test_every_verb_asked_for_exists() -> None:
    assert verbs_faults(sources()) == []


def test_the_exceptions_exist_and_are_not_exported() -> None:
    """An exception that is gone is struck from the list; none is among the room's public names."""
    defined = {
        f"{module.module}.{node.name}": module
        for module in sources()
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef)
    }
    assert set(NOT_ACTIONS) <= set(defined)
    exported = {
        f"{module.room}.{word.value}"
        for module in sources()
        if module.part == "actions" and module.module.count(".") == 1
        for word in ast.walk(module.tree)
        if isinstance(word, ast.Constant) and isinstance(word.value, str)
    }
    hidden = {f"{name.split('.')[0]}.{name.rpartition('.')[2]}" for name in NOT_ACTIONS}
    assert not hidden & exported


WRONG = {
    "takes positional arguments": "def move(by: Asker, *, at: int) -> None:\n 'x'\n by.must('move')",
    "`by` does not come first": "def move(*, at: int, by: Asker) -> None:\n 'x'\n by.must('move')",
    "is not typed": "def move(*, by, at: int) -> None:\n 'x'\n by.must('move')",
    "says nothing of itself": "def move(*, by: Asker) -> None:\n by.must('move')",
    "does not begin with by.must(verb)": "def move(*, by: Asker) -> None:\n 'x'\n at = 1\n by.must('move')",
    "asks for 'mvoe', which is no verb": "def move(*, by: Asker) -> None:\n 'x'\n by.must('mvoe')",
    "asks for 'MVOE', which is no verb": "def move(*, by: Asker) -> None:\n 'x'\n by.must(Verb.MVOE)",
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_planted_wrong_action_is_found(fault: str) -> None:
    assert f"people.actions.move.move: {fault}" in faults([source("people.actions.move", WRONG[fault])])


def test_a_planted_misspelt_verb_is_found() -> None:
    assert verbs_faults([source("people.queries", "by.holds('recrod', 1)")]) == ["people.queries:1: recrod"]

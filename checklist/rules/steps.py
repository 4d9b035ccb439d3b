"""Next steps: the shortest list of errands that makes a person ready.

One pure function serves the volunteer, the citizen's self-check and the follow-up list. The errands (`Way`)
and what they require are declared by the items. Only due pillars are aimed at; enablers come in when
something requires them.

- Never observed: an enabler is assumed to be there, for nobody should be sent on an errand on a guess; the
  step that rests on it names it in `confirm`, to be asked first. A pillar never observed is not ready, so its
  step is listed, and it names itself in `confirm`.
- A blocker that tells the state of an enabler ("no_card") stands for that state when the enabler itself was
  never observed.
- An expired thing starts again from its first state; nothing else is begun again with it.
- Of lists of equal length: the one that leans less on enablers lacking now; then the ways declared first. So
  without a smartphone the public services are offered at the commune one-stop centre, assisted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from checklist.items import Item, Need, State
from checklist.rules.facts import BLOCKERS
from checklist.rules.holding import is_ready, is_valid
from checklist.rules.plan import Move, Rules, is_met, rules_on, shortest
from checklist.rules.ready import due_items
from checklist.rules.standing import Standing

PLACES: dict[str, tuple[str, str]] = {
    "home": ("Tại nhà", "At home"),
    "commune_police": ("Công an xã", "Commune police"),
    "bank_or_agent": ("Ngân hàng hoặc điểm giao dịch", "Bank or agent"),
    "signature_provider": ("Nhà cung cấp chữ ký số", "Signature provider"),
    "carrier_shop": ("Điểm giao dịch của nhà mạng", "Shop of the carrier"),
    "one_stop_centre": ("Bộ phận một cửa của xã", "Commune one-stop centre"),
    "online": ("Trực tuyến", "On line"),
}

THINGS: dict[str, tuple[str, str]] = {
    "chip_card": ("Thẻ căn cước gắn chip", "Chip identity card"),
    "identity_paper": ("Giấy tờ tùy thân", "Identity paper"),
    "phone_number": ("Số điện thoại", "Phone number"),
    "own_sim": ("SIM chính chủ", "SIM in one's own name"),
    "smartphone": ("Điện thoại thông minh", "Smartphone"),
}

# Some blockers do not bite everywhere: a far-off office is no obstacle at home.
_BITES_AT = {
    "too_far": frozenset(PLACES) - {"home", "online"},
    "no_network": frozenset({"home", "online"}),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next. When it is done, `item` (and `kind`) is at `state`.

    `bring`: what is known to be asked for. `blocked_by`: the blockers that stand in the way today. `confirm`:
    the items this step rests on that nobody has observed yet.
    """

    item: str
    step: str
    where: str
    bring: tuple[str, ...]
    volunteer_can_help: bool
    blocked_by: tuple[str, ...]
    guide: str
    title_vi: str
    title_en: str
    kind: str
    state: str
    confirm: tuple[str, ...]


def next_steps(
    born_on: date | None,
    standings: Iterable[Standing],
    on: date,
    blockers: Collection[str] = (),
) -> list[Step]:
    """The shortest list that makes the person ready on the day, in an order that respects what is required.

    Empty when nothing is lacking, and when the age is unknown (ask for the birth year first: what is due
    hangs on it). `blockers` are those of the person as a whole, beside those recorded with the standings.
    A due item to which no way is declared is left out.
    """
    if born_on is None:
        return []
    rules = rules_on(on)
    now = _now(list(standings), on, rules, set(blockers))
    goals = tuple(Need(code, rules[code].ready_from) for code in due_items(born_on, on))
    moves = shortest(goals, now.states, rules)
    if moves is None:
        goals = tuple(goal for goal in goals if shortest((goal,), now.states, rules) is not None)
        moves = shortest(goals, now.states, rules) or ()
    return [_step(move, now, rules) for move in moves]


@dataclass(frozen=True, slots=True)
class _Now:
    """Where the person stands: the states to plan from, what is a guess in them, and what is in the way."""

    states: dict[tuple[str, str], str]
    unobserved: frozenset[str]
    blockers: frozenset[str]
    blockers_of: dict[str, set[str]]


def _now(standings: list[Standing], on: date, rules: Rules, blockers: set[str]) -> _Now:
    blockers_of: dict[str, set[str]] = {}
    for standing in standings:
        if standing.blocker and not is_ready(standing, on):
            blockers_of.setdefault(standing.item, set()).add(standing.blocker)
    told = blockers.union(*blockers_of.values())
    observed = {standing.item for standing in standings}
    states: dict[tuple[str, str], str] = {}
    guessed = set()
    for code, rule in rules.items():
        implied = next((s.code for s in rule.states if s.blocker in told and s.blocker), None)
        if code not in observed and implied is None:
            guessed.add(code)
        presumed = code not in observed and not rule.pillar
        state = (implied or rule.states[-1].code) if presumed else rule.states[0].code
        states.update({(code, kind): state for kind in rule.kind_codes})
    for standing in standings:
        if standing.item in rules and is_valid(standing, on):
            states[standing.item, standing.kind] = standing.state
    return _Now(states, frozenset(guessed), frozenset(blockers), blockers_of)


def _step(move: Move, now: _Now, rules: Rules) -> Step:
    way = move.way
    assumed = [need.item for need in move.needs if not rules[need.item].pillar]
    return Step(
        item=move.item,
        step=way.code,
        where=way.where,
        bring=way.bring,
        volunteer_can_help=way.volunteer_can_help,
        blocked_by=_blocked_by(move, now, rules),
        guide=way.guide,
        title_vi=way.title_vi,
        title_en=way.title_en,
        kind=move.kind,
        state=way.ends,
        confirm=tuple(code for code in dict.fromkeys([move.item, *assumed]) if code in now.unobserved),
    )


def _blocked_by(move: Move, now: _Now, rules: Rules) -> tuple[str, ...]:
    """The blockers of this step today, in the order of BLOCKERS.

    What tells the state of an enabler ("no_card") counts by that state, not by hearsay: it no longer blocks
    once the card is observed. The others are those of the person and those recorded with the item itself.
    """
    lacking = [need.item for need in move.needs if not is_met(need, now.states, rules)]
    found = {_state(rules[code], kind, now).blocker for code in lacking for kind in rules[code].kind_codes}
    telling = {state.blocker for rule in rules.values() for state in rule.states}
    others = (now.blockers | now.blockers_of.get(move.item, set())) - telling
    found |= {code for code in others if move.way.where in _BITES_AT.get(code, PLACES)}
    return tuple(code for code in BLOCKERS if code in found)


def _state(rule: Item, kind: str, now: _Now) -> State:
    return rule.states[rule.ranks[now.states[rule.code, kind]]]

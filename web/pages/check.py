"""The citizen's self-check: a question a page, each answered by one button; the form carries the answers.

Nothing is stored, and nothing of the answers stands in an address: neither in a log nor in the history of a
phone that a family shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse

from base.api import address_of
from base.days import day_of
from base.models import SYSTEM
from checklist.actions import count_self_check
from checklist.items import ITEMS
from checklist.rules import PLACES, THINGS, Step
from checklist.rules.handing import code_of
from checklist.rules.interview import MARKS, Interview, checked, interview
from checklist.rules.questions import BY_CODE, QUESTIONS
from guides.queries import shelf_at
from guides.rules import chosen
from web.pages.frame import Page

# What the form names beside the answers: a question to answer anew.
CHANGE = "change"


class SelfCheck(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.told(interview({}, self.at))

    def post(self, request: HttpRequest) -> HttpResponse:
        # As many pages as there are questions, and the result.
        count_self_check(by=SYSTEM, address=address_of(request), requests=len(QUESTIONS) + 1)
        given = self.form
        answers = {code: str(given[code]) for code in BY_CODE if code in given and code != given.get(CHANGE)}
        return self.told(interview(answers, self.at))

    def told(self, so_far: Interview) -> HttpResponse:
        """The next question, or the result."""
        said = [
            {"question": BY_CODE[code], "title": self.pick(BY_CODE[code]), "option": option}
            for code, option in so_far.said.items()
        ]
        for one in said:
            one["answer"] = self.pick(one["option"])
        if so_far.ask is None:
            return self.shown("result", said=said, **self.result(so_far))
        options = [(option.code, self.pick(option)) for option in so_far.ask.options]
        return self.shown(
            "question",
            said=said,
            ask=so_far.ask,
            title=self.pick(so_far.ask),
            hint=getattr(so_far.ask, f"hint_{self.language}"),
            options=options,
            number=len(said) + 1,
            most=len(QUESTIONS),
        )

    def result(self, so_far: Interview) -> dict[str, Any]:
        at = self.at
        found = checked(so_far.said, at)
        shelf = shelf_at(at)
        places = {place["code"]: place for place in chosen(shelf.places, self.language, key="code")}
        guides = chosen(shelf.guides, self.language)
        handed = any(option.says for option in so_far.said.values())
        code = code_of(so_far.said, day_of(at)) if handed else ""
        return {
            "is_ready": found.readiness.is_ready,
            "due": found.readiness.due,
            "held": len(found.readiness.ready),
            "lines": [self.line(line) for line in found.lines],
            "steps": [self.step(step, places, guides) for step in found.steps],
            "misfits": [getattr(misfit, self.language) for misfit in found.misfits],
            "alerts": chosen(shelf.alerts, self.language),
            "for_children": [] if found.readiness.due else [g for g in guides if g["audience"] == "guardian"],
            "code": code,
            "qr": picture_of(code, self.words_of_qr()) if code else "",
            "on": day_of(at),
        }

    def pick(self, titled: Any) -> str:
        """The title in the language of the page."""
        return str(getattr(titled, f"title_{self.language}"))

    def line(self, line: Any) -> dict[str, str]:
        """One of the four: its mark in words and for the picture."""
        english = self.language == "en"
        return {
            "title": self.pick(line),
            "mark": line.mark,
            "said": MARKS[line.mark][english],
            "state": getattr(line, f"state_{self.language}") if line.mark in ("begun", "ready") else "",
        }

    def step(self, step: Step, places: Any, guides: Sequence[Any]) -> dict[str, Any]:
        """One next step: where, what to bring, and the guide."""
        english = self.language == "en"
        place = places.get(step.where)
        bring = [THINGS[thing][english] for thing in step.bring] or (place["bring"] if place else [])
        return {
            "title": self.pick(step),
            "where": place["title"] if place else PLACES[step.where][english],
            "bring": bring,
            "fee": place["fee"] if place else "",
            "time": place["time"] if place else "",
            "help": step.volunteer_can_help,
            "guide": next((guide for guide in guides if guide["slug"] == step.guide), None),
            "confirm": [self.pick(ITEMS[code]) for code in step.confirm],
        }

    def words_of_qr(self) -> str:
        """What a screen reader says of the picture."""
        return (
            "QR code with your answers, for a volunteer"
            if self.language == "en"
            else "Mã QR chứa các câu trả lời của bạn, để đưa cho thành viên Tổ"
        )


def picture_of(code: str, title: str) -> str:
    """The code as an SVG to stand in the page, black on white as readers want it."""
    qr = segno.make(code, error="m", micro=False)
    return str(qr.svg_inline(scale=1, border=4, omitsize=True, light="#fff", svgclass="qr", title=title))

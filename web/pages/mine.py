"""What is held about me? Told to whoever has the code that was handed over at his door, and to nobody else.

The code goes in forms, never in an address, and nothing is kept by the browser.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from accounts.rules.audit import ACTS
from base import scope
from base.api import address_of
from base.errors import NotFound
from base.models import SYSTEM
from checklist.items import ITEMS
from privacy.actions import open_code, open_request, view_oneself
from privacy.queries import show_request
from web.pages.frame import Page
from web.texts import words

# What a button is enough for: a correction has to say what is right, and no page of ours takes words.
ASKED = ("erase", "restrict", "withdraw", "object")


class MyData(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown("mine_ask")

    def post(self, request: HttpRequest) -> HttpResponse:
        """What is held, once what was asked for is filed; one answer for every code that is nobody's now."""
        code, kind = self.form.get("code", "")[:100], self.form.get("kind", "")
        if not code.strip():  # is no try, and is not counted as one
            return self.shown("mine_ask", status=400, wrong=True)
        try:
            with transaction.atomic(), scope.request():
                given: dict[str, Any] = {"by": SYSTEM, "code": code, "address": address_of(request)}
                filed = self.filed(given, kind) if kind in ASKED else None
                held = view_oneself(**given, at=self.at).rooms
        except NotFound:
            return self.shown("mine_ask", status=404, wrong=True)
        return self.shown("mine", code=code, filed=filed, **self.told(held))

    def filed(self, given: dict[str, Any], kind: str) -> dict[str, Any]:
        holder = open_code(**given, at=self.at)
        request = open_request(by=SYSTEM, person=holder.person, kind=kind, channel="code", at=self.at)
        return self.asked_for(show_request(request))

    def told(self, held: dict[str, Any]) -> dict[str, Any]:
        """The package in plain words."""
        people, checklist = held["people"], held["checklist"]
        given = [one["given_at"] for one in people["consents"] if one["decision"] == "given"]
        return {
            "person": people["person"],
            "address": people["household"]["address"],
            "basis": people["basis"],
            "agreed_at": given[-1] if given else None,
            "visits": len(checklist["visits"]),
            "items": [self.item(one) for one in checklist["standings"]],
            "readers": [self.reader(one) for one in reversed(held["readers"])],
            "requests": [self.asked_for(one) for one in held["privacy"]["requests"]],
            "kinds": [(kind, self.said("kind", kind)) for kind in ASKED],
        }

    def said(self, sort: str, word: str) -> str:
        return words(self.language)[f"{sort}_{word}"]

    def item(self, standing: dict[str, Any]) -> dict[str, Any]:
        item, title = ITEMS[standing["item"]], f"title_{self.language}"
        state = next((one for one in item.states if one.code == standing["state"]), None)
        told = getattr(state, title) if state else standing["state"]
        return {"title": getattr(item, title), "state": told, "at": standing["observed_at"]}

    def reader(self, note: dict[str, Any]) -> dict[str, Any]:
        account = str(note["account"])[-6:] if note["account"] else ""
        title = ACTS[note["act"]][self.language == "en"]
        own = note["act"] == "person.self_view"
        return {"at": note["at"], "title": title, "account": account, "own": own}

    def asked_for(self, request: dict[str, Any]) -> dict[str, Any]:
        titles = {"title": self.said("kind", request["kind"]), "state": self.said("state", request["state"])}
        return {**request, **titles}

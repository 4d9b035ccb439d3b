"""Pages as a person without scripts reads them: their words, links, buttons and forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from django.test import Client


@dataclass
class Form:
    """Where it goes, what it carries, and its buttons as (name, value)."""

    action: str
    method: str
    carried: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Seen(HTMLParser):
    """A page that came back."""

    def __init__(self, raw: Any) -> None:
        super().__init__()
        self.raw, self.status, self.headers = raw, raw.status_code, raw.headers
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self._hidden = 0
        self.feed(raw.content.decode())
        self.text = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag == "form":
            self.forms.append(Form(given["action"], given["method"]))
        elif tag == "input" and given.get("type") == "hidden":
            self.forms[-1].carried[given["name"]] = given["value"]
        elif tag == "button" and "name" in given:
            self.forms[-1].buttons.append((given["name"], given["value"]))
        elif tag == "a":
            self.links.append(given["href"])

    def handle_data(self, data: str) -> None:
        self.words += f" {data}"

    def offers(self, name: str) -> list[str]:
        """The values of all buttons of that name."""
        return [value for form in self.forms for key, value in form.buttons if key == name]


def get(path: str, **headers: str) -> Seen:
    """A page that is opened; `headers` as in META."""
    return Seen(Client(raise_request_exception=False).get(path, **headers))  # type: ignore[arg-type]


def post(path: str, **fields: str) -> Seen:
    """A form that is sent, as a browser does."""
    kind = "application/x-www-form-urlencoded"
    client = Client(raise_request_exception=False)
    return Seen(client.post(path, urlencode(fields), content_type=kind))


def press(page: Seen, name: str, value: str) -> Seen:
    """The button of that name and value, with all its form carries."""
    [form] = [form for form in page.forms if (name, value) in form.buttons]
    assert form.method == "post"
    return post(form.action, **form.carried, **{name: value})

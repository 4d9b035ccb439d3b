"""Editors write drafts, another editor publishes them; every change goes through the actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from accounts.queries import actor_of
from accounts.rules import Verb
from base.errors import Refusal
from base.models import Asker, System, said
from guides import actions
from guides.models import Alert, Feedback, Guide, PlaceSheet, Step
from guides.queries import list_feedback, media_by_label
from guides.rules import GuideText, check_guide, steps_of

if TYPE_CHECKING:
    GuideFormBase = forms.ModelForm[Guide]
    AnySite = admin.ModelAdmin[Any]
else:
    GuideFormBase = forms.ModelForm
    AnySite = admin.ModelAdmin

_KEY = ("slug", "language", "platform")
_HEAD = ("item", "kind", "ways", "audience", "title", "summary", "source", "checked_on", "valid_until")


@dataclass
class Keeper(System):
    """Who keeps the house may do everything, but under his own name: four eyes hold for him too."""

    user_id: UUID | None = None


def asker(request: HttpRequest) -> Asker:
    """Who is at the desk, with the posts that hold now."""
    known: Any = request.user
    return Keeper(known.pk) if known.is_superuser else actor_of(known.pk, datetime.now(UTC))


def edits(request: HttpRequest) -> bool:
    """True for those whose post gives the right, and for who keeps the house."""
    known: Any = request.user
    if not known.is_active:
        return False
    return known.is_superuser or Verb.EDIT_GUIDE in actor_of(known.pk, datetime.now(UTC)).verbs


class Desk(AnySite):
    """Open to editors by their post, not by Django's own permissions; nothing is deleted here."""

    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return edits(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return edits(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Lines(forms.CharField):
    """A list of text, a line each."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        given = value if isinstance(value, list | tuple) else (value or "").splitlines()
        return tuple(line.strip() for line in given if line.strip())


class GuideForm(GuideFormBase):
    """The head in fields, the steps as Markdown (guides.rules.markdown tells its form)."""

    ways = Lines(required=False, label=said("việc cần làm, mỗi dòng một mã", "errands, a code a line"))
    source = Lines(label=said("nguồn, mỗi dòng một nguồn", "sources, one a line"))

    class Meta:
        model = Guide
        fields = (*_KEY, *_HEAD, "body")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                self.text = self._text(given)
                check_guide(self.text, self.text.slug)
            except Refusal as refusal:
                raise ValidationError({"body": refusal.message(get_language() or "vi")}) from None
        return given

    def _text(self, given: dict[str, Any]) -> GuideText:
        head = {name: given.get(name, getattr(self.instance, name)) for name in (*_KEY, *_HEAD)}
        steps = steps_of(given["body"], head["slug"], 1, media_by_label())
        return GuideText(**head, version=self.instance.version or 1, body=given["body"], steps=tuple(steps))

    def _post_clean(self) -> None:
        """The rows are made by the action; the form only reads."""


@admin.register(Guide)
class GuideAdmin(Desk):
    form = GuideForm
    list_display = ("slug", "language", "platform", "version", "state", "title", "valid_until", "author")
    list_filter = ("state", "language", "platform")
    list_select_related = ("author",)
    search_fields = ("slug", "title")
    ordering = ("slug", "language", "platform", "-version")
    actions = ("publish", "withdraw", "begin_version")
    _shown = ("version", "state", "author", "publisher", "published_at", "withdrawn_at", "preview")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return edits(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draft may be changed; what is published is looked at."""
        return edits(request) and (obj is None or obj.state == "draft")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*_KEY, *_HEAD, "body", *(self._shown if obj else ()))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*_KEY, *self._shown) if obj else ()

    @admin.display(description=said("xem trước", "preview"))
    def preview(self, guide: Guide) -> str:
        """The steps as readers see them; `detail` was sanitised when it was stored."""
        steps: QuerySet[Step] = guide.steps.order_by("number")
        line = "<li><strong>{}</strong>{}<p>→ {}</p><p>⚠ {}</p></li>"
        shown = ((s.text, mark_safe(s.detail), s.you_see, s.warning) for s in steps)  # noqa: S308
        return format_html("<ol>{}</ol>", format_html_join("", line, shown))

    def save_model(self, request: HttpRequest, obj: Guide, form: Any, change: bool) -> None:
        """Stores the draft through the action; the object of the form becomes it."""
        made = actions.save_draft(by=asker(request), guide=form.text, guide_id=obj.pk if change else None)
        obj.__dict__.update(made.__dict__)

    @admin.action(description=said("Ban hành những bản soạn đã chọn", "Publish the chosen drafts"))
    def publish(self, request: HttpRequest, chosen: Any) -> None:
        """Publishes what somebody else has written."""
        self._each(request, chosen, lambda by, pk: actions.publish(by=by, guide_id=pk, at=datetime.now(UTC)))

    @admin.action(description=said("Rút những hướng dẫn đã chọn", "Withdraw the chosen guides"))
    def withdraw(self, request: HttpRequest, chosen: Any) -> None:
        """They are served no more."""
        self._each(request, chosen, lambda by, pk: actions.withdraw(by=by, guide_id=pk, at=datetime.now(UTC)))

    @admin.action(description=said("Soạn phiên bản mới", "Begin a new version"))
    def begin_version(self, request: HttpRequest, chosen: Any) -> None:
        """A draft to change, with the content of what is published."""
        self._each(request, chosen, lambda by, pk: actions.begin_version(by=by, guide_id=pk))

    def _each(self, request: HttpRequest, chosen: QuerySet[Guide], act: Any) -> None:
        """Acts on each; a refusal is told beside the name of the guide, and the others go on."""
        by = asker(request)
        for guide in chosen:
            try:
                act(by, guide.pk)
            except Refusal as refusal:
                told = refusal.message(get_language() or "vi")
                self.message_user(request, f"{guide}: {told}", messages.ERROR)


@admin.register(Alert)
class AlertAdmin(Desk):
    """They come with the house (guides/content): two persons have looked at them."""

    list_display = ("slug", "language", "title", "valid_from", "valid_until")
    ordering = ("slug", "language")


@admin.register(PlaceSheet)
class PlaceSheetAdmin(Desk):
    list_display = ("code", "language", "title", "checked_on")
    ordering = ("code", "language")


@admin.register(Feedback)
class FeedbackAdmin(Desk):
    """Where people get stuck; counts and nobody."""

    list_display = ("slug", "version", "step", "worked", "failed")
    list_filter = ("slug",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feedback]:
        return list_feedback()

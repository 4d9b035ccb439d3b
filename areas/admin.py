"""The office looks at the tree; it may correct the name and kind of a hamlet and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language

from areas.actions import rename_hamlet
from areas.models import Area, FormerName, Succession
from areas.queries import is_named
from areas.rules import HamletKind, Level
from base.errors import Refusal
from base.models import SYSTEM, said

if TYPE_CHECKING:
    AreaForm = forms.ModelForm[Area]
    AreaSite = admin.ModelAdmin[Area]
    SuccessionSite = admin.ModelAdmin[Succession]
    FormerNameSite = admin.ModelAdmin[FormerName]
else:
    AreaForm = forms.ModelForm
    AreaSite = SuccessionSite = FormerNameSite = admin.ModelAdmin


class OpenFilter(admin.SimpleListFilter):
    title = said("hiệu lực", "in force")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", said("còn hiệu lực", "in force")), ("no", said("đã đóng", "closed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Area]) -> QuerySet[Area]:
        wanted = self.value()
        return queryset if wanted is None else queryset.filter(closed_on__isnull=wanted == "yes")


class HamletForm(AreaForm):
    """Changes go through the action, so that its refusals hold here too."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in HamletKind])

    class Meta:
        model = Area
        fields = ("name", "kind")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if "name" in given and "kind" in given:
            try:
                with transaction.atomic():
                    rename_hamlet(by=SYSTEM, code=self.instance.code, name=given["name"], kind=given["kind"])
                    transaction.set_rollback(True)
            except Refusal as refusal:
                raise ValidationError(
                    {refusal.path or "name": refusal.message(get_language() or "vi")}
                ) from None
        return given


class ReadOnly:
    """Looked at, never changed here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Area)
class AreaAdmin(AreaSite):
    form = HamletForm
    list_display = ("code", "name", "level", "kind", "parent", "open_from", "closed_on")
    list_filter = ("level", "scheme", OpenFilter)
    list_select_related = ("parent",)
    ordering = ("sort_key", "id")
    search_fields = ("code",)
    show_full_result_count = False
    fields = ("scheme", "level", "code", "name", "kind", "parent", "open_from", "closed_on")
    readonly_fields = ("scheme", "level", "code", "parent", "open_from", "closed_on")
    actions = None

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Area], search_term: str
    ) -> tuple[QuerySet[Area], bool]:
        """By code, or by name with accents or without, as the API does."""
        term = search_term.strip()
        return (queryset.filter(is_named(term) | Q(code=term)) if term else queryset), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Area | None = None) -> bool:
        """Official units come from the release; the commune's own hamlets may be corrected."""
        correctable = obj is None or (obj.level == Level.HAMLET and obj.closed_on is None)
        return correctable and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Area, form: Any, change: bool) -> None:
        """The site has asked for the right, so the house itself acts."""
        rename_hamlet(by=SYSTEM, code=obj.code, name=obj.name, kind=obj.kind)


@admin.register(Succession)
class SuccessionAdmin(ReadOnly, SuccessionSite):
    list_display = ("from_area", "to_area", "extent", "is_default", "effective_on")
    list_filter = ("extent", "effective_on")
    list_select_related = ("from_area", "to_area")
    search_fields = ("=from_area__code", "=to_area__code")
    ordering = ("id",)
    show_full_result_count = False


@admin.register(FormerName)
class FormerNameAdmin(ReadOnly, FormerNameSite):
    list_display = ("name", "area", "until", "source")
    list_select_related = ("area",)
    ordering = ("-until", "id")

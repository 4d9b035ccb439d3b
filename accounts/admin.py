"""The office appoints and dismisses; every change goes through the actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts import actions
from accounts.actions.second import has_second, takes_second
from accounts.models import Post
from accounts.queries import actor_of, find_user
from accounts.rules import FRESH, ROLE_TITLES, Role, SecondFactorNeeded, StepUpNeeded, Verb
from base.api import address_of
from base.errors import Refusal
from base.models import SYSTEM, System, said

if TYPE_CHECKING:
    PostForm = forms.ModelForm[Post]
    PostSite = admin.ModelAdmin[Post]
else:
    PostForm = forms.ModelForm
    PostSite = admin.ModelAdmin

admin.site.site_header = admin.site.site_title = "Sẵn Sàng Số"
admin.site.index_title = said("Địa bàn và phân công", "Areas and posts")
admin.site.unregister(Group)


def may_enter(request: HttpRequest) -> bool:
    """The office is open to its own staff, and to editors as long as their post holds."""
    user: Any = request.user
    return bool(user.is_active and (user.is_staff or _is_editor(user)))


def _is_editor(user: Any) -> bool:
    return user.pk is not None and Verb.EDIT_GUIDE in actor_of(user.pk, datetime.now(UTC)).verbs


class SignInForm(AdminAuthenticationForm):
    """The same for who signs in at the office; his failures count with those at the other doors, and a second
    factor is asked for where he has one, or has to."""

    otp = forms.CharField(
        label=said("mã xác thực (nếu có)", "code of the authenticator (if any)"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def clean(self) -> dict[str, Any]:
        phone = self.cleaned_data.get("username", "")
        try:
            begun = actions.begin_try(by=SYSTEM, address=address_of(self.request), phone=phone)
        except Refusal as refusal:
            raise ValidationError(refusal.message(get_language() or "vi")) from None
        given: dict[str, Any] = super().clean()
        prove(self.request, self.user_cache, given.get("otp", ""), self.get_invalid_login_error)
        actions.end_try(by=SYSTEM, begun=begun)
        return given

    def confirm_login_allowed(self, user: Any) -> None:
        if not _is_editor(user):
            super().confirm_login_allowed(user)


def prove(request: Any, user: Any, otp: str, wrong: Callable[[], ValidationError]) -> None:
    """Notes in the session that the second factor was proved; raises when it was not and has to be."""
    at = datetime.now(UTC)
    if has_second(user.pk):
        if not takes_second(user.pk, otp, at):
            raise wrong()
        request.session["otp_at"] = at.timestamp()
    elif settings.SECOND_FACTOR:
        raise ValidationError(SecondFactorNeeded().message(get_language() or "vi"))


def _is_fresh(request: Any) -> bool:
    """As Actor.is_fresh, of a session at the office."""
    if not (settings.SECOND_FACTOR or has_second(request.user.pk)):
        return True
    return bool(datetime.now(UTC).timestamp() - request.session.get("otp_at", 0) <= FRESH.total_seconds())


@dataclass(frozen=True)
class Office(System):
    """The site has asked for the right, so the house itself acts; but it is somebody who signs."""

    user_id: UUID | None = None


admin.site.has_permission = may_enter  # type: ignore[method-assign]
admin.site.login_form = SignInForm
admin.site.login_template = "accounts/office.html"


class AppointForm(PostForm):
    """Whom (by phone), as what, where (by the code of the area)."""

    phone = forms.CharField(label=said("số điện thoại của tài khoản", "phone of the account"), max_length=20)
    role = forms.ChoiceField(
        label=said("vai trò", "role"), choices=[(role.value, said(*ROLE_TITLES[role])) for role in Role]
    )
    place = forms.CharField(label=said("mã địa bàn", "code of the area"), max_length=16)
    otp = forms.CharField(
        label=said("mã xác thực", "code of the authenticator"),
        help_text=said("Cần khi lần xác thực trước đã quá năm phút.", "Asked again after five minutes."),
        max_length=40,
        required=False,
    )
    request: HttpRequest

    class Meta:
        model = Post
        fields: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        self.step_up(given.get("otp", ""))
        if {"phone", "role", "place"} <= set(given):
            try:
                with transaction.atomic():
                    self.appoint()
                    transaction.set_rollback(True)
            except Refusal as refusal:
                field = {"area": "place", "user": "phone", "role": "role"}.get(refusal.path)
                raise ValidationError({field or "phone": refusal.message(get_language() or "vi")}) from None
        return given

    def step_up(self, otp: str) -> None:
        """A proof of the last minutes, or one now: then the session has another id."""
        if not _is_fresh(self.request):
            wrong = StepUpNeeded().message(get_language() or "vi")
            prove(self.request, self.request.user, otp, lambda: ValidationError({"otp": wrong}))
            self.request.session.cycle_key()

    def appoint(self) -> Post:
        given = self.cleaned_data
        user = find_user(given["phone"])
        return actions.appoint(
            by=Office(self.request.user.pk),
            user_id=user.pk if user else None,
            role=Role(given["role"]),
            area=given["place"],
            at=datetime.now(UTC),
        )


@admin.register(Post)
class PostAdmin(PostSite):
    form = AppointForm
    list_display = ("user", "role", "area", "from_at", "to_at", "for_approval")
    list_filter = ("role", "for_approval")
    list_select_related = ("user", "area")
    search_fields = ("user__full_name", "=area__code")
    ordering = ("-from_at", "id")
    show_full_result_count = False
    actions = ("approve", "dismiss")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **how: Any) -> Any:
        form = super().get_form(request, obj, change=change, **how)
        form.request = request  # type: ignore[attr-defined]  # a class of this request alone
        return form

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """A post is ended and begun anew, never rewritten."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return False

    @admin.action(description=said("Duyệt những mục đang chờ", "Approve those that wait"))
    def approve(self, request: HttpRequest, chosen: Any) -> None:
        """A second person agrees; what he asked for himself stays as it is, and he is told."""
        if not _is_fresh(request):
            self.message_user(request, StepUpNeeded().message(get_language() or "vi"), messages.ERROR)
            return
        for post in chosen.filter(for_approval=True, to_at=None):
            try:
                actions.approve_post(by=Office(request.user.pk), post_id=post.pk, at=datetime.now(UTC))
            except Refusal as refusal:
                self.message_user(request, refusal.message(get_language() or "vi"), messages.ERROR)

    @admin.action(description=said("Thôi phân công những mục đã chọn", "Dismiss the chosen posts"))
    def dismiss(self, request: HttpRequest, chosen: Any) -> None:
        """Ends the chosen posts now; those that had ended stay as they are."""
        for post in chosen.filter(to_at=None):
            actions.dismiss(by=SYSTEM, post_id=post.pk, at=datetime.now(UTC))

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        """Appoints; the object of the form becomes the post that was made."""
        made = form.appoint()
        obj.pk, obj.user, obj.role, obj.area = made.pk, made.user, made.role, made.area
        obj.from_at = made.from_at

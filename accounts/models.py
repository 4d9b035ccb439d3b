"""Accounts, posts, devices and enrolments; and the log of who saw what of whom."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from accounts.rules import NEVER, ROLE_TITLES, Role, phone_of
from base.models import new_id, said
from base.sealed import MARK, IndexField, SealedField


class Users(BaseUserManager["User"]):
    """How an account is found by its phone, and what Django's `createsuperuser` needs."""

    def of_phone(self, phone: str) -> models.QuerySet[User]:
        """The account with this number, in any spelling: one or none."""
        return self.filter(phone_index__in=_INDEX.indexes(phone_of(phone) or ""))

    def phone_columns(self, user_id: UUID, number: str) -> dict[str, Any]:
        """The columns of a number in E.164."""
        return {"phone": _PHONE.seal(user_id, number), "phone_index": _INDEX.index(number)}

    def get_by_natural_key(self, username: str | None) -> User:
        return self.of_phone(username or "").get()

    def create_superuser(self, phone: str, password: str | None = None, **fields: Any) -> User:
        number, pk = phone_of(phone), new_id()
        if number is None:
            raise ValueError("This is not a phone number.")
        user = self.model(id=pk, is_staff=True, is_superuser=True, **self.phone_columns(pk, number), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in. The phone is the name of the account and is never texted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    phone = SealedField(said("số điện thoại", "phone"), unique=True)
    phone_index = IndexField(of="account.phone", max_length=33, unique=True, editable=False)
    full_name = models.CharField(said("họ tên", "full name"), max_length=100)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    objects = Users()

    class Meta:
        verbose_name = said("tài khoản", "account")
        verbose_name_plural = said("tài khoản", "accounts")
        constraints = [
            models.CheckConstraint(condition=Q(phone__startswith=MARK), name="account_phone_sealed")
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def number(self) -> str:
        """The phone as it was given; HIDDEN where it does not open."""
        return _PHONE.shown(self.pk, self.phone)

    def get_short_name(self) -> str:
        """How the admin site greets."""
        return self.full_name


_PHONE: SealedField = User._meta.get_field("phone")
_INDEX: IndexField = User._meta.get_field("phone_index")


class Post(models.Model):
    """A role at an area, from-to: the only source of rights and of sight.

    One that waits for a second signature begins at the end of time: nothing that reads posts can take it for
    one in force.
    """

    user = models.ForeignKey(
        User, models.PROTECT, related_name="posts", verbose_name=said("tài khoản", "account")
    )
    role = models.CharField(
        said("vai trò", "role"),
        max_length=12,
        choices=[(role.value, said(*ROLE_TITLES[role])) for role in Role],
    )
    area = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="+", verbose_name=said("địa bàn", "area")
    )
    from_at = models.DateTimeField(said("từ", "from"))
    to_at = models.DateTimeField(said("đến", "to"), null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    for_approval = models.BooleanField(default=False)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = said("phân công", "post")
        verbose_name_plural = said("phân công", "posts")
        indexes = [models.Index(fields=["area"], name="post_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "area"], condition=models.Q(to_at=None), name="post_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(to_at=None) | models.Q(to_at__gte=models.F("from_at")), name="post_from_to"
            ),
            models.CheckConstraint(
                condition=models.Q(for_approval=False) | models.Q(from_at__gte=NEVER, approved_by=None),
                name="post_waits_for_two",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("granted_by")),
                name="post_given_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class Device(models.Model):
    """A phone or browser that signed in; its tokens are kept as SHA-256 only.

    A refresh token is a family and a secret: the family stays, so that an old secret is known for what it is.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    name = models.CharField(max_length=60)
    token_hash = models.BinaryField(max_length=32, unique=True)
    token_until = models.DateTimeField()
    family_hash = models.BinaryField(max_length=32, unique=True, null=True)
    refresh_hash = models.BinaryField(max_length=32, null=True)
    # The secret before, whose answer may have been lost.
    previous_hash = models.BinaryField(max_length=32, null=True)
    created_at = models.DateTimeField()
    # Without a word from the device it ends then.
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    # When its holder last proved who he is, and when he did so by his second factor.
    proved_at = models.DateTimeField(null=True)
    otp_at = models.DateTimeField(null=True)


class Totp(models.Model):
    """The secret of an authenticator, sealed, and the last half minute whose code was taken."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    secret = SealedField()
    last_step = models.BigIntegerField()
    # Until then it is good for nothing.
    confirmed_at = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """A code on paper for who has lost his authenticator: kept as a SHA-256, good once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    code_hash = models.BinaryField(max_length=32, unique=True)
    used_at = models.DateTimeField(null=True)


class Enrolment(models.Model):
    """An invitation; the one-time code that its screen shows now is kept as a SHA-256 only."""

    code_hash = models.BinaryField(max_length=32, unique=True)
    code_until = models.DateTimeField()
    role = models.CharField(max_length=12)
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    full_name = models.CharField(max_length=100)
    phone = SealedField()
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(phone__startswith=MARK), name="enrolment_phone_sealed")
        ]


class AccessNote(models.Model):
    """That somebody saw or wrote what is kept of persons, or was refused; triggers refuse any change of it.

    It holds ids and codes of the house, never a name: whoever is erased stays a number here. Of refusals
    `rule` says which; `area` is where the persons lived, of a refusal where the asker works.
    """

    # By the clock of the database, as one statement has it.
    at = models.DateTimeField()
    area = models.ForeignKey(
        "areas.Area", models.DO_NOTHING, related_name="+", null=True, db_constraint=False, db_index=False
    )
    # Null: the house itself.
    user = models.ForeignKey(
        User, models.DO_NOTHING, related_name="+", null=True, db_constraint=False, db_index=False
    )
    device = models.BigIntegerField(null=True)
    act = models.CharField(max_length=40)
    rule = models.CharField(max_length=80)
    # The reason that was given, and the file by which it was seen.
    purpose = models.CharField(max_length=300)
    ref = models.UUIDField(null=True)
    # Persons; households where the answer told of a household as a whole.
    subjects = ArrayField(models.UUIDField())
    # How often, where a flood of refusals was counted and not written one by one.
    times = models.IntegerField(db_default=1)

    class Meta:
        indexes = [
            models.Index(fields=["area", "at"], name="note_of_area"),
            models.Index(fields=["user", "at"], name="note_of_user"),
            BrinIndex(fields=["at"], name="note_of_time", pages_per_range=16),
        ]


class AccessLink(models.Model):
    """The place of a note in the chain of its province (0: of none); the last of a sealing is signed."""

    pk = models.CompositePrimaryKey("province", "seq")
    province = models.BigIntegerField()
    seq = models.BigIntegerField()
    note = models.OneToOneField(AccessNote, models.DO_NOTHING, related_name="link", db_constraint=False)
    hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()
    signature = models.BinaryField(max_length=64, null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["province", "seq"], name="link_signed", condition=models.Q(signature__isnull=False)
            )
        ]


class Shown(models.Model):
    """How many persons an account was shown on a day (no fewer than that, until it is counted anew), how many
    it may be, and until when it is shown nobody more."""

    user = models.OneToOneField(User, models.CASCADE, related_name="+", primary_key=True)
    day = models.DateField()
    n = models.IntegerField()
    most = models.IntegerField()
    paused_until = models.DateTimeField(null=True)


class Denials(models.Model):
    """How often an account was refused in a minute; forgotten once the sealing has noted the rest."""

    pk = models.CompositePrimaryKey("user_id", "minute")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    minute = models.DateTimeField()
    n = models.IntegerField()

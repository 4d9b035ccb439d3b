"""Guides in versions that are never changed once published; alerts, place sheets, and how steps fared."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from base.models import said
from guides.rules import AUDIENCES, LANGUAGES, MAX_SUMMARY, MAX_TITLE, PLATFORMS

_LANGUAGES = [(each.code, said(each.title_vi, each.title_en)) for each in LANGUAGES.values()]
_PLATFORMS = [(code, said(*titles)) for code, titles in PLATFORMS.items()]
_AUDIENCES = [(code, said(*titles)) for code, titles in AUDIENCES.items()]
_STATES = [
    ("draft", said("bản soạn", "draft")),
    ("published", said("đã ban hành", "published")),
    ("withdrawn", said("đã rút", "withdrawn")),
]


class Media(models.Model):
    """A picture or a recording, kept once under its content hash."""

    name = models.CharField(max_length=40, primary_key=True)
    # How the Markdown calls it.
    label = models.CharField(max_length=80)
    data = models.BinaryField()

    class Meta:
        verbose_name = said("tệp ảnh, tiếng", "picture or recording")
        verbose_name_plural = said("tệp ảnh, tiếng", "pictures and recordings")


class Guide(models.Model):
    """One version of a guide. A trigger refuses every change of what is no draft, but for withdrawing it.

    Without author and publisher it came with the house (guides/content), reviewed as its code is.
    """

    slug = models.CharField(said("mã hướng dẫn", "slug"), max_length=60)
    language = models.CharField(said("ngôn ngữ", "language"), max_length=8, choices=_LANGUAGES)
    platform = models.CharField(said("loại máy", "platform"), max_length=16, choices=_PLATFORMS)
    version = models.PositiveIntegerField(said("phiên bản", "version"))
    item = models.CharField(said("tiêu chí", "item"), max_length=40, blank=True)
    kind = models.CharField(said("loại của tiêu chí", "kind"), max_length=40, blank=True)
    ways = models.JSONField(said("việc cần làm", "errands"))
    audience = models.CharField(said("dành cho", "audience"), max_length=16, choices=_AUDIENCES)
    title = models.CharField(said("tên", "title"), max_length=MAX_TITLE)
    summary = models.CharField(said("tóm tắt", "summary"), max_length=MAX_SUMMARY)
    source = models.JSONField(said("nguồn", "source"))
    checked_on = models.DateField(said("ngày kiểm tra nguồn", "source checked on"))
    valid_until = models.DateField(said("hiệu lực đến hết ngày", "valid until"))
    body = models.TextField(said("các bước (Markdown)", "steps (Markdown)"))
    digest = models.CharField(max_length=64)
    state = models.CharField(said("tình trạng", "state"), max_length=10, choices=_STATES)
    author = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        verbose_name=said("người soạn", "author"),
        related_name="+",
        null=True,
    )
    publisher = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        verbose_name=said("người ban hành", "publisher"),
        related_name="+",
        null=True,
    )
    published_at = models.DateTimeField(said("ban hành lúc", "published at"), null=True)
    withdrawn_at = models.DateTimeField(said("rút lúc", "withdrawn at"), null=True)

    class Meta:
        verbose_name = said("hướng dẫn", "guide")
        verbose_name_plural = said("hướng dẫn", "guides")
        constraints = [
            models.UniqueConstraint(fields=["slug", "language", "platform", "version"], name="guide_version"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None, publisher=None)
                | Q(state="published", published_at__isnull=False, withdrawn_at=None)
                | Q(state="withdrawn", published_at__isnull=False, withdrawn_at__isnull=False),
                name="guide_state",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(author=None, publisher=None)
                | Q(author__isnull=False, publisher__isnull=False) & ~Q(author=F("publisher")),
                name="guide_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.language} {self.platform} {self.version}"


class Step(models.Model):
    """One action of a guide; its words are read aloud, `detail` is sanitised HTML."""

    guide = models.ForeignKey(Guide, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    warning = models.CharField(max_length=400, blank=True)
    you_see = models.CharField(max_length=400, blank=True)
    picture = models.ForeignKey(Media, models.PROTECT, related_name="+", null=True)
    picture_alt = models.CharField(max_length=300, blank=True)
    audio = models.ForeignKey(Media, models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["guide", "number"], name="step_number")]


class Alert(models.Model):
    """A warning of one scam, valid from day to day."""

    slug = models.CharField(said("mã", "slug"), max_length=60)
    language = models.CharField(said("ngôn ngữ", "language"), max_length=8, choices=_LANGUAGES)
    title = models.CharField(said("tên", "title"), max_length=200)
    text = models.TextField(said("nội dung", "text"))
    recognise = models.TextField(said("cách nhận ra", "how to recognise it"))
    act = models.TextField(said("việc cần làm", "what to do"))
    report = models.TextField(said("nơi báo", "where to report it"))
    source = models.JSONField(said("nguồn", "source"))
    valid_from = models.DateField(said("hiệu lực từ ngày", "valid from"))
    valid_until = models.DateField(said("hiệu lực đến hết ngày", "valid until"))

    class Meta:
        verbose_name = said("cảnh báo", "alert")
        verbose_name_plural = said("cảnh báo", "alerts")
        constraints = [models.UniqueConstraint(fields=["slug", "language"], name="alert_key")]

    def __str__(self) -> str:
        return f"{self.slug} {self.language}"


class PlaceSheet(models.Model):
    """What a person should know of a place before going there; `code` is that of the next steps."""

    code = models.CharField(said("mã", "code"), max_length=40)
    language = models.CharField(said("ngôn ngữ", "language"), max_length=8, choices=_LANGUAGES)
    title = models.CharField(said("tên", "title"), max_length=200)
    what = models.TextField(said("nơi này là gì", "what it is"))
    bring = models.JSONField(said("mang theo", "what to bring"))
    fee = models.TextField(said("lệ phí", "fee"))
    time = models.TextField(said("thời gian", "time"))
    source = models.JSONField(said("nguồn", "source"))
    checked_on = models.DateField(said("ngày kiểm tra nguồn", "source checked on"))

    class Meta:
        verbose_name = said("phiếu địa điểm", "place sheet")
        verbose_name_plural = said("phiếu địa điểm", "place sheets")
        constraints = [models.UniqueConstraint(fields=["code", "language"], name="place_key")]

    def __str__(self) -> str:
        return f"{self.code} {self.language}"


class Feedback(models.Model):
    """How often a step worked and how often it did not: counts only, nobody is in them."""

    slug = models.CharField(said("mã hướng dẫn", "slug"), max_length=60)
    version = models.PositiveIntegerField(said("phiên bản", "version"))
    step = models.PositiveSmallIntegerField(said("bước", "step"))
    worked = models.PositiveIntegerField(said("làm được", "worked"), default=0)
    failed = models.PositiveIntegerField(said("không làm được", "did not work"), default=0)

    class Meta:
        verbose_name = said("phản hồi", "feedback")
        verbose_name_plural = said("phản hồi", "feedback")
        constraints = [models.UniqueConstraint(fields=["slug", "version", "step"], name="feedback_step")]


class Edition(models.Model):
    """One row: a new stamp with everything that is published, withdrawn or loaded. Equal stamps mean that
    nothing has changed."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    stamp = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="edition_single")]

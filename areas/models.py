"""The tree of areas, dated: units open, close, change their names and have heirs."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from areas.rules import MAX_NAME, Extent, Level, Scheme
from base.models import said

_LEVELS = [
    (Level.PROVINCE.value, said("tỉnh, thành phố", "province")),
    (Level.DISTRICT.value, said("quận, huyện (trước 01/07/2025)", "district (before 2025-07-01)")),
    (Level.COMMUNE.value, said("xã, phường, đặc khu", "commune")),
    (Level.HAMLET.value, said("thôn, tổ dân phố", "hamlet")),
]
_SCHEMES = [(word.value, word.value) for word in Scheme]
_EXTENTS = [
    (Extent.WHOLE.value, said("toàn bộ", "whole")),
    (Extent.PART.value, said("một phần", "part")),
]


class Area(models.Model):
    """A node of the tree. Its key is (scheme, level, code), never the code alone; codes are text."""

    scheme = models.CharField(said("bảng mã", "list of codes"), max_length=4, choices=_SCHEMES)
    level = models.CharField(said("cấp", "level"), max_length=8, choices=_LEVELS)
    code = models.CharField(said("mã", "code"), max_length=16, db_collation="C")
    name = models.CharField(said("tên", "name"), max_length=MAX_NAME)
    kind = models.CharField(said("loại", "kind"), max_length=20)
    # Keys made by base.names and areas.rules, so that no collation of the database is needed.
    search_key = models.TextField()
    exact_key = models.TextField()
    sort_key = models.TextField(db_collation="C")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=said("thuộc", "parent"),
        null=True,
        blank=True,
        related_name="children",
        db_index=False,
    )
    open_from = models.DateField(said("có từ ngày", "open from"))
    # The last day in force; null while the unit is in force.
    closed_on = models.DateField(said("ngày cuối còn hiệu lực", "last day in force"), null=True, blank=True)
    latitude = models.FloatField(said("vĩ độ", "latitude"), null=True, blank=True)
    longitude = models.FloatField(said("kinh độ", "longitude"), null=True, blank=True)
    area_km2 = models.FloatField(said("diện tích (km²)", "area (km²)"), null=True, blank=True)

    class Meta:
        verbose_name = said("địa bàn", "area")
        verbose_name_plural = said("địa bàn", "areas")
        constraints = [
            models.UniqueConstraint(fields=["code", "level", "scheme"], name="area_key"),
            models.CheckConstraint(condition=Q(scheme__in=list(Scheme)), name="area_scheme"),
            models.CheckConstraint(condition=Q(level__in=list(Level)), name="area_level"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("open_from")), name="area_days"
            ),
            models.CheckConstraint(
                condition=Q(level="province", parent__isnull=True)
                | (~Q(level="province") & Q(parent__isnull=False)),
                name="area_parent",
            ),
        ]
        indexes = [
            models.Index(fields=["parent", "sort_key", "id"], name="area_children"),
            models.Index(fields=["level", "sort_key", "id"], name="area_level_order"),
            models.Index(fields=["sort_key", "id"], name="area_order"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class FormerName(models.Model):
    """The name and kind an area bore before the day `until`; its present ones are in the area."""

    area = models.ForeignKey(
        Area,
        models.PROTECT,
        related_name="former_names",
        verbose_name=said("địa bàn", "area"),
        db_index=False,
    )
    until = models.DateField(said("mang tên này đến trước ngày", "borne before"))
    name = models.CharField(said("tên", "name"), max_length=MAX_NAME)
    kind = models.CharField(said("loại", "kind"), max_length=20)
    search_key = models.TextField()
    exact_key = models.TextField()
    source = models.CharField(said("nguồn", "source"), max_length=200)

    class Meta:
        verbose_name = said("tên cũ", "former name")
        verbose_name_plural = said("tên cũ", "former names")
        constraints = [models.UniqueConstraint(fields=["area", "until"], name="former_name_key")]


class Alias(models.Model):
    """Another code that some public data set gives to an area; accepted on look-up, never shown."""

    scheme = models.CharField(said("bảng mã", "list of codes"), max_length=4, choices=_SCHEMES)
    level = models.CharField(said("cấp", "level"), max_length=8, choices=_LEVELS)
    code = models.CharField(said("mã", "code"), max_length=16)
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="aliases", verbose_name=said("địa bàn", "area")
    )
    source = models.CharField(said("nguồn", "source"), max_length=200)

    class Meta:
        verbose_name = said("mã khác", "alias")
        verbose_name_plural = said("mã khác", "aliases")
        constraints = [models.UniqueConstraint(fields=["scheme", "level", "code"], name="alias_key")]


class Succession(models.Model):
    """An heir of a closed unit: it took over the whole, or a part; the default is the largest part."""

    from_area = models.ForeignKey(
        Area,
        models.PROTECT,
        related_name="heirs",
        verbose_name=said("địa bàn cũ", "former area"),
        db_index=False,
    )
    to_area = models.ForeignKey(
        Area, models.PROTECT, related_name="predecessors", verbose_name=said("địa bàn kế thừa", "heir")
    )
    extent = models.CharField(said("phạm vi", "extent"), max_length=5, choices=_EXTENTS)
    is_default = models.BooleanField(said("phần lớn nhất", "largest part"))
    effective_on = models.DateField(said("hiệu lực từ ngày", "effective on"))

    class Meta:
        verbose_name = said("kế thừa địa bàn", "succession")
        verbose_name_plural = said("kế thừa địa bàn", "successions")
        constraints = [
            models.UniqueConstraint(fields=["from_area", "to_area"], name="succession_key"),
            models.UniqueConstraint(
                fields=["from_area"], condition=Q(is_default=True), name="succession_one_default"
            ),
            models.CheckConstraint(condition=Q(extent__in=list(Extent)), name="succession_extent"),
        ]


class Hotline(models.Model):
    """The number under which a commune's office can be asked; an office's number is public."""

    commune = models.OneToOneField(
        Area,
        models.PROTECT,
        primary_key=True,
        related_name="hotline",
        verbose_name=said("xã, phường, đặc khu", "commune"),
    )
    phone = models.CharField(said("số điện thoại", "phone"), max_length=20)
    set_at = models.DateTimeField(said("đặt lúc", "set at"))
    # The post by which it was set; null for the house itself. Areas know nothing of posts but their numbers.
    by_post = models.BigIntegerField(said("phân công", "post"), null=True)

    class Meta:
        verbose_name = said("số điện thoại của xã", "hotline")
        verbose_name_plural = said("số điện thoại của xã", "hotlines")


class Basis(models.Model):
    """The decision of an authority that its area's data are processed: the legal basis where nobody is asked
    for his consent. Never changed and never deleted; one that is ended grounds nothing new."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="bases", verbose_name=said("địa bàn", "area"))
    number = models.CharField(said("số quyết định", "number"), max_length=60)
    decided_on = models.DateField(said("ngày ban hành", "decided on"))
    issued_by = models.CharField(said("cơ quan ban hành", "issued by"), max_length=200)
    purpose = models.CharField(said("mục đích", "purpose"), max_length=500)
    recorded_at = models.DateTimeField(said("ghi lúc", "recorded at"))
    # The post by which it was recorded; null for the house itself.
    by_post = models.BigIntegerField(said("phân công", "post"), null=True)
    ended_at = models.DateTimeField(said("hết hiệu lực lúc", "ended at"), null=True)

    class Meta:
        verbose_name = said("căn cứ xử lý dữ liệu", "legal basis")
        verbose_name_plural = said("căn cứ xử lý dữ liệu", "legal bases")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "number"], condition=Q(ended_at__isnull=True), name="basis_once"
            )
        ]


class Feed(models.Model):
    """The one narrow row of a hamlet that a writing transaction locks: the last revision it handed out."""

    hamlet = models.OneToOneField(
        Area,
        models.PROTECT,
        primary_key=True,
        related_name="feed",
        verbose_name=said("thôn, tổ dân phố", "hamlet"),
    )
    revision = models.BigIntegerField(said("số hiệu bản ghi", "revision"), default=0)
    # The nearest decision in force for the hamlet, its commune or its province; null: consent must be asked.
    basis = models.ForeignKey(
        Basis,
        models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        verbose_name=said("căn cứ xử lý dữ liệu", "legal basis"),
    )

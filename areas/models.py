"""The tree of areas, dated: units open, close, change their names and have heirs."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from areas.rules import MAX_NAME, Extent, Level, Scheme


def _choices(words: type[Scheme] | type[Level] | type[Extent]) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


class Area(models.Model):
    """A node of the tree. Its key is (scheme, level, code), never the code alone; codes are text."""

    scheme = models.CharField(max_length=4, choices=_choices(Scheme))
    level = models.CharField(max_length=8, choices=_choices(Level))
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=MAX_NAME)
    kind = models.CharField(max_length=20)
    # Keys made by base.names and areas.rules, so that no collation of the database is needed.
    search_key = models.CharField(max_length=200)
    exact_key = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=500, db_collation="C")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", db_index=False
    )
    open_from = models.DateField()
    # The last day in force; null while the unit is in force.
    closed_on = models.DateField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    area_km2 = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "level", "code"], name="area_key"),
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

    area = models.ForeignKey(Area, models.PROTECT, related_name="former_names", db_index=False)
    until = models.DateField()
    name = models.CharField(max_length=MAX_NAME)
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "until"], name="former_name_key")]


class Alias(models.Model):
    """Another code that some public data set gives to an area; accepted on look-up, never shown."""

    scheme = models.CharField(max_length=4, choices=_choices(Scheme))
    level = models.CharField(max_length=8, choices=_choices(Level))
    code = models.CharField(max_length=16)
    area = models.ForeignKey(Area, models.PROTECT, related_name="aliases")
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "level", "code"], name="alias_key")]


class Succession(models.Model):
    """An heir of a closed unit: it took over the whole, or a part; the default is the largest part."""

    from_area = models.ForeignKey(Area, models.PROTECT, related_name="heirs", db_index=False)
    to_area = models.ForeignKey(Area, models.PROTECT, related_name="predecessors")
    extent = models.CharField(max_length=5, choices=_choices(Extent))
    is_default = models.BooleanField()
    effective_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["from_area", "to_area"], name="succession_key"),
            models.UniqueConstraint(
                fields=["from_area"], condition=Q(is_default=True), name="succession_one_default"
            ),
            models.CheckConstraint(condition=Q(extent__in=list(Extent)), name="succession_extent"),
        ]


class Feed(models.Model):
    """The one narrow row of a hamlet that a writing transaction locks: the last revision it handed out."""

    hamlet = models.OneToOneField(Area, models.PROTECT, primary_key=True, related_name="feed")
    revision = models.BigIntegerField(default=0)

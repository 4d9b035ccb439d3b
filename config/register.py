"""The register of processing, docs/privacy.md: made of models, roles and docs/register (`make privacy`)."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DATA, FRAME = ROOT / "docs/register/data.toml", ROOT / "docs/register/frame.md"
REGISTER = ROOT / "docs/privacy.md"
CLASSES = ("P1", "P2", "P3", "P4", "none")
# Rooms that keep nothing of persons; tests/house/test_personal_data.py says why.
OF_NOBODY = {"guides", "web"}
PUBLIC_AREAS = {"Area", "FormerName", "Alias", "Succession", "Hotline", "Feed"}


def declared() -> dict[str, Any]:
    """What docs/register/data.toml says."""
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def models() -> dict[str, Any]:
    """The models that may tell of somebody: "people.Person" and its class."""
    from django.apps import apps

    own = [one for one in apps.get_app_configs() if (ROOT / one.name).is_dir() and one.name not in OF_NOBODY]
    found = {f"{app.name}.{model.__name__}": model for app in own for model in app.get_models()}
    return {
        name: model for name, model in found.items() if name not in {f"areas.{one}" for one in PUBLIC_AREAS}
    }


def telling(model: Any) -> list[str]:
    """The columns of a model that tell something by themselves: no ids, keys to other tables, instants."""
    from django.db import models as kinds

    dull = (kinds.DateTimeField, kinds.AutoField, kinds.CompositePrimaryKey)
    return [
        field.name
        for field in model._meta.get_fields()
        if not (field.auto_created or field.is_relation or isinstance(field, dull))
        and field.name not in ("id", "revision")
    ]


def faults(found: dict[str, Any], said: dict[str, Any]) -> list[str]:
    """Columns without a class, or with two, tables without a purpose that is declared, and those about
    somebody that nothing ever empties."""
    wrong = []
    for name, model in found.items():
        table = said["tables"].get(name)
        if table is None:
            wrong.append(f"{name} is not in docs/register/data.toml")
            continue
        if table["purpose"] not in said["purposes"] or not table["vi"] or not table["kept"]:
            wrong.append(f"{name} lacks a purpose, a title or a time")
        wrong += _endless(name, table)
        classes = [column for one in CLASSES for column in table.get(one, [])]
        wrong += [f"{name}.{column} has no class" for column in telling(model) if column not in classes]
        wrong += [f"{name}.{column} has two classes" for column in set(classes) if classes.count(column) > 1]
    return wrong


def _endless(name: str, table: dict[str, Any]) -> list[str]:
    if "because" in table or not any(table.get(one) for one in CLASSES[1:4]):
        return []
    unknown = [one for one in table.get("limits", ["no limit"]) if one not in _jobs()]
    return [f"{name} has {one!r}, which no job keeps" for one in unknown]


def _jobs() -> dict[str, str]:
    """What empties tables: the limits, in days, and the tasks of the timetable."""
    from django.utils.module_loading import import_string

    from config.celery import app

    limits = {**import_string("privacy.rules.LIMITS"), "notes": import_string("accounts.rules.audit.KEPT")}
    tasks = {one["task"]: "" for one in app.conf.beat_schedule.values()}
    return tasks | {name: f"{span.days} ngày" if span else "khi hết hạn" for name, span in limits.items()}


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [head, ["---"] * len(list(head)), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _tables(found: dict[str, Any], said: dict[str, Any]) -> str:
    rows = []
    for name in sorted(found):
        table, columns = said["tables"][name], set(telling(found[name]))
        kept = {one: [column for column in table.get(one, []) if column in columns] for one in CLASSES[:4]}
        told = "; ".join(f"{one}: {', '.join(names)}" for one, names in kept.items() if names)
        limits = "".join(f"<br>`{one}` {_jobs()[one]}".rstrip() for one in table.get("limits", []))
        why = f"<br>{table['because']}" if "because" in table else ""
        ends = table["kept"] + limits + why
        rows.append([f"`{name}`", table["vi"], told or "không có", table["purpose"], ends])
    return _table(["Bảng", "Là gì", "Dữ liệu", "Mục đích", "Giữ bao lâu"], rows)


def _purposes(said: dict[str, Any]) -> str:
    rows = [[key, one["vi"], one["basis"]] for key, one in said["purposes"].items()]
    return _table(["", "Mục đích", "Căn cứ"], rows)


def _roles() -> str:
    from django.utils.module_loading import import_string

    may, titles = import_string("accounts.rules.MAY"), import_string("accounts.rules.ROLE_TITLES")
    rows = [[titles[role][0], ", ".join(sorted(verbs))] for role, verbs in may.items()]
    return _table(["Vai trò", "Quyền (`accounts/rules.py`)"], rows)


def _sealed(found: dict[str, Any]) -> str:
    """Columns whose field seals or indexes them, told by where the field's class comes from."""
    by_kind = defaultdict(list)
    for name, model in sorted(found.items()):
        for field in model._meta.get_fields():
            kind = type(field)
            if kind.__module__.startswith("base.sealed"):
                by_kind[kind.__name__].append(f"`{name}.{field.name}`")
    lines = [f"- {kind}: {', '.join(columns)}." for kind, columns in sorted(by_kind.items())]
    return "\n".join([*lines, "- Tệp xuất trên đĩa: AES-256-GCM, xóa sau 24 giờ."])


def _keys() -> str:
    text = (ROOT / "config/settings.py").read_text(encoding="utf-8")
    named = re.findall(r'env\.(?:secret|key|keys)\(\s*"([A-Z_]+)"', text)
    return ", ".join(f"`{name}`" for name in dict.fromkeys(named))


def _ways_out() -> str:
    from django.utils.module_loading import import_string

    tables = import_string("reports.tables.TABLES").values()
    personal = ", ".join(f"`{table.code}`" for table in tables if table.is_personal)
    formats = ", ".join(import_string("reports.formats.FORMATS"))
    return (
        f"- Danh sách nêu tên ({personal}): cần quyền, lý do, và người thứ hai khi trên 50 người; tệp\n"
        f"  {formats}; đường dẫn mở một lần, trong 10 phút, ở đúng thiết bị đã yêu cầu."
    )


_DELETES = re.compile(r"drop|limits|expire|forget|erase|retain|purge|alarm|erasure|rotate|due_requests")


def _timetable() -> str:
    from config.celery import app

    rows = [
        [f"`{one['task']}`", name, str(one["schedule"]).strip("<>")]
        for name, one in sorted(app.conf.beat_schedule.items())
        if _DELETES.search(one["task"])
    ]
    return _table(["Việc", "Tên", "Lịch"], rows)


def made() -> str:
    """The whole of docs/privacy.md."""
    found, said = models(), declared()
    parts = {
        "purposes": _purposes(said),
        "tables": _tables(found, said),
        "roles": _roles(),
        "sealed": _sealed(found),
        "keys": _keys(),
        "ways_out": _ways_out(),
        "timetable": _timetable(),
    }
    text = FRAME.read_text(encoding="utf-8")
    return re.sub(r"\{(\w+)\}", lambda match: parts[match[1]], text)


def main() -> int:
    """Writes docs/privacy.md; 1 when a column has no class."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    wrong = faults(models(), declared())
    if wrong:
        sys.stderr.write("\n".join(wrong) + "\n")
        return 1
    REGISTER.write_text(made(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""No source holds a known way to an injection: rules over the parsed sources, each beside a planted fault.

They are rules of our own and not semgrep's: locked together with what the house has, semgrep takes pytest,
import-linter and schemathesis back by a version or more, and all it would do here is read Python.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

import pytest

from tests.house.sources import ROOT, Source, packages, source, sources

Nodes = list[ast.AST]
Found = Iterator[ast.AST]
QUERIES = {"filter", "exclude", "get", "annotate", "alias", "aggregate", "order_by", "values", "Q"}
QUERIES |= {"update", "create", "get_or_create", "update_or_create", "extra"}
# Where the words of a statement or of a filter are put together, and why nobody's words are among them.
ALLOWED = {
    ("accounts.management.commands.grant_application", "make_role"): "a constant and a quoted identifier",
    ("areas.actions.hamlets", "rename_hamlet"): "the names of an area in its two languages",
    ("areas.actions.release", "_store"): "which rows of the release: one of two constants beside it",
    ("base.api.pages", "_after"): "the order of a list, which its query declares",
    ("base.sealed.rotating", "rewrite"): "tables, columns and types of our own models; values are parameters",
    ("guides.actions.publishing", "save_draft"): "the fields of a form of the office, declared there",
    ("guides.admin", "preview"): "the steps of a guide, sanitised by nh3 when they were stored",
    ("people.actions.register", "_digests"): "one of two tables, named in the same file",
    ("people.queries", "_named"): "a constant; the words are parameters",
    ("reports.queries.copying", "count_rows"): "the statement of a table of the office, with its parameters",
    ("sync.queries.receipts", "_lines"): "one of two constants beside it",
}
# Templates that take a text for markup, and who made it.
MARKUP = {
    "web/templates/web/result.html": "the QR code, drawn here",
    "web/templates/web/guide.html": "the steps of a guide, sanitised by nh3 when they were stored",
}


def called(node: ast.AST, *names: str) -> bool:
    """True for a call of one of these, as a name or as an attribute."""
    return isinstance(node, ast.Call) and _last(node.func) in names


def _last(name: ast.AST) -> str:
    """ "filter" of `rows.filter`."""
    return name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")


def unpacked(nodes: Nodes) -> Found:
    """Keys of a dictionary as names of columns and lookups, unless it was written out in that function."""
    for function in (one for one in nodes if isinstance(one, ast.FunctionDef)):
        written = _written(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and called(node, *QUERIES):
                given = [word.value for word in node.keywords if word.arg is None]
                if not all(_is_written(value) or ast.unparse(value) in written for value in given):
                    yield node


def _is_written(value: ast.AST) -> bool:
    """True for {...}, dict(...) and what is put together of them."""
    if isinstance(value, ast.BinOp | ast.BoolOp):
        sides = value.values if isinstance(value, ast.BoolOp) else [value.left, value.right]
        return all(map(_is_written, sides))
    by_name = isinstance(value, ast.Call) and ast.unparse(value.func) == "dict" and not value.args
    return by_name or (isinstance(value, ast.Dict) and None not in value.keys)


def _written(function: ast.AST) -> set[str]:
    """Names that stand for such a dictionary in a function."""
    given = [node for node in ast.walk(function) if isinstance(node, ast.Assign | ast.AnnAssign)]
    names: dict[str, list[ast.AST | None]] = {}
    for node in given:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            names.setdefault(ast.unparse(target), []).append(node.value)
    return {name for name, values in names.items() if all(value and _is_written(value) for value in values)}


def put_together(nodes: Nodes) -> Found:
    """A statement made of pieces that are no constants, where a parameter belongs."""
    for node in nodes:
        if isinstance(node, ast.Call) and called(node, "execute", "executemany", "copy") and node.args:
            text = node.args[0]
            pieces = isinstance(text, ast.JoinedStr) and any(map(_varies, text.values))
            if pieces or isinstance(text, ast.BinOp) or called(text, "format", "join", "replace"):
                yield node


def _varies(piece: ast.AST) -> bool:
    return isinstance(piece, ast.FormattedValue) and not ast.unparse(piece.value).isupper()


def calls_of(*names: str) -> Callable[[Nodes], Found]:
    return lambda nodes: (node for node in nodes if called(node, *names))


def built_in(*names: str) -> Callable[[Nodes], Found]:
    """Not `redis.eval`, which runs a constant script there."""
    return lambda nodes: (node for node in calls_of(*names)(nodes) if isinstance(node.func, ast.Name))  # type: ignore[attr-defined]


def names_of(*names: str) -> Callable[[Nodes], Found]:
    """Imported, read or used as a decorator."""

    def found(nodes: Nodes) -> Found:
        for node in nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                given = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                if {*given, *(alias.name for alias in node.names)} & set(names):
                    yield node
            elif isinstance(node, ast.Name | ast.Attribute) and _last(node) in names:
                yield node

    return found


def assigned(name: str, value: str) -> Callable[[Nodes], Found]:
    """`name = value`, also with an annotation."""

    def found(nodes: Nodes) -> Found:
        for node in nodes:
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if name in map(_last, targets) and ast.unparse(node.value) == value:
                    yield node

    return found


def in_a_shell(nodes: Nodes) -> Found:
    for node in nodes:
        by_word = isinstance(node, ast.keyword) and node.arg == "shell" and ast.unparse(node.value) == "True"
        if by_word or called(node, "system", "popen"):
            yield node


# rule -> what finds it, and lines in which it has to be found.
RULES: dict[str, tuple[Callable[[Nodes], Found], list[str]]] = {
    "keys of a dictionary as columns": (
        unpacked,
        ["Person.objects.filter(**request.GET.dict())", "rows.annotate(**asked)", "rows.update(**{**given})"],
    ),
    "a statement of pieces": (
        put_together,
        [
            "cursor.execute(f'SELECT 1 WHERE id = {number}')",
            "cursor.execute('SELECT 1 WHERE 1=%s' % number)",
            "cursor.execute('SELECT ' + name)",
            "cursor.execute('SELECT {}'.format(name))",
        ],
    ),
    "words of SQL": (
        calls_of("extra", "raw", "RawSQL"),
        ["rows.extra(where=[text])", "Person.objects.raw(text)", "rows.annotate(a=RawSQL(text, []))"],
    ),
    "no permissions": (assigned("permission_classes", "[]"), ["permission_classes = []"]),
    "every field": (assigned("fields", "'__all__'"), ["fields = '__all__'"]),
    "text taken for markup": (
        calls_of("mark_safe", "SafeString"),
        ["mark_safe(name)", "return SafeString(name)"],
    ),
    "no CSRF": (
        names_of("csrf_exempt"),
        ["from django.views.decorators.csrf import csrf_exempt", "view = csrf_exempt(view)"],
    ),
    "objects out of bytes": (
        names_of("pickle", "marshal", "shelve", "dill", "yaml"),
        ["import pickle", "yaml.load(text)"],
    ),
    "text that is run": (built_in("eval", "exec", "compile"), ["eval(text)", "exec(text)"]),
    "a shell": (in_a_shell, ["subprocess.run(text, shell=True)", "os.system(text)"]),
}


def places(found: Source) -> Iterator[tuple[str, ast.AST]]:
    """The rules that a source breaks, each with where."""
    nodes = list(ast.walk(found.tree))
    for rule, (broken, _) in RULES.items():
        for node in broken(nodes):
            yield rule, node


def function_round(found: Source, node: ast.AST) -> str:
    """The function in which the node stands; "" for the module itself."""
    line = getattr(node, "lineno", getattr(getattr(node, "value", None), "lineno", 0))
    inside = [
        one
        for one in ast.walk(found.tree)
        if isinstance(one, ast.FunctionDef) and one.lineno <= line <= (one.end_lineno or 0)
    ]
    return max(inside, key=lambda one: one.lineno).name if inside else ""


def faults(found: Iterable[Source]) -> dict[tuple[str, str], str]:
    """(module, function) to the rule that is broken there."""
    return {(one.module, function_round(one, node)): rule for one in found for rule, node in places(one)}


@cache
def templates() -> dict[str, str]:
    files = [
        file for package in packages() for file in (ROOT / package).rglob("templates/**/*") if file.is_file()
    ]
    return {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files}


def unescaped(texts: dict[str, str]) -> list[str]:
    """Templates that take a text for markup."""
    return [name for name, text in texts.items() if re.search(r"\|\s*safe\b|autoescape\s+off", text)]


def test_I_11_no_source_holds_a_known_way_to_an_injection() -> None:
    found = faults(sources())
    assert {place: rule for place, rule in found.items() if place not in ALLOWED} == {}
    assert set(ALLOWED) <= set(found), "nothing stands there any more"
    assert set(unescaped(templates())) == set(MARKUP)


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule in RULES for line in RULES[rule][1]])
def test_I_11_control_a_planted_fault_is_found(rule: str, line: str) -> None:
    planted = source("people.queries", f"def find():\n    {line}")
    assert {name for name, _ in places(planted)} == {rule}
    assert set(faults([planted])) == {("people.queries", "find")}


def test_I_11_control_a_planted_template_is_found() -> None:
    planted = {"a.html": "{{ name|safe }}", "b.html": "{{ name }}", "c.html": "{% autoescape off %}"}
    assert unescaped(planted) == ["a.html", "c.html"]

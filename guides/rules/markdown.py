"""The steps of a guide, read from its Markdown.

`## One action.` begins a step; what follows is its detail. `> [!SEE]` tells what one should see,
`> [!WARNING]` what to beware of; a picture (`![what it shows](name.webp)`) or a recording
(`![](name.ogg)`) stands in a paragraph of its own. There is no HTML and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NoReturn

import nh3
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode as Node

from guides.rules.media import kept_name
from guides.rules.speech import check_host, check_words
from guides.rules.texts import MAX_DETAIL, MAX_NOTE, MAX_STEP, MAX_STEPS, StepText, refuse

_MARKDOWN = MarkdownIt("commonmark")
# What is not allowed is refused by name: markdown-it would show a bad link as plain text.
_MARKDOWN.validateLink = lambda url: True  # type: ignore[method-assign]
_DETAIL = ("paragraph", "bullet_list", "ordered_list")
_ALLOWED = {*_DETAIL, "heading", "blockquote", "list_item", "inline", "text", "softbreak", "hardbreak"}
_ALLOWED |= {"strong", "em", "link", "image"}
_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "br"}
_NOTES = {"[!SEE]": "you_see", "[!WARNING]": "warning"}


@dataclass
class _Source:
    """Where a text stands, for what is said of its faults."""

    file: str
    first: int
    media: Mapping[str, bytes]
    detail: list[Node] = field(default_factory=list)

    def line(self, node: Node) -> int:
        """The line of the file in which the block of this node begins."""
        while node.map is None and node.parent is not None:
            node = node.parent
        return self.first + (node.map[0] if node.map else 0)

    def refuse(self, node: Node, vi: str, en: str) -> NoReturn:
        """Raises BadContent at the line of the node."""
        refuse(self.file, self.line(node), vi, en)


def steps_of(
    body: str, file: str, first: int = 1, media: Mapping[str, bytes] | None = None
) -> list[StepText]:
    """The steps in order, numbered from 1. `first` is the line of the file at which `body` begins.

    BadContent for HTML, a foreign link, a picture that is not in `media` or not allowed, text outside a
    step, words unfit to be read aloud, no step or too many.
    """
    source = _Source(file, first, media or {})
    steps: list[StepText] = []
    for node in Node(_MARKDOWN.parse(body)).children:
        _check_nodes(node, source)
        if node.type == "heading":
            _finish(steps, source)
            steps.append(_begun(node, len(steps) + 1, source))
        elif not steps:
            source.refuse(node, "chữ đứng trước bước đầu tiên", "text before the first step")
        else:
            steps[-1] = _with(steps[-1], node, source)
    _finish(steps, source)
    if not 1 <= len(steps) <= MAX_STEPS:
        refuse(
            file, first, f"có {len(steps)} bước (1 đến {MAX_STEPS})", f"{len(steps)} steps (1 to {MAX_STEPS})"
        )
    return steps


def _check_nodes(block: Node, source: _Source) -> None:
    for node in block.walk():
        if node.type not in _ALLOWED:
            source.refuse(node, f"không được dùng ở đây: {node.type}", f"not allowed here: {node.type}")
        if node.type == "link":
            check_host(str(node.attrs.get("href", "")), source.file, source.line(node))
    check_words(_plain(block), source.file, source.line(block))


def _begun(node: Node, number: int, source: _Source) -> StepText:
    text = _plain(node)
    if node.tag != "h2" or any(inner.type in ("link", "image") for inner in node.walk()):
        source.refuse(
            node, "mỗi bước bắt đầu bằng `## ` và một câu", "a step begins with `## ` and a sentence"
        )
    _check_aloud(text, MAX_STEP, node, source)
    if not text.endswith((".", "!", "?")):
        source.refuse(node, "câu của bước chưa có dấu kết thúc", "the sentence of a step has no full stop")
    return StepText(number, text)


def _with(step: StepText, node: Node, source: _Source) -> StepText:
    """The step and one block more."""
    if node.type == "blockquote":
        return _noted(step, node, source)
    image = _lone_image(node)
    if image is not None:
        return _pictured(step, image, source)
    if node.type not in _DETAIL or any(
        inner.type in ("image", "blockquote", "heading") for inner in node.walk()
    ):
        source.refuse(node, f"không được dùng ở đây: {node.type}", f"not allowed here: {node.type}")
    source.detail.append(node)
    return step


def _noted(step: StepText, node: Node, source: _Source) -> StepText:
    text = _plain(node)
    marker = text.partition(" ")[0]
    name = _NOTES.get(marker)
    if name is None or getattr(step, name):
        source.refuse(node, "cần một [!SEE] hoặc một [!WARNING]", "one [!SEE] or one [!WARNING] is needed")
    text = text.removeprefix(marker).strip()
    _check_aloud(text, MAX_NOTE, node, source)
    return replace(step, you_see=text) if name == "you_see" else replace(step, warning=text)


def _pictured(step: StepText, image: Node, source: _Source) -> StepText:
    name, alt = str(image.attrs.get("src", "")), _plain(image)
    if name.rpartition(".")[2] not in ("webp", "ogg") or name not in source.media:
        source.refuse(image, f"không có tệp WebP hay Ogg tên {name[:80]}", f"no WebP or Ogg file {name[:80]}")
    kept = kept_name(name, source.media[name], source.file, source.line(image))
    if name.endswith(".ogg"):
        return replace(step, audio=kept)
    if not alt or step.picture:
        source.refuse(image, "mỗi bước một ảnh, có lời tả", "one picture a step, with what it shows")
    return replace(step, picture=kept, picture_alt=alt)


def _lone_image(node: Node) -> Node | None:
    inline = node.children[0].children if node.type == "paragraph" and node.children else []
    return inline[0] if len(inline) == 1 and inline[0].type == "image" else None


def _finish(steps: list[StepText], source: _Source) -> None:
    """Gives the last step its detail: rendered, then sanitised."""
    if not source.detail:
        return
    tokens = [token for node in source.detail for token in node.to_tokens()]
    made = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    clean = nh3.clean(made, tags=_TAGS, attributes={"a": {"href"}}, link_rel="noopener noreferrer").strip()
    if len(clean) > MAX_DETAIL:
        source.refuse(source.detail[0], "phần giải thích quá dài", "the detail is too long")
    steps[-1] = replace(steps[-1], detail=clean)
    source.detail.clear()


def _check_aloud(text: str, most: int, node: Node, source: _Source) -> None:
    if not 1 <= len(text) <= most:
        source.refuse(node, f"câu phải có từ 1 đến {most} chữ cái", f"a sentence has 1 to {most} letters")
    check_words(text, source.file, source.line(node), aloud=True)


def _plain(node: Node) -> str:
    """The words of a node, without marks."""
    words = [
        " " if inner.type in ("softbreak", "hardbreak", "paragraph") else inner.content
        for inner in node.walk()
        if inner.type in ("text", "softbreak", "hardbreak", "paragraph")
    ]
    return " ".join("".join(words).split())

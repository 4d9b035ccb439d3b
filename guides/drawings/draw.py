"""Makes guides/content/media from drawings.typ; run by hand (`make drawings`) after a change of it.

A picture that changed changes the guides that show it: each needs a new `version`.

Needs `cwebp` (Debian: webp), which the service itself does not: the pictures are kept beside the guides.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import typst

SOURCE = Path(__file__).with_name("drawings.typ")
MEDIA = Path(__file__).resolve().parents[1] / "content/media"


def draw() -> None:
    """One lossless WebP of 480 by 360 for each name; what is drawn no more goes."""
    source = SOURCE.read_bytes()
    names = re.findall(r"^  ([a-z-]+): \{", source.decode(), re.MULTILINE)
    MEDIA.mkdir(exist_ok=True)
    for old in MEDIA.glob("*.webp"):
        old.unlink()
    for name in names:
        png = typst.compile(source, sys_inputs={"name": name}, format="png", ppi=72)
        packing = ["cwebp", "-quiet", "-lossless", "-z", "9", "-o", str(MEDIA / f"{name}.webp"), "--", "-"]
        subprocess.run(packing, input=png, check=True)  # noqa: S603 - names out of our own file


if __name__ == "__main__":
    draw()

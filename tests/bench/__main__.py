"""`make bench`: the hot paths against their physical limits, in one run, in turns.

`make bench ARGS="a b"` measures only those. Without arguments everything is, but for the storm (j), the
growing table (k) and the whole country (s), which take minutes each.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bench.told import Figure


def main(wanted: list[str]) -> int:
    """0 when everything could be measured and every answer was right, whether goals were reached or not."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from tests.bench import (
        files,
        nation,
        offline,
        offline_evening,
        offline_growth,
        offline_pull,
        offline_storm,
        pages,
        population,
        reading,
        recording,
    )
    from tests.bench.server import OPTIONS, web
    from tests.bench.told import machine, say

    began = time.monotonic()
    # Files are measured over rows of their own, without the web and its million persons.
    alone = {"p": files.csv, "q": files.xlsx, "r": files.pdf}
    figures = [
        figure for name, measure in alone.items() if name in wanted or not wanted for figure in measure(0)
    ]
    if wanted and set(wanted) <= set(alone):
        return _told(figures, began)
    population.ensure()
    population.clear_yard()
    say(machine())
    say(f"web server: granian {' '.join(OPTIONS)}; client on the same machine")
    measures = {
        "a": recording.batches,
        "b": recording.singles,
        "c": reading.households,
        "d": reading.coverage,
        "e": offline.batches,
        "f": offline_evening.evenings,
        "g": offline_pull.changes,
        "h": offline_pull.unchanged,
        "i": offline_pull.bootstrap,
        "j": offline_storm.storm,
        "k": offline_growth.growth,
        "l": pages.guides,
        "s": nation.nation,
    }
    long = {"j", "k", "s"}
    with web(Path(os.environ.get("DATA_DIR", ".data/bench")) / "web.log") as port:
        for name, measure in measures.items():
            if name in wanted or (not wanted and name not in long):
                figures += measure(port)
    status = 0
    if find_spec("tests.bench.roster") and (not wanted or "roster" in wanted):
        status = subprocess.run([sys.executable, "-m", "tests.bench.roster"], check=False).returncode
    return _told(figures, began) or status


def _told(figures: Sequence[Figure], began: float) -> int:
    """Says every figure, and which fall short."""
    from tests.bench.told import machine, say

    say()
    for figure in figures:
        say(figure.line())
    short = [figure.name for figure in figures if not figure.reached]
    say()
    say(f"falls short: {'; '.join(short)}" if short else "every goal was reached")
    say(machine())
    say(f"took {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make bench`: the hot paths against their physical limits, in one run, in turns.

`make bench ARGS="a b"` measures only those; without arguments everything is.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path


def main(wanted: list[str]) -> int:
    """0 when everything could be measured and every answer was right, whether goals were reached or not."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from tests.bench import population, reading, recording
    from tests.bench.server import OPTIONS, web
    from tests.bench.told import machine, say

    began = time.monotonic()
    population.ensure()
    population.clear_yard()
    say(machine())
    say(f"web server: granian {' '.join(OPTIONS)}; client on the same machine")
    measures = {
        "a": recording.batches,
        "b": recording.singles,
        "c": reading.households,
        "d": reading.coverage,
    }
    figures = []
    with web(Path(os.environ.get("DATA_DIR", ".data/bench")) / "web.log") as port:
        for name, measure in measures.items():
            if not wanted or name in wanted:
                figures += measure(port)
    say()
    for figure in figures:
        say(figure.line())
    short = [figure.name for figure in figures if not figure.reached]
    say()
    say(f"falls short: {'; '.join(short)}" if short else "every goal was reached")
    status = 0
    if find_spec("tests.bench.roster") and (not wanted or "roster" in wanted):
        status = subprocess.run([sys.executable, "-m", "tests.bench.roster"], check=False).returncode
    say(machine())
    say(f"took {time.monotonic() - began:.0f} s")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

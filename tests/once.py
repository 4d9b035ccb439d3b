"""What no story changes and each asked for anew: found once by each process."""

from __future__ import annotations

from functools import cache
from typing import Any

from whitenoise.middleware import WhiteNoiseMiddleware

from areas.actions import release

_look = WhiteNoiseMiddleware.add_files_from_finders
_found: dict[tuple[Any, ...], dict[str, Any]] = {}


def share_static_files() -> None:
    """Every client of a story has a middleware of its own, and each measured all files below /static/: half
    of what a request cost."""
    WhiteNoiseMiddleware.add_files_from_finders = _share


def _share(self: WhiteNoiseMiddleware) -> None:
    key = (self.static_prefix, self.max_age, self.allow_all_origins, self.charset)
    if key not in _found:
        _look(self)
        _found[key] = dict(self.files)
    self.files.update(_found[key])


def remember_names_of_areas() -> None:
    """Whatever loads the country makes the keys of fourteen thousand names: half of its time."""
    for pure in (release.clean_name, release.name_columns):
        setattr(release, pure.__name__, cache(pure))

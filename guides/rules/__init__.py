"""The pure words of guides: reading them, checking them, choosing among them."""

from guides.rules.bundle import MAX_BUNDLE, BadHave, BundleTooLarge, Shelf, bundle_of, have_of
from guides.rules.choosing import Told, chosen
from guides.rules.files import check_guide, read_alerts, read_guide, read_places
from guides.rules.languages import LANGUAGES, chain_of, language_asked, tag_of
from guides.rules.markdown import steps_of
from guides.rules.media import kept_name, webp_size
from guides.rules.texts import (
    AUDIENCES,
    MAX_STEPS,
    MAX_SUMMARY,
    MAX_TITLE,
    PLATFORMS,
    AlertText,
    BadContent,
    GuideText,
    PlaceText,
    StepText,
)

__all__ = [
    "AUDIENCES",
    "LANGUAGES",
    "MAX_BUNDLE",
    "MAX_STEPS",
    "MAX_SUMMARY",
    "MAX_TITLE",
    "PLATFORMS",
    "AlertText",
    "BadContent",
    "BadHave",
    "BundleTooLarge",
    "GuideText",
    "PlaceText",
    "Shelf",
    "StepText",
    "Told",
    "bundle_of",
    "chain_of",
    "check_guide",
    "chosen",
    "have_of",
    "kept_name",
    "language_asked",
    "read_alerts",
    "read_guide",
    "read_places",
    "steps_of",
    "tag_of",
    "webp_size",
]

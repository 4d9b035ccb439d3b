"""The doors of guides: all public, for a citizen without an account is who they are for."""

from guides.api.feedback import FeedbackDoor
from guides.api.posters import Poster
from guides.api.reading import Alerts, Bundle, Guides, MediaFile, OneGuide, Places

__all__ = ["Alerts", "Bundle", "FeedbackDoor", "Guides", "MediaFile", "OneGuide", "Places", "Poster"]

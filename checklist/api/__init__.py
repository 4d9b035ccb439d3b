"""The doors of the checklist."""

from checklist.api.reading import HouseholdReadiness, Items, PersonReadiness, SelfCheck
from checklist.api.recording import History, Observations, Retractions, Visits, VisitsOfHousehold

__all__ = [
    "History",
    "HouseholdReadiness",
    "Items",
    "Observations",
    "PersonReadiness",
    "Retractions",
    "SelfCheck",
    "Visits",
    "VisitsOfHousehold",
]

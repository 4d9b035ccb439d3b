from django.urls import path

from checklist import api

urlpatterns = [
    path("items", api.Items.as_view()),
    path("self-check", api.SelfCheck.as_view()),
    path("observations", api.Observations.as_view()),
    path("retractions", api.Retractions.as_view()),
    path("visits", api.Visits.as_view()),
    path("persons/<uuid:person_id>/observations", api.History.as_view()),
    path("persons/<uuid:person_id>/readiness", api.PersonReadiness.as_view()),
    path("households/<uuid:household_id>/visits", api.VisitsOfHousehold.as_view()),
    path("households/<uuid:household_id>/readiness", api.HouseholdReadiness.as_view()),
]

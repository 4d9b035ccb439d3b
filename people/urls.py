from django.urls import path

from people import api

urlpatterns = [
    path("households", api.Households.as_view()),
    path("households/<uuid:household_id>", api.OneHousehold.as_view()),
    path("households/<uuid:household_id>/move", api.MoveHousehold.as_view()),
    path("households/<uuid:household_id>/persons", api.PersonsOfHousehold.as_view()),
    path("persons/<uuid:person_id>", api.OnePerson.as_view()),
    path("persons/<uuid:person_id>/consents", api.Consents.as_view()),
    path("consent-texts", api.ConsentTexts.as_view()),
    path("persons/<uuid:person_id>/readers", api.Readers.as_view()),
    path("duplicates", api.Duplicates.as_view()),
    path("imports", api.Imports.as_view()),
    path("imports/<uuid:import_id>", api.OneImport.as_view()),
    path("imports/<uuid:import_id>/apply", api.ApplyImport.as_view()),
    path("imports/<uuid:import_id>/undo", api.UndoImport.as_view()),
]

from django.urls import path

from areas import api

urlpatterns = [
    path("", api.Areas.as_view()),
    path("/<str:code>", api.OneArea.as_view()),
    path("/<str:code>/hamlets", api.Hamlets.as_view()),
    path("/<str:code>/bases", api.Bases.as_view()),
    path("/<str:code>/decisions", api.Decisions.as_view()),
    path("/<str:code>/decisions/<int:basis_id>", api.OneDecision.as_view()),
    path("/<str:code>/hotline", api.OfficeHotline.as_view()),
]

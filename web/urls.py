from django.urls import path

from web import pages

urlpatterns = [
    path("", pages.Home.as_view()),
    path("tu-kiem-tra", pages.SelfCheck.as_view()),
    path("huong-dan", pages.GuideList.as_view()),
    path("huong-dan/<str:slug>", pages.GuidePage.as_view()),
    path("huong-dan/<str:slug>/phan-hoi", pages.Answered.as_view()),
    path(".well-known/security.txt", pages.SecurityText.as_view()),
    path("du-lieu-cua-toi", pages.MyData.as_view()),
    path("the", pages.AskForCode.as_view()),
    path("the/<str:code>", pages.BadgePage.as_view()),
]

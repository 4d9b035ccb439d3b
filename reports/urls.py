from django.urls import path

from reports import api

urlpatterns = [
    path("coverage/chart.svg", api.CoverageChart.as_view()),
    path("coverage/chart.png", api.CoveragePicture.as_view()),
    path("trend/chart.svg", api.TrendChart.as_view()),
    path("trend/chart.png", api.TrendPicture.as_view()),
    path("public", api.PublicCoverage.as_view()),
    path("public/manifest", api.PublicManifest.as_view()),
    path("schedules", api.Schedules.as_view()),
    path("schedules/<uuid:schedule_id>", api.OneSchedule.as_view()),
    path("exports", api.Exports.as_view()),
    path("exports/<uuid:export_id>", api.OneExport.as_view()),
    path("exports/<uuid:export_id>/file", api.ExportFile.as_view()),
    path("exports/<uuid:export_id>/approve", api.ApproveExport.as_view()),
    path("exports/<uuid:export_id>/refuse", api.RefuseExport.as_view()),
    path("coverage", api.CoverageDoor.as_view()),
    path("register", api.RegisterDoor.as_view()),
    path("periods", api.PeriodsDoor.as_view()),
    path("targets", api.TargetsDoor.as_view()),
    path("targets/import", api.TargetImportDoor.as_view()),
    *(path(code, door.as_view()) for code, door in api.TABLE_DOORS.items()),
    # Whatever is no table; it comes last.
    path("<str:table>", api.NoTableDoor.as_view()),
]

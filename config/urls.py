"""Which room answers which path. Rooms are named, never imported."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config import health

urlpatterns = [
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("api/v1/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/try", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="try"),
    path("api/v1/areas", include("areas.urls")),
    path("api/v1/accounts/", include("accounts.urls")),
    path("api/v1/people/", include("people.urls")),
    path("api/v1/checklist/", include("checklist.urls")),
    path("api/v1/guides", include("guides.urls")),
    path("api/v1/reports/", include("reports.urls")),
    path("api/v1/notices", include("notices.urls")),
    path("api/v1/privacy/", include("privacy.urls")),
    path("api/v1/sync/", include("sync.urls")),
    path("admin/", admin.site.urls),
    path("", include("web.urls")),
]
handler404 = "base.api.not_found"
handler500 = "base.api.server_error"
handler400 = "base.api.bad_request"

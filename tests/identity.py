"""A real OpenID provider for the stories of signing in: django-oauth-toolkit in a process of its own.

Run as `python -m tests.identity <port>`: it keeps everything in memory, and knows one client and some people,
each with the claims that the story gives by /become?... before it goes to the authorisation endpoint.
"""

from __future__ import annotations

import json
import sys
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

CLIENT, SECRET = "san-sang-so", "mot-bi-mat-cua-ung-dung"
BACK = "http://127.0.0.1/dang-nhap/xong"


def configured(port: int) -> None:
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from django.conf import settings

    key = generate_private_key(65537, 2048)
    settings.configure(
        SECRET_KEY="of the provider alone",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tests.identity",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        USE_TZ=True,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": key.private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            ).decode(),
            "OIDC_ISS_ENDPOINT": f"http://127.0.0.1:{port}/o",
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "who", "phone": "the number"},
            "OAUTH2_VALIDATOR_CLASS": "tests.identity.Validator",
            "ALLOWED_REDIRECT_URI_SCHEMES": ["http"],
        },
    )


def _validator() -> Any:
    from oauth2_provider.oauth2_validators import OAuth2Validator

    class Validator(OAuth2Validator):
        """What it says of somebody is kept in the name of his account here."""

        oidc_claim_scope = None

        def get_additional_claims(self, request: Any) -> dict[str, Any]:
            return json.loads(request.user.last_name)  # type: ignore[no-any-return]

    return Validator


def __getattr__(name: str) -> Any:
    if name == "Validator":
        return _validator()
    if name == "urlpatterns":
        return _urls()
    raise AttributeError(name)


def _urls() -> list[Any]:
    from django.contrib.auth import get_user_model, login
    from django.http import HttpRequest, HttpResponse
    from django.urls import include, path

    def become(request: HttpRequest) -> HttpResponse:
        """Signs somebody in at the provider, with these claims."""
        user, _ = get_user_model().objects.get_or_create(username=request.GET["name"])
        user.last_name = request.GET["claims"]
        user.save()
        login(request, user)
        return HttpResponse("ok")

    return [path("become", become), path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def main(port: int) -> None:
    configured(port)
    import django

    django.setup()
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from oauth2_provider.models import get_application_model

    call_command("migrate", verbosity=0)
    kinds = get_application_model()
    kinds.objects.create(
        client_id=CLIENT,
        client_secret=SECRET,
        client_type=kinds.CLIENT_CONFIDENTIAL,
        authorization_grant_type=kinds.GRANT_AUTHORIZATION_CODE,
        redirect_uris=BACK,
        skip_authorization=True,
        algorithm=kinds.RS256_ALGORITHM,
    )
    with make_server("127.0.0.1", port, get_wsgi_application(), handler_class=Quiet) as server:
        print("ready", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))

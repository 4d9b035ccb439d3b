"""RFC 9457 problem documents: a stable code, a Vietnamese or English title, the fields at fault."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import msgspec
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions

from base.api.lang import language_of
from base.errors import NotFound, Refusal, RightMissing, SignInNeeded

log = logging.getLogger("alarm")
MEDIA_TYPE = "application/problem+json"


class BodyTooLarge(Refusal):
    code = "body.too_large"
    vi = "Nội dung gửi lên quá lớn."
    en = "The body is too large."
    status = 413


class Invalid(Refusal):
    code = "body.invalid"
    vi = "Có trường chưa đúng."
    en = "Some fields are not right."
    status = 400


class Broken(Refusal):
    code = "server.error"
    vi = "Hệ thống gặp lỗi. Chưa có gì được lưu; xin thử lại."
    en = "Something broke here. Nothing was stored; please try again."
    status = 500


class Unavailable(Refusal):
    code = "server.unavailable"
    vi = "Hệ thống tạm thời không phục vụ được. Chưa có gì được lưu; xin thử lại sau ít giây."
    en = "The service is not available for the moment. Nothing was stored; try again in some seconds."
    status = 503


class BadMethod(Refusal):
    code = "method.not_allowed"
    vi = "Cửa này không nhận phương thức đó."
    en = "This door does not take that method."
    status = 405


class BadMedia(Refusal):
    code = "body.media_type"
    vi = "Kiểu nội dung này không được nhận."
    en = "This media type is not accepted."
    status = 415


_STOCK: dict[type[BaseException], type[Refusal]] = {
    Http404: NotFound,
    exceptions.NotFound: NotFound,
    RequestDataTooBig: BodyTooLarge,
    SuspiciousOperation: Invalid,  # a form of too many fields or files
    exceptions.NotAuthenticated: SignInNeeded,
    exceptions.AuthenticationFailed: SignInNeeded,
    PermissionDenied: RightMissing,
    exceptions.PermissionDenied: RightMissing,
    exceptions.MethodNotAllowed: BadMethod,
    exceptions.UnsupportedMediaType: BadMedia,
    exceptions.ParseError: Invalid,
    OperationalError: Unavailable,  # PostgreSQL is gone, or a lock could not be had in time
}


def problem_of(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """DRF's exception handler: a Refusal is answered, anything unexpected is an alarm and a 500."""
    request = context["request"]
    if isinstance(error, exceptions.ValidationError):
        return _answer(Invalid(), language_of(request), fields=_fields(error.detail))
    refusal = error if isinstance(error, Refusal) else None
    if refusal is None:
        kind = next((_STOCK[cls] for cls in type(error).__mro__ if cls in _STOCK), None)
        if kind in (None, Unavailable):
            alarm(error)
        refusal = (kind or Broken)()
    return _answer(refusal, language_of(request))


def alarm(error: BaseException) -> None:
    """Logs what broke and where: the type and the stack, never a value (values are personal data)."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno}:{frame.name}" for frame in frames[-12:]]
    log.error("alarm", extra={"error": type(error).__name__, "where": where})


def body_of(refusal: Refusal, language: str, fields: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """The problem document of a refusal."""
    message = refusal.message(language)
    if fields is None:
        fields = [{"path": refusal.path, "code": refusal.code, "message": message}] if refusal.path else []
    return {
        "type": "about:blank",
        "status": refusal.status,
        "code": refusal.code,
        "title": message,
        "errors": fields,
        **refusal.extra,
    }


def _answer(refusal: Refusal, language: str, fields: list[dict[str, str]] | None = None) -> HttpResponse:
    """The document as JSON, whatever the view renders when all is well."""
    body = msgspec.json.encode(body_of(refusal, language, fields))
    response = HttpResponse(body, status=refusal.status, content_type=f"{MEDIA_TYPE}; charset=utf-8")
    if refusal.status in (429, 503):
        response["Retry-After"] = str(getattr(refusal, "retry_after", 5))
    if refusal.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _fields(detail: Any, path: str = "") -> list[dict[str, str]]:
    """DRF's nested error details as a flat list of path, code and message."""
    if isinstance(detail, dict):
        found = []
        for name, inner in detail.items():
            found += _fields(inner, _deeper(path, name))
        return found
    if isinstance(detail, list):
        found = []
        for number, inner in enumerate(detail):
            found += _fields(inner, f"{path}[{number}]" if isinstance(inner, dict) else path)
        return found
    return [{"path": path, "code": f"field.{detail.code}", "message": str(detail)}]


def _deeper(path: str, name: Any) -> str:
    if name == "non_field_errors":
        return path
    return f"{path}[{name}]" if isinstance(name, int) else f"{path}.{name}".lstrip(".")


def _plain(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The same document outside DRF (an unknown path, a broken view)."""
    return _answer(refusal, language_of(request))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _plain(request, NotFound())


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _plain(request, BodyTooLarge() if isinstance(exception, RequestDataTooBig) else Invalid())


def server_error(request: HttpRequest) -> HttpResponse:
    return _plain(request, Broken())


def document_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular hook: bodies are strict, and every operation may answer with a problem document."""
    field = {
        "type": "object",
        "required": ["path", "code", "message"],
        "properties": {name: {"type": "string"} for name in ("path", "code", "message")},
    }
    result["components"]["schemas"]["Problem"] = {
        "type": "object",
        "required": ["type", "status", "code", "title", "errors"],
        "properties": {
            "type": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string"},
            "title": {"type": "string"},
            "errors": {"type": "array", "items": field},
        },
    }
    for name, schema in result["components"]["schemas"].items():
        if name.endswith("Request") and schema.get("type") == "object":
            schema["additionalProperties"] = False
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["summary"] = operation.get("description", "")
            operation["responses"].setdefault("4XX", {"description": "Refused", "content": content})
    return result

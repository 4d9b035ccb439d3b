"""The bricks of every HTTP door: strict JSON in, problem+json out, one log line a request."""

from base.api.doors import (
    JSON,
    BoundedUpload,
    Door,
    Id,
    OneRenderer,
    PublicDoor,
    Strict,
    StrictJSON,
    Text,
    Upload,
)
from base.api.lang import language_of
from base.api.log import AdminSite, RequestLog
from base.api.pages import BadCursor, Page, page_of
from base.api.problems import (
    BodyTooLarge,
    bad_request,
    document_problems,
    not_found,
    problem_of,
    server_error,
)
from base.api.strict import BadText, read_json

__all__ = [
    "JSON",
    "AdminSite",
    "BadCursor",
    "BadText",
    "BodyTooLarge",
    "BoundedUpload",
    "Door",
    "Id",
    "OneRenderer",
    "Page",
    "PublicDoor",
    "RequestLog",
    "Strict",
    "StrictJSON",
    "Text",
    "Upload",
    "bad_request",
    "document_problems",
    "language_of",
    "not_found",
    "page_of",
    "problem_of",
    "read_json",
    "server_error",
]

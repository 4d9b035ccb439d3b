"""The bricks of every HTTP door: strict JSON in, problem+json out, one log line a request."""

from base.api.address import address_of
from base.api.compress import compressed
from base.api.documents import Documents
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
    etag_of,
    reading,
)
from base.api.lang import language_of
from base.api.log import AdminSite, RequestLog
from base.api.pages import PAGE, Page, cursor_of, page_of, values_of
from base.api.problems import (
    BodyTooLarge,
    bad_request,
    document_problems,
    not_found,
    problem_of,
    server_error,
)
from base.api.strict import BadText, read_json
from base.api.wire import Wire

__all__ = [
    "JSON",
    "PAGE",
    "AdminSite",
    "BadText",
    "BodyTooLarge",
    "BoundedUpload",
    "Documents",
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
    "Wire",
    "address_of",
    "bad_request",
    "compressed",
    "cursor_of",
    "document_problems",
    "etag_of",
    "language_of",
    "not_found",
    "page_of",
    "problem_of",
    "read_json",
    "reading",
    "server_error",
    "values_of",
]

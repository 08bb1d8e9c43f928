"""What went wrong, as RFC 9457 says it: one JSON object that names the parameter."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
#: Kinds are explained on the page of the API, under these names.
BASE = "/api/v1/#problem-"
BAD_PARAMETER, NOT_FOUND, NOT_ALLOWED, NOT_ACCEPTABLE, MISDIRECTED, STORE, FAILED = (
    "parameter", "not-found", "not-allowed", "not-acceptable", "host", "store", "failed",
)  # fmt: skip
#: Kind to status, title and explanation.
KINDS: Mapping[str, tuple[HTTPStatus, str, str]] = {
    BAD_PARAMETER: (HTTPStatus.BAD_REQUEST, "A parameter cannot be used", "`parameter` names it, `detail` says what it may be."),
    NOT_FOUND: (HTTPStatus.NOT_FOUND, "There is nothing at this address", "The tables are listed on this page."),
    NOT_ALLOWED: (HTTPStatus.METHOD_NOT_ALLOWED, "This API only reads", "Use GET or HEAD."),
    NOT_ACCEPTABLE: (HTTPStatus.NOT_ACCEPTABLE, "Not to be had in this form", "`detail` names the forms that there are."),
    MISDIRECTED: (
        HTTPStatus.MISDIRECTED_REQUEST, "Not the name of this server", "A page elsewhere cannot reach this API by another name.",
    ),
    STORE: (HTTPStatus.SERVICE_UNAVAILABLE, "The store cannot be read", "`detail` says why; try again later."),
    FAILED: (HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here", "The log of the API has the cause."),
}  # fmt: skip


class Problem(Exception):  # noqa: N818 - as the RFC calls it
    """A request that is answered with a problem."""

    def __init__(self, kind: str, detail: str, *, parameter: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.parameter, self.headers = kind, detail, parameter, dict(headers or {})

    def response(self, instance: str) -> Response:
        """Return the answer.

        Args:
            instance: path of the request.
        """
        status, title, _ = KINDS[self.kind]
        named = {"parameter": self.parameter} if self.parameter else {}
        body = {
            "type": BASE + self.kind, "title": title, "status": int(status), "detail": self.detail, "instance": instance, **named,
        }  # fmt: skip
        headers = {"Cache-Control": "no-store", **self.headers}
        # ASCII alone: whatever was asked for, the answer can be written.
        return Response(json.dumps(body).encode("ascii"), int(status), headers=headers, media_type=MEDIA_TYPE)


def bad(parameter: str, detail: str) -> Problem:
    """Return the problem of a parameter that cannot be used."""
    return Problem(BAD_PARAMETER, f"{parameter}: {detail}", parameter=parameter)

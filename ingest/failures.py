"""Say in words and by grade why a server gave no usable answer."""

import ssl

import httpcore
import httpx

from ingest.addresses import AddressRefused, NameNotFound
from ingest.bodies import BodyError
from ingest.outcomes import Failure, Grade, grade_of_status
from tension.errors import ForbiddenAddress, RetrieveError

#: What a connection can end in that is the server's or the network's doing.
CONNECTION_ERRORS = (
    AddressRefused,
    NameNotFound,
    BodyError,
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    UnicodeError,
)
#: Server errors that are often over a moment later.
_PASSING = frozenset({500, 502, 503, 504})


def failure_of_status(feed_id: str, response: httpx.Response) -> Failure:
    """Return the failure that an HTTP error status stands for."""
    status = response.status_code
    words = f"the server answered {status} {response.reason_phrase}".rstrip()
    error = RetrieveError(feed_id, words)
    return Failure(error=error, grade=grade_of_status(status), status=status, again=status in _PASSING)


def failure_of_error(feed_id: str, host: str, error: Exception) -> Failure:
    """Return the failure that one of `CONNECTION_ERRORS` stands for."""
    if isinstance(error, AddressRefused):
        return Failure(error=ForbiddenAddress(feed_id, str(error)), grade=Grade.HARD)
    if isinstance(error, NameNotFound | BodyError):
        grade = Grade.TEMPORARY if error.for_now else Grade.SOFT
        unknown = isinstance(error, NameNotFound)
        return Failure(
            error=RetrieveError(feed_id, str(error)), grade=grade, unreachable=unknown, again=error.for_now and not unknown
        )
    grade, words, unreachable, again = _of_connection(host, error)
    return Failure(error=RetrieveError(feed_id, words), grade=grade, unreachable=unreachable, again=again)


def _of_connection(host: str, error: Exception) -> tuple[Grade, str, bool, bool]:
    """Return grade, words, whether nothing was reached, and whether to try again at once."""
    detail = " ".join(str(error).split())[:120]
    match error:
        case httpcore.ConnectTimeout():
            return Grade.TEMPORARY, f"{host} did not answer in time", True, False
        case httpcore.TimeoutException():
            return Grade.TEMPORARY, f"{host} went silent in the middle", False, False
        case httpcore.ConnectError() if (tls := _tls_error(error)) is not None:
            return Grade.SOFT, f"no secure connection to {host}: {_tls_words(tls)}", False, False
        case httpcore.ConnectError():
            return Grade.TEMPORARY, f"no connection to {host}", True, True
        case httpcore.NetworkError() | httpcore.RemoteProtocolError():
            return Grade.TEMPORARY, f"{host} broke off: {detail or 'connection lost'}", False, True
        case _:
            return Grade.SOFT, f"{host} does not speak HTTP as it should: {detail}", False, False


def _tls_error(error: BaseException | None) -> ssl.SSLError | None:
    """Return the TLS error that a connection error was made of, however often it was wrapped."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error


def _tls_words(error: ssl.SSLError) -> str:
    verify = getattr(error, "verify_message", "")
    return str(verify or error.reason or error)

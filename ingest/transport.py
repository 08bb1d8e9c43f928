"""httpx over connections that were checked when they were opened."""

import ssl
from collections.abc import AsyncIterator
from functools import lru_cache

import httpcore
import httpx

from ingest.addresses import CheckedBackend
from ingest.turns import RetrieveOptions

#: Connections that are kept open in case that the same host is asked next.
_IDLE = 8


@lru_cache(maxsize=1)
def _system_trust() -> ssl.SSLContext:
    """Return the system's certificates; reading them takes longer than a small round."""
    return httpx.create_ssl_context()


class CheckedTransport(httpx.AsyncBaseTransport):
    """httpx over a connection pool that opens checked addresses only. No proxies, no environment."""

    def __init__(self, options: RetrieveOptions) -> None:
        self._backend = CheckedBackend(options.allow_hosts)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=options.tls or _system_trust(),
            max_connections=options.n_at_once,
            # Each question looks through the idle ones; a few are enough for a host's rules and its feeds, asked in a row.
            max_keepalive_connections=_IDLE,
            keepalive_expiry=5.0,
            http2=True,
            network_backend=self._backend,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Stream(answer), extensions=answer.extensions, request=request
        )

    async def aclose(self) -> None:
        await self._pool.aclose()
        self._backend.close()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._answer.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        await self._answer.aclose()

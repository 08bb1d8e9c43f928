"""`python -m app.api --port N`: the read API in a process of its own, on loopback."""

import argparse

import uvicorn

from app.api.server import application

#: Requests at once; more are told to come back (503).
_AT_ONCE = 64


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description="Serve Karaula's read API on loopback.")
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    uvicorn.run(
        application(), host="127.0.0.1", port=port, limit_concurrency=_AT_ONCE, access_log=False, server_header=False,
        log_level="warning", timeout_graceful_shutdown=5,
    )  # fmt: skip


if __name__ == "__main__":
    main()

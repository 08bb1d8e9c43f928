"""The dashboard as it is served, at an instant that is given: a store of another year is looked at as on its last day.

Called as `desk_server.py PORT INSTANT`; the stores are those of the environment.
"""

import sys
from datetime import datetime
from pathlib import Path

from streamlit.web import cli

import app
from app import access


def main() -> None:
    """Serve until stopped."""
    port, instant = sys.argv[1], datetime.fromisoformat(sys.argv[2])
    access.now = lambda: instant
    served = Path(app.__file__).with_name("asgi.py")
    sys.argv = ["streamlit", "run", str(served), "--server.port", port, "--server.headless", "true"]
    cli.main()


if __name__ == "__main__":
    main()

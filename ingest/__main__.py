"""`python -m ingest` is `karaula`, for whoever has this Python and not its scripts on the path."""

from ingest.cli import main

if __name__ == "__main__":
    main()

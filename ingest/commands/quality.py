"""`karaula quality`: how good the readings are, over the labelled headlines of the replay archive."""

from ingest.commands.console import out
from ingest.replay import labelled
from tension.quality import by_code, by_language, table


def quality() -> None:
    """Print precision, recall and F1 by language and by code, as Markdown."""
    items = list(labelled())
    out.print(table(by_language(items)), markup=False)
    out.print()
    out.print(table(by_code(items)), markup=False)

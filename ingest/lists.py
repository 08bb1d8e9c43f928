"""Which feeds are asked: the reviewed catalogue, with the operator's own feeds, lists and decisions laid over it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ingest.catalogue import feed_of, load_catalogue
from ingest.opml import read_opml
from tension.errors import InputError
from tension.model import Feed
from tension.overlay import Change, Overlay, read_overlay, write_overlay

try:
    import fcntl
except ImportError:  # not on Windows: there two editors at once have to look out for each other
    fcntl = None  # type: ignore[assignment]


def listed(overlay_file: Path) -> tuple[Feed, ...]:
    """Return every feed that is listed, the paused ones too, with the operator's decisions applied.

    Of two feeds with one address the first listed stays: catalogue, operator's own, imported lists by name. One that
    has another's id is left out: a list from elsewhere must not take a feed's place.

    Raises:
        InputError: overlay or an imported list is broken.
        AssetError: the catalogue is.
    """
    overlay = read_overlay(overlay_file)
    feeds = {feed.id: feed for feed in load_catalogue()}
    urls = {feed.url for feed in feeds.values()}
    for feed in (*_own(overlay_file, overlay), *_imported(overlay_file.parent)):
        if feed.id not in feeds and feed.url not in urls:
            feeds[feed.id] = feed
            urls.add(feed.url)
    return tuple(_decided(feed, overlay.of(feed.id)) for feed in feeds.values())


def asked(overlay_file: Path) -> tuple[Feed, ...]:
    """Return the feeds that are asked: those listed and not paused.

    Raises:
        InputError: as `listed`.
        AssetError: as `listed`.
    """
    overlay = read_overlay(overlay_file)
    return tuple(feed for feed in listed(overlay_file) if not overlay.of(feed.id).paused)


def _own(path: Path, overlay: Overlay) -> Iterator[Feed]:
    for row in overlay.added:
        yield checked(path, row)


def checked(path: object, row: Mapping[str, object]) -> Feed:
    """Return a row as a feed.

    Raises:
        InputError: it is malformed; the message names file and feed.
    """
    try:
        return feed_of(row)
    except ValueError as e:
        raise InputError(path, f"{row.get('id', 'a feed')}: {e}") from e


def _imported(folder: Path) -> Iterator[Feed]:
    for file in sorted(folder.glob("*.opml")):
        yield from read_opml(file)


def _decided(feed: Feed, change: Change) -> Feed:
    return replace(
        feed,
        panel=feed.panel if change.panel is None else change.panel,
        fulltext=feed.fulltext if change.fulltext is None else change.fulltext,
    )


@contextmanager
def edited(path: Path) -> Iterator[list[Overlay]]:
    """Give the overlay in a list of one; what stands in it when the block ends is written. One editor at a time.

    Raises:
        InputError: the file cannot be read or written.
    """
    lock = path.with_name(f".{path.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = lock.open("a")
    except OSError as e:
        raise InputError(path, e.strerror or str(e)) from e
    with opened:
        if fcntl is not None:
            fcntl.flock(opened, fcntl.LOCK_EX)
        held = [read_overlay(path)]
        yield held
        write_overlay(path, held[0])

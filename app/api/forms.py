"""Which form an answer takes: by the ending of the address, else by what the client accepts (RFC 9110, 12.5.1)."""

from collections.abc import Sequence

from app.api.problems import NOT_ACCEPTABLE, Problem

JSON, GEOJSON = "application/json", "application/geo+json"
ENDINGS = {"json": JSON, "geojson": GEOJSON}


def chosen(ending: str | None, accept: str, *, has_places: bool, name: str) -> str:
    """Return the media type of an answer.

    Args:
        ending: of the address, without the dot, or None.
        accept: the header; empty accepts all.
        has_places: whether there is GeoJSON of the table.
        name: of the table.

    Raises:
        Problem: the table is not to be had in that form.
    """
    offered = [JSON, GEOJSON] if has_places else [JSON]
    if ending is not None:
        if ENDINGS[ending] not in offered:
            raise Problem(NOT_ACCEPTABLE, f"{name} has no places; there is {', '.join(offered)}")
        return ENDINGS[ending]
    best = max(offered, key=lambda media: (_quality(media, accept), -offered.index(media)))
    if _quality(best, accept) <= 0:
        raise Problem(NOT_ACCEPTABLE, f"{name} is to be had as {', '.join(offered)}")
    return best


def _quality(media: str, accept: str) -> float:
    """Return how much a client likes a media type: the most specific range that names it decides."""
    if not accept.strip():
        return 1.0
    ranges: Sequence[str] = (media, media.split("/", maxsplit=1)[0] + "/*", "*/*")
    stated = dict(_range(part) for part in accept.split(",")[:50])
    return next((stated[name] for name in ranges if name in stated), 0.0)


def _range(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
    plain = weight.replace(".", "", 1)
    return media, min(float(weight), 1.0) if plain.isascii() and plain.isdigit() else 0.0

"""Open the content codings of a response without ever holding more than a feed may weigh.

Decoders are asked for small pieces, so that a compression bomb is noticed at its first megabytes, not at its last.
"""

import io
import zlib
from collections.abc import Iterator, Sequence

import brotli  # type: ignore[import-untyped]
import zstandard

_PIECE = 64 * 1024
#: Below this size any ratio is fine: a short repetitive document compresses well.
_HARMLESS = 1024 * 1024


class BodyError(Exception):
    """A body that cannot be used; the text says why. `for_now` tells whether asking again may help."""

    def __init__(self, reason: str, *, for_now: bool = False) -> None:
        super().__init__(reason)
        self.for_now = for_now


def unpack(raw: bytes, codings: Sequence[str], *, max_bytes: int, max_ratio: float) -> bytes:
    """Undo the content codings of a body, the last applied first.

    Raises:
        BodyError: a coding is unknown or broken, or the content is larger than allowed.
    """
    body = raw
    for coding in reversed(codings):
        body = _unpack_one(body, coding, max_bytes=max_bytes, max_ratio=max_ratio)
    if body.startswith(b"\x1f\x8b"):
        # A feed stored as .xml.gz and served without saying so.
        body = _unpack_one(body, "gzip", max_bytes=max_bytes, max_ratio=max_ratio)
    if len(body) > max_bytes:
        raise BodyError(f"more than {max_bytes} bytes")
    return body


def _unpack_one(raw: bytes, coding: str, *, max_bytes: int, max_ratio: float) -> bytes:
    if coding == "identity" or not raw or raw.lstrip()[:1] == b"<":
        return raw  # the header promises a coding, the body has none
    if coding not in _DECODERS:
        raise BodyError(f"the content coding {coding[:40]} is not known")
    out = bytearray()
    try:
        for piece in _DECODERS[coding](raw):
            out += piece
            if len(out) > max_bytes:
                raise BodyError(f"more than {max_bytes} bytes when unpacked")
            if len(out) > _HARMLESS and len(out) > max_ratio * len(raw):
                raise BodyError(f"unpacks to more than {max_ratio:g} times its size")
    except (zlib.error, brotli.error, zstandard.ZstdError, EOFError) as e:
        raise BodyError(f"the {coding} coding is broken or cut off", for_now=True) from e
    return bytes(out)


def _gzip(raw: bytes) -> Iterator[bytes]:
    rest = raw
    while rest.startswith(b"\x1f\x8b"):
        decoder = zlib.decompressobj(wbits=31)
        while not decoder.eof:
            piece = decoder.decompress(rest, _PIECE)
            rest = decoder.unconsumed_tail
            if not piece and not rest and not decoder.eof:
                raise EOFError
            yield piece
        rest = decoder.unused_data
    if rest is raw:
        raise EOFError


def _deflate(raw: bytes) -> Iterator[bytes]:
    # RFC 9110 means zlib's format; many servers send the bare stream.
    decoder = zlib.decompressobj(wbits=15 if raw[0] & 0x0F == 8 and int.from_bytes(raw[:2], "big") % 31 == 0 else -15)  # noqa: PLR2004
    rest = raw
    while not decoder.eof:
        piece = decoder.decompress(rest, _PIECE)
        rest = decoder.unconsumed_tail
        if not piece and not rest and not decoder.eof:
            raise EOFError
        yield piece


def _brotli(raw: bytes) -> Iterator[bytes]:
    decoder = brotli.Decompressor()
    yield decoder.process(raw, output_buffer_limit=_PIECE)
    while not decoder.is_finished():
        piece = decoder.process(b"", output_buffer_limit=_PIECE)
        if not piece and not decoder.is_finished():
            raise EOFError
        yield piece


def _zstd(raw: bytes) -> Iterator[bytes]:
    # 8 MB is the window that RFC 9659 lets a server use.
    decoder = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024)
    with decoder.stream_reader(io.BytesIO(raw), read_across_frames=True) as reader:
        n_read = 0
        while piece := reader.read(_PIECE):
            n_read += len(piece)
            yield piece
    if not n_read:
        raise EOFError


_DECODERS = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd}
#: What to send as Accept-Encoding.
ACCEPTED = "gzip, deflate, br, zstd"

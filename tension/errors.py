"""Every error that Karaula raises on purpose.

KaraulaError
├─ SettingsError           a setting or command-line value cannot be used
├─ AssetError(path)        a file under assets/ is missing or malformed
├─ InputError(name)        a file given by the operator cannot be read as what it should be
├─ FeedError(feed_id)
│  ├─ RetrieveError        no usable answer from the server
│  │  └─ ForbiddenAddress  the address leads inside the own network
│  └─ ParseError           an answer that is not a feed
├─ OpinionError(by)       no second opinion could be had
├─ ReviewError             a review says nothing that could be recorded
└─ StoreError(url)         the store cannot be opened, or is of another schema
"""


class KaraulaError(Exception):
    """Base of all errors whose text is meant for the operator."""


class SettingsError(KaraulaError):
    """A setting or command-line value cannot be used."""


class AssetError(KaraulaError):
    """A file under assets/ is missing or malformed."""

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = str(path)


class InputError(KaraulaError):
    """A file given by the operator cannot be read as what it should be."""

    def __init__(self, name: object, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = str(name)


class OpinionError(KaraulaError):
    """Whoever was asked for a second opinion gave none that could be read."""

    def __init__(self, by: object, reason: str) -> None:
        super().__init__(f"{by}: {reason}")
        self.by = str(by)


class FeedError(KaraulaError):
    """Something is wrong with one feed; the others go on."""

    def __init__(self, feed_id: str, reason: str) -> None:
        super().__init__(f"{feed_id}: {reason}")
        self.feed_id = feed_id
        self.reason = reason


class RetrieveError(FeedError):
    """No usable answer from the server."""


class ForbiddenAddress(RetrieveError):  # noqa: N818 - the name says what was refused
    """The address leads inside the own network and was not allowed by name."""


class ParseError(FeedError):
    """An answer that is not a feed."""


class ReviewError(KaraulaError):
    """A review says nothing that could be recorded: no reason, no such signal, an unknown code."""


class StoreError(KaraulaError):
    """The store cannot be opened, or is of another schema. The address is shown without its password."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url

"""What is cached of a store goes with the states of the store: those that were looked at last are kept.

A live store changes every few minutes, and a month of its events is tens of megabytes. A cache keeps its newest entries, whatever
state of the store they are of; a dozen caches together would keep dozens of states that nobody looks at any more.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from inspect import signature
from threading import Lock
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

#: States of one store: the newest, and those of pages that were opened before and are still worked with.
MOST = 3

_LOCK = Lock()
#: By store: its states, the one that was looked at last at the end, each with what was asked of it.
_ASKED: dict[str, OrderedDict[str, set[tuple[Any, tuple[Any, ...]]]]] = {}


def of_state(cached: Callable[P, R]) -> Callable[P, R]:
    """Let a cached function forget what it has of states of a store that have passed; stands above the cache's own decorator.

    Args:
        cached: its parameters, all given by position, name `url` and `watermark`; what begins with `_` is no part of the key.
    """
    names = tuple(signature(cached).parameters)
    url, watermark = names.index("url"), names.index("watermark")

    @wraps(cached)
    def asked(*given: P.args, **named: P.kwargs) -> R:
        key = tuple(None if name.startswith("_") else value for name, value in zip(names, given, strict=True))
        for function, past in _passed(str(given[url]), str(given[watermark]), (cached, key)):
            function.clear(*past)
        return cached(*given, **named)

    return asked


def _passed(url: str, watermark: str, call: tuple[Any, tuple[Any, ...]]) -> list[tuple[Any, tuple[Any, ...]]]:
    """Note what is asked of a state, and return what was asked of those that have passed by that."""
    with _LOCK:
        states = _ASKED.setdefault(url, OrderedDict())
        states.setdefault(watermark, set()).add(call)
        states.move_to_end(watermark)
        gone = [states.popitem(last=False)[1] for _ in range(len(states) - MOST)]
    return [one for calls in gone for one in calls]

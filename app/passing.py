"""What is cached of a store goes with the states of the store: those that were looked at last are kept.

A live store changes every few minutes, and a month of its events is tens of megabytes. A cache keeps its newest entries, whatever
state of the store they are of; a dozen caches together would keep dozens of states that nobody looks at any more. What was read
ahead of a state and never asked for goes as soon as the store has another one.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
#: A cached function and its key.
_Call = tuple[Any, tuple[Any, ...]]

#: States of one store: the newest, and those of pages that were opened before and are still worked with.
MOST = 3

_LOCK = threading.Lock()
#: By store: its states, the one that was looked at last at the end, each with what was asked of it, and whether by a reader.
_ASKED: dict[str, OrderedDict[str, dict[_Call, bool]]] = {}
#: Marks the thread that reads ahead.
_reading = threading.local()
#: When a reader asked for something last, by the clock that only goes on.
_LAST = [float("-inf")]
#: One for each file that is being made for a reader, outside of the run of a page.
_FILES: list[object] = []
#: What Streamlit calls the thread of a session that runs.
_RUNS = "ScriptRunner.scriptThread"


@contextmanager
def ahead() -> Iterator[None]:
    """Read what nobody has asked for yet."""
    _reading.ahead = True
    try:
        yield
    finally:
        _reading.ahead = False


def is_ahead() -> bool:
    """Tell whether this thread reads what nobody has asked for yet."""
    return getattr(_reading, "ahead", False)


@contextmanager
def at_work() -> Iterator[None]:
    """Make a file for a reader; the run of a page is known by its thread."""
    mine = object()
    _FILES.append(mine)
    try:
        yield
    finally:
        _FILES.remove(mine)


def is_idle() -> bool:
    """Tell whether nothing is done for a reader at this moment."""
    return not _FILES and all(thread.name != _RUNS for thread in threading.enumerate())


def is_calm(seconds: float) -> bool:
    """Tell whether no reader has asked for anything, or was seen to be answered by this function, for so long."""
    if not is_idle():
        _LAST[0] = time.monotonic()
    return time.monotonic() - _LAST[0] > seconds


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


def _passed(url: str, watermark: str, call: _Call) -> list[_Call]:
    """Note what is asked of a state, and return what was asked of those that have passed by that."""
    if not is_ahead():
        _LAST[0] = time.monotonic()
    with _LOCK:
        states = _ASKED.setdefault(url, OrderedDict())
        gone: list[_Call] = []
        if watermark not in states:
            for calls in states.values():
                unasked = [one for one, by_reader in calls.items() if not by_reader]
                gone += unasked
                for one in unasked:
                    del calls[one]
            states[watermark] = {}
        states[watermark][call] = states[watermark].get(call, False) or not is_ahead()
        states.move_to_end(watermark)
        return gone + [one for _ in range(len(states) - MOST) for one in states.popitem(last=False)[1]]

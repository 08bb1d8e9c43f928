"""A watch and its deliveries in words."""

from tension.tongue import _, ngettext
from tension.watches import names
from tension.watches.watch import Trigger, Watch


def described(watch: Watch) -> str:
    """Say what a watch looks out for."""
    where, at = names.scope(watch.scope), f"{watch.threshold:g}"
    if watch.trigger is Trigger.HIGHEST:
        return ngettext(
            "Load of {scope} is the highest in {n} day",
            "Load of {scope} is the highest in {n} days",
            watch.highest_days,
            scope=where,
        )
    if watch.trigger is Trigger.LOAD:
        return _("Load of {scope} rises to {threshold}", scope=where, threshold=at)
    if watch.trigger is Trigger.INDEX:
        return _("Index of {scope} rises to {threshold}", scope=where, threshold=at)
    n, what = round(watch.threshold), ", ".join(map(names.signal, watch.codes)) or _("any signal")
    said = [_("Each event in {scope}: {signals}", scope=where, signals=what)]
    if n > 1:
        said = [_("{n} or more events a day in {scope}: {signals}", n=n, scope=where, signals=what)]
    said += [_("a report says “{phrase}”", phrase=watch.phrase.strip())] if watch.phrase.strip() else []
    said += [_("from {n} independent voices on", n=watch.min_independent)] if watch.min_independent > 1 else []
    return ", ".join(said)


def told(watch: Watch) -> str:
    """Say when a watch is told."""
    said = _("At once, up to {n} messages a day", n=watch.budget)
    if watch.digest:
        said = _("In one message a day at {time}", time=f"{watch.digest:%H:%M}")
    if watch.quiet:
        begins, ends = f"{watch.quiet.begins:%H:%M}", f"{watch.quiet.ends:%H:%M}"
        said = f"{said}, {_('quiet from {begins} to {ends}', begins=begins, ends=ends)}"
    return f"{said} ({watch.zone})"

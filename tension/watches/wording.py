"""A watch and its deliveries in words."""

from tension.watches import names
from tension.watches.watch import Trigger, Watch


def described(watch: Watch) -> str:
    """Say what a watch looks out for."""
    where = names.scope(watch.scope)
    if watch.trigger is Trigger.HIGHEST:
        return f"Load of {where} is the highest in {watch.highest_days} days"
    if watch.trigger is not Trigger.EVENTS:
        return f"{str(watch.trigger).capitalize()} of {where} rises to {watch.threshold:g}"
    what = ", ".join(map(names.signal, watch.codes)) or "any signal"
    said = f"{'Each event' if watch.threshold <= 1 else f'{watch.threshold:.0f} or more events a day'} in {where}: {what}"
    said += f", a report says “{watch.phrase.strip()}”" if watch.phrase.strip() else ""
    return said + (f", from {watch.min_independent} independent voices on" if watch.min_independent > 1 else "")


def told(watch: Watch) -> str:
    """Say when a watch is told."""
    said = f"In one message a day at {watch.digest:%H:%M}" if watch.digest else f"At once, up to {watch.budget} messages a day"
    quiet = f", quiet from {watch.quiet.begins:%H:%M} to {watch.quiet.ends:%H:%M}" if watch.quiet else ""
    return f"{said}{quiet} ({watch.zone})"

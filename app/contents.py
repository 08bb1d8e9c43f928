"""The pages of the desk, in the order in which an analyst's morning goes through them."""

from tension.tongue import N_

#: Script below `views/`, path in the address, title.
PAGES = (
    ("now", "", N_("Now")), ("map", "map", N_("Map")), ("situations", "situations", N_("Situations")),
    ("events", "events", N_("Events")), ("index", "index", N_("Index")), ("sides", "sides", N_("Sides")),
    ("review", "review", N_("Review")), ("sources", "sources", N_("Sources")), ("watches", "watches", N_("Watches")),
    ("method", "method", N_("Method")),
)  # fmt: skip

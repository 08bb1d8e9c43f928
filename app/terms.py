"""The core's own words that pages say by `_`: constants there, which only the desk translates.

They are written out for the catalogue, which reads messages from code; a test compares them with the constants.
"""

from tension.tongue import N_

#: How an event or a crossing is told, how what lasts stands, what each report did to it.
STATES = (
    N_("both sides"), N_("one side only"), N_("disputed"), N_("side unknown"), N_("open"), N_("unconfirmed"), N_("closed"),
    N_("opened"), N_("confirmed"), N_("changed"), N_("in force"), N_("said to be over by one voice"), N_("no report"),
    N_("blocked"), N_("blocked, unconfirmed"), N_("reported open again"), N_("restricted"), N_("closed, unconfirmed"),
    N_("open again"),
)  # fmt: skip
#: Levels are marked where they are ordered (`tension.brief.scopes`); with too little history there is none.
LEVELS = (N_("too little history"),)
#: How a text asserts an act; how exactly a place is known; what a day is taken from; parts of the index.
MODES = (N_("actual"), N_("announced"), N_("threatened"), N_("denied"), N_("historical"), N_("figurative"))
PRECISIONS = (N_("crossing"), N_("site"), N_("settlement"), N_("municipality"), N_("region"), N_("country"))
DAYS = (N_("happened"), N_("published"), N_("unknown"))
PARTS = (N_("acts"), N_("threats"), N_("stabilising"))
#: Why a candidate does not count.
DROPPED = (
    N_("outside the region"), N_("seen by the model alone, not surely enough to count"),
    N_("a rule fired, but the other words speak against it"),
)  # fmt: skip
#: What two reports have in common, or not, that makes them one event or two.
LIKENESS = (
    N_("place"), N_("other place"), N_("country"), N_("other country"), N_("one without country"), N_("code"),
    N_("code and country"), N_("hint"), N_("other codes"), N_("opposite codes"), N_("other lead"), N_("concept"),
    N_("share of concepts"), N_("word"), N_("share of words"), N_("number"), N_("same headline"),
    N_("nothing but the country"),
)  # fmt: skip
#: What one may do; how bad a failure is; kinds of outlets.
ROLES = (N_("reader"), N_("reviewer"), N_("operator"))
GRADES = (N_("temporary"), N_("soft"), N_("hard"))
KINDS = (
    N_("portal"), N_("daily"), N_("wire"), N_("public service"), N_("broadcaster"), N_("institution"), N_("international"),
    N_("investigative"),
)  # fmt: skip

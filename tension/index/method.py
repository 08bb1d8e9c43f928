"""The constants of the index (METHOD §8)."""

#: Days after which an event weighs half.
HALF_LIFE_DAYS = 7.0
#: Contributions below this share of their weight are not carried further.
HORIZON_DAYS = 70
PARTS = ("acts", "threats", "stabilising")
#: The parts that the value is the sum of.
HEADLINE = ("acts", "threats")
REGION_SCOPE = "region"
#: A level is told from so many days before, never from days after, so that it stands still.
YEAR_DAYS = 365

"""What lists and boards read of a plan at a glance, kept beside the rows that it repeats."""

from datetime import datetime


def refresh_risk(now: datetime) -> int:
    """Bring the risk of every open plan up to date (a nightly tick). Returns how many changed.

    Safe to run twice; the number of queries does not depend on the number of plans but in steps of
    500 written rows.
    """
    raise NotImplementedError

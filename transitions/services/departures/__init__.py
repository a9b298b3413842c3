"""Everything that is done when a rep leaves, and what stands ready before anybody does.

from transitions.services import departures
departures.commit(departure=departure, scenario=scenario, ..., by=person, now=now)
"""

from transitions.services.departures.cover import keep_covers

__all__ = ["keep_covers"]

"""Everything that is done with promises: kept with evidence, let go by decision, re-homed, carried on.

    from transitions.services import sponsors
    sponsors.deliver(step=step, version=version, ..., by=person, now=now)

A promise is a check-in step and its `SponsorCheckIn`; the version is the step's. Promises outlive a plan
that was carried out: these verbs work on it as long as anything was promised.
"""

from transitions.services.sponsors.homes import inherit, note_heirs, rehome, rehome_left
from transitions.services.sponsors.limits import set_limit
from transitions.services.sponsors.promises import deliver, edit, let_go, take_back, write_check_ins
from transitions.services.sponsors.series import carry_on, warm_up

__all__ = [
    "carry_on",
    "deliver",
    "edit",
    "inherit",
    "let_go",
    "note_heirs",
    "rehome",
    "rehome_left",
    "set_limit",
    "take_back",
    "warm_up",
    "write_check_ins",
]

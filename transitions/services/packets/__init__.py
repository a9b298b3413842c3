"""Packets: made one by one or many at once, sent to people, and kept track of."""

from transitions.services.packets.making import (
    CROWDED,
    STEPS,
    Asked,
    Crowded,
    Wanted,
    make,
    make_many,
    request_packet,
)
from transitions.services.packets.many import LOST, MOST, RUN, outcome, request_run, run
from transitions.services.packets.sending import hand_over, note_opened, send, why_not

__all__ = [
    "LOST",
    "CROWDED",
    "MOST",
    "RUN",
    "STEPS",
    "Asked",
    "Crowded",
    "Wanted",
    "hand_over",
    "make",
    "make_many",
    "note_opened",
    "outcome",
    "request_packet",
    "request_run",
    "run",
    "send",
    "why_not",
]

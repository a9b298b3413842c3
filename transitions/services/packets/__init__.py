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
from transitions.services.packets.many import CHUNK, MOST, RUN, make_chunk, outcome, request_run
from transitions.services.packets.sending import hand_over, note_opened, send, why_not

__all__ = [
    "CHUNK",
    "CROWDED",
    "MOST",
    "RUN",
    "STEPS",
    "Asked",
    "Crowded",
    "Wanted",
    "hand_over",
    "make",
    "make_chunk",
    "make_many",
    "note_opened",
    "outcome",
    "request_packet",
    "request_run",
    "send",
    "why_not",
]

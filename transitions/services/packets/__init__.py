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

__all__ = ["CROWDED", "STEPS", "Asked", "Crowded", "Wanted", "make", "make_many", "request_packet"]

"""The pages of packets: as they are now, as they were stored, and many at once."""

from transitions.views.packets.many import make_packets, packet_run, retry_run, run_zip
from transitions.views.packets.pages import make_packet, packet, preview
from transitions.views.packets.versions import (
    packet_difference,
    packet_pdf,
    packet_version,
    send_packet,
    verify,
)

__all__ = [
    "make_packet",
    "make_packets",
    "packet",
    "packet_difference",
    "packet_pdf",
    "packet_run",
    "packet_version",
    "preview",
    "retry_run",
    "run_zip",
    "send_packet",
    "verify",
]

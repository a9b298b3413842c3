"""What a handover packet says: seventeen sections of facts and gaps, for us and for the client.

Everything has an audience, and the audience is internal unless somebody says otherwise. The client
edition is made here, by leaving out: nothing further down can put back what `build` has dropped.
The content knows no clock, version or recipient, so that the same facts always have the same hash.
"""

from transitions.documents.packet.building import build
from transitions.documents.packet.compared import Compared, Line, Redacted, difference, redaction
from transitions.documents.packet.parts import (
    CLIENT,
    EDITIONS,
    INTERNAL,
    TO_CONFIRM,
    TOLD,
    UNTOLD,
    Asked,
    Colophon,
    Column,
    Course,
    Draft,
    Fact,
    Gap,
    Milestone,
    Money,
    Note,
    Packet,
    Row,
    Section,
    Stretch,
    Table,
    Value,
    Waypoint,
)
from transitions.documents.packet.stored import content_hash, dumps, loads

__all__ = [
    "CLIENT",
    "EDITIONS",
    "INTERNAL",
    "TOLD",
    "TO_CONFIRM",
    "UNTOLD",
    "Asked",
    "Colophon",
    "Column",
    "Compared",
    "Course",
    "Draft",
    "Fact",
    "Gap",
    "Line",
    "Milestone",
    "Money",
    "Note",
    "Packet",
    "Redacted",
    "Row",
    "Section",
    "Stretch",
    "Table",
    "Value",
    "Waypoint",
    "build",
    "content_hash",
    "difference",
    "dumps",
    "loads",
    "redaction",
]

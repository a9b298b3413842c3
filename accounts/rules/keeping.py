"""What a backup must say of itself, and why one is refused.

A backup is one tar file: the database, the media, and last a manifest that names every other member
with its size and SHA-256. After the tar's end comes a seal, the SHA-256 of everything before it, so
that a flipped bit anywhere, or a missing end, is found before anything is overwritten.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from accounts.rules.text import Message, gettext_noop

FORMAT = 1
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
MEDIA = "media/"
SEAL = b"throughline-backup-sha256:"
SEAL_LENGTH = len(SEAL) + 64 + 1
LONGEST_NAME = 1000

_HASH = re.compile(r"[0-9a-f]{64}")


class BadManifest(ValueError):
    """A manifest that cannot be understood."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a backup. `size` in bytes."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `counts`: rows by table, without what a backup leaves out."""

    version: str
    engine: str
    taken_at: str
    migrations: tuple[str, ...]
    counts: Mapping[str, int]
    members: tuple[Member, ...]
    format: int = FORMAT

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        """Raises BadManifest for anything that is not a manifest through and through."""
        try:
            raw = json.loads(text)
            manifest = cls(
                version=_text(raw["version"]),
                engine=_text(raw["engine"]),
                taken_at=_text(raw["taken_at"]),
                migrations=tuple(_text(name) for name in raw["migrations"]),
                counts={_text(table): _number(count) for table, count in raw["counts"].items()},
                members=tuple(
                    Member(_text(each["name"]), _number(each["size"]), _text(each["sha256"]))
                    for each in raw["members"]
                ),
                format=_number(raw["format"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadManifest(str(error)) from None
        names = [member.name for member in manifest.members]
        if len(set(names)) != len(names) or not all(is_safe(name) for name in names):
            raise BadManifest("a member's name")
        if not all(_HASH.fullmatch(member.sha256) for member in manifest.members):
            raise BadManifest("a member's checksum")
        return manifest


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("a number expected")
    return value


def is_safe(name: str) -> bool:
    """Whether a member may be unpacked: the database, or a plain file below media/."""
    if name in DATABASES.values():
        return True
    if not name.startswith(MEDIA) or len(name) > LONGEST_NAME or not name.isprintable() or "\\" in name:
        return False
    parts = PurePosixPath(name).parts
    return "/".join(parts) == name and len(parts) > 1 and not any(part in ("..", ".") for part in parts)


def refusals(
    manifest: Manifest, *, version: str, engine: str, migrations: Iterable[str], names: Iterable[str]
) -> list[Message]:
    """Why this installation cannot take the backup; empty when it can.

    `version`, `engine` and `migrations` are this installation's; `names` are the members found in the
    file.
    """
    if manifest.format != FORMAT:
        return [
            Message(
                gettext_noop("The backup has format %(format)d, and this version reads format %(ours)d."),
                {"format": manifest.format, "ours": FORMAT},
            )
        ]
    found = []
    if manifest.version != version:
        found.append(
            Message(
                gettext_noop(
                    "The backup was made by version %(theirs)s, and this is version %(ours)s. "
                    "Restore it with version %(theirs)s, and upgrade then."
                ),
                {"theirs": manifest.version, "ours": version},
            )
        )
    elif set(manifest.migrations) != set(migrations):
        differing = sorted(set(manifest.migrations) ^ set(migrations))
        found.append(
            Message(
                gettext_noop("The backup's tables are not those of this version: %(migrations)s differ."),
                {"migrations": ", ".join(differing[:5])},
            )
        )
    if manifest.engine != engine:
        found.append(
            Message(
                gettext_noop("The backup is of a %(theirs)s database, and this installation uses %(ours)s."),
                {"theirs": manifest.engine, "ours": engine},
            )
        )
    listed = {member.name for member in manifest.members}
    if listed != set(names) or DATABASES.get(manifest.engine) not in listed:
        found.append(Message(gettext_noop("The backup does not hold what its manifest lists.")))
    return found

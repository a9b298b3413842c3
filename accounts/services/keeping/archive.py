"""The backup as a file: written whole or not at all, believed only after every byte was checked."""

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from accounts.rules import keeping
from accounts.rules.keeping import MANIFEST, SEAL, SEAL_LENGTH, BadManifest, Manifest, Member
from accounts.rules.text import Message, gettext_noop

CHUNK = 1024 * 1024

ManifestOf = Callable[[tuple[Member, ...]], Manifest]


class Damaged(Exception):
    """A backup that is not what was written. Says what is wrong as a `Message`."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class Hashed:
    """A file read or written through a running SHA-256."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self.file.write(data)

    def tell(self) -> int:
        return self.file.tell()


def write(out: Path, files: Mapping[str, Path], manifest_of: ManifestOf, *, now: datetime) -> Manifest:
    """Write `files` (member name to path) and the manifest that `manifest_of` makes of them to `out`.

    A file that vanishes meanwhile is left out: it was not in use when the database was read. `out`
    appears only when it is complete and on the disk; whatever stood there before stays until then.
    Raises OSError, for a full disk for instance.
    """
    part = out.with_name(f".{out.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            sink = Hashed(raw)
            with tarfile.open(fileobj=sink, mode="w", format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload]
                members = [
                    member
                    for name, path in files.items()
                    if (member := _add_file(tar, name, path, now=now)) is not None
                ]
                manifest = manifest_of(tuple(members))
                _add(tar, MANIFEST, io.BytesIO(manifest.to_json().encode()), now=now)
            raw.write(SEAL + sink.digest.hexdigest().encode() + b"\n")
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _add_file(tar: tarfile.TarFile, name: str, path: Path, *, now: datetime) -> Member | None:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    with file:
        return _add(tar, name, file, now=now)


def _add(tar: tarfile.TarFile, name: str, file: IO[bytes], *, now: datetime) -> Member:
    entry = tarfile.TarInfo(name)
    entry.size = file.seek(0, os.SEEK_END)
    entry.mtime = int(now.timestamp())
    entry.mode = 0o600
    file.seek(0)
    source = Hashed(file)
    tar.addfile(entry, source)
    return Member(name, entry.size, source.digest.hexdigest())


def check_seal(source: Path) -> None:
    """Read the whole of `source` and compare it with its seal. Raises Damaged."""
    size = source.stat().st_size
    with source.open("rb") as file:
        left = size - SEAL_LENGTH
        digest = hashlib.sha256()
        while left > 0 and (data := file.read(min(CHUNK, left))):
            digest.update(data)
            left -= len(data)
        seal = file.read(SEAL_LENGTH + 1)
    if not seal.startswith(SEAL) or len(seal) != SEAL_LENGTH:
        raise Damaged(
            Message(gettext_noop("The end of the backup is missing, or the file is no backup of ours."))
        )
    if seal != SEAL + digest.hexdigest().encode() + b"\n":
        raise Damaged(Message(gettext_noop("The backup is damaged: its content does not match its seal.")))


@contextmanager
def opened(source: Path) -> Iterator[tuple[tarfile.TarFile, Manifest, list[str]]]:
    """The tar, its manifest, and the names of its other members. Raises Damaged."""
    try:
        with tarfile.open(source, mode="r:") as tar:
            entries = tar.getmembers()
            names = [entry.name for entry in entries]
            if len(set(names)) != len(names) or not all(entry.isreg() for entry in entries):
                raise Damaged(Message(gettext_noop("The backup holds something that is not a plain file.")))
            if not names or names[-1] != MANIFEST:
                raise Damaged(Message(gettext_noop("The backup has no manifest.")))
            file = tar.extractfile(entries[-1])
            assert file is not None  # it is a regular file
            manifest = Manifest.from_json(file.read().decode())
            yield tar, manifest, names[:-1]
    except (tarfile.TarError, BadManifest, UnicodeDecodeError) as error:
        raise Damaged(
            Message(gettext_noop("The backup cannot be read: %(error)s"), {"error": str(error)})
        ) from None


def unpack(tar: tarfile.TarFile, manifest: Manifest, folder: Path) -> None:
    """Write every listed member below `folder`, checking each. Raises Damaged."""
    for member in manifest.members:
        if not keeping.is_safe(member.name):
            raise Damaged(Message(gettext_noop("The backup holds something that is not a plain file.")))
        file = tar.extractfile(member.name)
        assert file is not None  # `opened` let only regular files through
        target = folder / member.name
        target.parent.mkdir(parents=True, exist_ok=True)
        source, size = Hashed(file), 0
        with target.open("xb") as out:
            while data := source.read(CHUNK):
                size += out.write(data)
        if (size, source.digest.hexdigest()) != (member.size, member.sha256):
            raise Damaged(
                Message(
                    gettext_noop("The backup is damaged: %(name)s is not what its manifest says."),
                    {"name": member.name},
                )
            )

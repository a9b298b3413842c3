"""A backup brings everything back; a bad one is refused before anything is overwritten."""

import hashlib
import io
import os
import subprocess
import sys
import tarfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Account, AuditEvent, Delivery, DeliveryState, User
from accounts.rules.keeping import MANIFEST, SEAL, SEAL_LENGTH, Manifest
from accounts.selectors import keeping as selectors
from accounts.services import audit, keeping
from accounts.services.keeping import stores
from tests import factories
from tests.factories import NOW, PASSWORD
from transitions.models import HandoverPlan, Packet, PlaybookVersion

pytestmark = pytest.mark.django_db(transaction=True)

PDF = b"%PDF-1.7 a packet"
ROOT = Path(settings.BASE_DIR)


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def company(cast, media):
    """A small company with a stored packet, a session, and deliveries in every state."""
    account = factories.make_account("Acme", team=cast.east, owner=cast.olga)
    playbook = PlaybookVersion.objects.create(
        key="soft", version=1, name="Soft", mode="soft", content={}, digest="", published_at=NOW
    )
    plan = HandoverPlan.objects.create(
        account=account, playbook=playbook, mode="soft", reason="promotion", stage="prepare",
        created_by=cast.vera, steward=cast.vera, created_at=NOW,
    )  # fmt: skip
    packet = Packet(
        plan=plan, version=1, content={"a": 1}, content_hash="x", made_by=cast.vera, made_at=NOW,
        pdf_sha256=hashlib.sha256(PDF).hexdigest(),
    )  # fmt: skip
    packet.pdf.save("packet.pdf", ContentFile(PDF))
    Session.objects.create(session_key="s" * 32, session_data="secret", expire_date=NOW + timedelta(days=9))
    for state in DeliveryState.values:
        Delivery.objects.create(
            key=f"test:{state}", kind="test", person=cast.olga, address="olga@example.com", subject="Hello",
            text="Hello", message_id=f"<{state}@example.com>", dated_at=NOW, due_at=NOW, created_at=NOW,
            state=state,
        )  # fmt: skip
    return cast


@pytest.fixture
def backup(company, tmp_path) -> Path:
    out = tmp_path / "company.tar"
    keeping.back_up(out=out, now=NOW)
    return out


def rows() -> dict[str, str]:
    """SHA-256 by table, over every row in the order of its text; without what a backup leaves out."""
    found = {}
    with connection.cursor() as cursor:
        for table in stores.kept_tables(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            lines = sorted(
                repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in row])
                for row in cursor
            )
            found[table] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return found


def wipe(media: Path) -> None:
    call_command("flush", interactive=False, verbosity=0)
    for path in sorted(media.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()


def reseal(source: Path, tar: bytes) -> None:
    source.write_bytes(tar + SEAL + hashlib.sha256(tar).hexdigest().encode() + b"\n")


def rewrite(source: Path, change) -> None:
    """Write the backup anew with other members, and a seal that fits: a forged one, not a damaged one."""
    out = io.BytesIO()
    with tarfile.open(source) as before, tarfile.open(fileobj=out, mode="w") as after:
        members = [(entry, before.extractfile(entry).read()) for entry in before.getmembers()]
        for entry, content in change(members):
            entry.size = len(content)
            after.addfile(entry, io.BytesIO(content))
    reseal(source, out.getvalue())


# --- Bringing everything back ---------------------------------------------------------------------


def test_restore_brings_back_every_row_and_file(company, backup, media):
    Delivery.objects.filter(state__in=stores.PENDING).update(state=DeliveryState.HELD)
    before = rows()
    wipe(media)
    assert not Account.objects.exists()

    keeping.restore(source=backup)

    assert rows() == before
    assert Packet.objects.get().pdf.read() == PDF
    assert User.objects.get(email="olga.ortiz@example.com").check_password(PASSWORD)
    assert selectors.problems() == []


def test_restored_mail_that_was_still_to_be_sent_is_held(company, backup, media):
    wipe(media)

    restored = keeping.restore(source=backup)

    states = dict(Delivery.objects.values_list("key", "state"))
    assert states == {
        "test:queued": "held",
        "test:leased": "held",
        "test:data": "held",
        "test:held": "held",
        "test:sent": "sent",
        "test:dead": "dead",
        "test:unsure": "unsure",
        "test:cancelled": "cancelled",
    }
    assert restored.held == 4


def test_a_backup_holds_no_session_anybody_could_ride_on(company, backup, media):
    assert b"s" * 32 not in backup.read_bytes()
    wipe(media)

    keeping.restore(source=backup)

    assert not Session.objects.exists()


def test_a_backup_is_for_its_owner_only(backup):
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_backup_counts_what_it_holds(company, tmp_path):
    manifest = keeping.back_up(out=tmp_path / "counted.tar", now=NOW)

    assert manifest.counts["accounts_delivery"] == len(DeliveryState)
    assert manifest.counts["accounts_user"] == len(
        vars(company.users) if not isinstance(company.users, dict) else company.users
    )
    assert "django_session" not in manifest.counts


def test_the_commands_say_what_they_did(company, tmp_path, media, capsys):
    out = tmp_path / "by-command.tar"
    call_command("backup", out=out)
    assert "1 files" in capsys.readouterr().out
    wipe(media)

    call_command("restore", out)

    said = capsys.readouterr().out
    assert "4 messages are on hold" in said
    assert "Everything is whole." in said


# --- Not overwriting ------------------------------------------------------------------------------


def test_restore_refuses_to_replace_a_company_unless_forced(company, backup, media):
    Account.objects.update(name="Newer")
    (media / "newer.txt").write_text("newer")

    with pytest.raises(keeping.CannotRestore, match="--force"):
        keeping.restore(source=backup)
    assert Account.objects.get().name == "Newer"

    keeping.restore(source=backup, force=True)
    assert Account.objects.get().name == "Acme"
    assert sorted(path.name for path in media.rglob("*") if path.is_file()) == [
        Path(Packet.objects.get().pdf.name).name
    ]


def test_files_alone_count_as_a_company(company, backup, media):
    wipe(media)
    (media / "left.txt").write_text("left over")

    with pytest.raises(keeping.CannotRestore, match="--force"):
        keeping.restore(source=backup)


def test_a_database_that_cannot_be_loaded_leaves_the_files_as_they_were(company, backup, media, monkeypatch):
    before = rows(), sorted(path for path in media.rglob("*"))
    monkeypatch.setattr(stores, "hold_statement", lambda table: "UPDATE nowhere SET nothing = 1")

    with pytest.raises(keeping.CannotRestore):
        keeping.restore(source=backup, force=True)

    assert (rows(), sorted(path for path in media.rglob("*"))) == before


def refused_untouched(backup: Path, media: Path) -> str:
    """Restore by force, see it refused with everything as it was, and return what it said."""
    before = rows(), sorted((path, path.stat().st_size) for path in media.rglob("*"))

    with pytest.raises(keeping.CannotRestore) as refused:
        keeping.restore(source=backup, force=True)

    assert (rows(), sorted((path, path.stat().st_size) for path in media.rglob("*"))) == before
    return str(refused.value)


def test_a_flipped_bit_anywhere_is_found(company, backup, media):
    whole = backup.read_bytes()
    ends = [0, 200, len(whole) - SEAL_LENGTH - 1, len(whole) - SEAL_LENGTH, len(whole) - 10, len(whole) - 1]

    for place in [*ends, *range(1000, len(whole), len(whole) // 10)]:
        spoilt = bytearray(whole)
        spoilt[place] ^= 0x10
        backup.write_bytes(spoilt)
        refused_untouched(backup, media)


def test_a_truncated_backup_is_refused(company, backup, media):
    whole = backup.read_bytes()

    for left in (0, 1, 512, len(whole) // 2, len(whole) - SEAL_LENGTH, len(whole) - 1):
        backup.write_bytes(whole[:left])
        assert "end of the backup is missing" in refused_untouched(backup, media)


def test_something_added_at_the_end_is_refused(company, backup, media):
    backup.write_bytes(backup.read_bytes() + b"\n")

    refused_untouched(backup, media)


def test_a_file_that_is_not_there_is_refused(company, backup, media):
    assert "could not be read" in refused_untouched(backup.with_name("none.tar"), media)


def test_a_backup_of_another_version_is_refused(company, backup, media):
    def older(members):
        for entry, content in members:
            ours, theirs = f'"version": "{settings.VERSION}"'.encode(), b'"version": "0.0.1"'
            yield entry, content.replace(ours, theirs) if entry.name == MANIFEST else content

    rewrite(backup, older)

    assert "version 0.0.1" in refused_untouched(backup, media)


@pytest.mark.parametrize(
    "name", ["../outside.txt", "/tmp/throughline-outside.txt", "media/../../outside.txt"]
)
def test_a_member_that_leads_out_of_the_folder_is_refused(company, backup, media, name):
    def with_intruder(members):
        *rest, (entry, content) = members
        yield from rest
        yield tarfile.TarInfo(name), b"intruder"
        intruder = {"name": name, "sha256": hashlib.sha256(b"intruder").hexdigest(), "size": 8}
        text = content.decode().replace(
            '"members": [', '"members": [' + str(intruder).replace("'", '"') + ","
        )
        yield entry, text.encode()

    rewrite(backup, with_intruder)

    refused_untouched(backup, media)
    assert not Path("/tmp/throughline-outside.txt").exists()
    assert not list(media.parent.rglob("outside.txt"))


def test_a_link_in_a_backup_is_refused(company, backup, media):
    def with_link(members):
        *rest, last = members
        yield from rest
        link = tarfile.TarInfo("media/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        yield link, b""
        yield last

    rewrite(backup, with_link)

    assert "not a plain file" in refused_untouched(backup, media)


def test_a_member_that_is_not_listed_is_refused(company, backup, media):
    rewrite(backup, lambda members: [members[0], (tarfile.TarInfo("media/stray"), b"x"), *members[1:]])

    assert "manifest lists" in refused_untouched(backup, media)


def test_a_file_that_does_not_match_the_manifest_is_refused(company, backup, media):
    def swapped(members):
        for entry, content in members:
            yield (
                entry,
                content.replace(b"a packet", b"b packet") if entry.name.startswith("media/") else content,
            )

    rewrite(backup, swapped)

    assert "is not what its manifest says" in refused_untouched(backup, media)


def test_a_database_with_other_rows_than_the_manifest_counts_is_refused(company, backup, media):
    if connection.vendor != "sqlite":
        pytest.skip("a PostgreSQL dump is counted by its checksum alone")

    def miscounted(members):
        for entry, content in members:
            yield entry, content.replace(b'"accounts_account": 1', b'"accounts_account": 2')

    rewrite(backup, miscounted)

    assert "rows it lists" in refused_untouched(backup, media)


# --- Not writing half -----------------------------------------------------------------------------


def test_a_backup_that_fails_leaves_the_one_before_untouched(company, tmp_path, monkeypatch):
    out = tmp_path / "kept.tar"
    out.write_bytes(b"the one before")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(keeping.CannotBackUp, match="No space left"):
        keeping.back_up(out=out, now=NOW)

    assert out.read_bytes() == b"the one before"
    assert [path.name for path in tmp_path.iterdir() if path.name != "media"] == ["kept.tar"]


def test_a_backup_into_a_folder_that_is_not_there_is_refused(company, tmp_path):
    with pytest.raises(CommandError, match="no folder"):
        call_command("backup", out=tmp_path / "none" / "x.tar")


def test_postgresql_programs_that_are_missing_are_named(company, tmp_path, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite needs no programs")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(keeping.CannotBackUp, match="postgresql-client"):
        keeping.back_up(out=tmp_path / "x.tar", now=NOW)


# --- On another machine ---------------------------------------------------------------------------


@pytest.fixture
def elsewhere(tmp_path):
    """The environment of an installation that has nothing yet, not even tables."""
    variables = os.environ | {"VAR_DIR": str(tmp_path / "elsewhere"), "ENV_FILE": os.devnull, "HTTPS": "0"}
    if connection.vendor == "sqlite":
        yield variables | {"DATABASE_URL": ""}
        return
    here = connection.get_connection_params()
    name = f"{here['dbname']}_elsewhere"
    with closing(psycopg2.connect(**{**here, "dbname": "postgres", "cursor_factory": None})) as server:
        server.autocommit = True
        server.cursor().execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.cursor().execute(f'CREATE DATABASE "{name}"')
        password = f":{here['password']}" if here.get("password") else ""
        address = f"{here['user']}{password}@{here['host']}:{here.get('port', 5432)}"
        yield variables | {"DATABASE_URL": f"postgres://{address}/{name}"}
        server.cursor().execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def manage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_restore_fills_a_machine_that_has_nothing_yet(company, backup, elsewhere):
    restored = manage(elsewhere, "restore", str(backup))
    checked = manage(elsewhere, "check_integrity")

    assert (restored.returncode, restored.stderr) == (0, "")
    assert "4 messages are on hold" in restored.stdout
    assert (checked.returncode, checked.stdout) == (0, "Everything is whole.\n")


# --- Integrity ------------------------------------------------------------------------------------


def test_integrity_names_a_file_that_was_changed(company):
    packet = Packet.objects.get()
    Path(packet.pdf.path).write_bytes(b"%PDF-1.7 forged!!")

    [problem] = selectors.problems()

    assert "was changed" in str(problem)
    assert packet.pdf.name in str(problem)


def test_integrity_names_a_file_that_is_missing(company):
    Path(Packet.objects.get().pdf.path).unlink()

    with pytest.raises(CommandError, match="is missing"):
        call_command("check_integrity")


def test_integrity_names_a_broken_tree(company):
    type(company.east).objects.filter(pk=company.east.pk).update(depth=7)

    assert "tree of teams" in str(selectors.problems()[0])


def test_integrity_names_a_forged_entry_of_the_audit_record(company):
    audit.record(verb="edited", rows=Account.objects.all(), by=company.vera, now=NOW)
    audit.seal(now=NOW + timedelta(hours=1))
    assert selectors.problems() == []

    AuditEvent.objects.update(verb="looked at")

    assert "audit record" in str(selectors.problems()[0])


def test_the_manifest_in_a_backup_can_be_read_by_anybody(backup):
    with tarfile.open(backup) as tar:
        manifest = Manifest.from_json(tar.extractfile(MANIFEST).read().decode())

    assert manifest.version == settings.VERSION

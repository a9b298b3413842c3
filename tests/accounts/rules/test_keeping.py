import json

import pytest

from accounts.rules.keeping import BadManifest, Manifest, Member, is_safe, refusals

HASH = "a" * 64
MANIFEST = Manifest(
    version="1.0",
    engine="sqlite",
    taken_at="2027-03-02T10:00:00+00:00",
    migrations=("accounts.0001_initial",),
    counts={"accounts_account": 3},
    members=(Member("database.sqlite3", 10, HASH), Member("media/packets/a.pdf", 5, HASH)),
)
NAMES = ["database.sqlite3", "media/packets/a.pdf"]


def refused(manifest: Manifest = MANIFEST, **changes) -> list[str]:
    ours = {"version": "1.0", "engine": "sqlite", "migrations": ["accounts.0001_initial"], "names": NAMES}
    return [str(message) for message in refusals(manifest, **ours | changes)]


def test_a_manifest_survives_being_written_down():
    assert Manifest.from_json(MANIFEST.to_json()) == MANIFEST


def test_a_fitting_backup_is_taken():
    assert refused() == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"version": "2.0"}, "version 1.0"),
        ({"engine": "postgresql"}, "sqlite"),
        ({"migrations": ["accounts.0001_initial", "accounts.0002_more"]}, "0002_more"),
        ({"names": NAMES[:1]}, "manifest"),
        ({"names": [*NAMES, "media/stray"]}, "manifest"),
    ],
)
def test_a_backup_that_does_not_fit_is_refused_and_says_why(changes, word):
    [message] = refused(**changes)

    assert word in message


def test_another_format_is_refused_before_anything_else_is_read_into_it():
    newer = Manifest.from_json(MANIFEST.to_json().replace('"format": 1', '"format": 2'))

    assert refused(newer, version="2.0") == ["The backup has format 2, and this version reads format 1."]


@pytest.mark.parametrize(
    "name", ["database.sqlite3", "database.pgdump", "media/a", "media/packets/2027/ü b.pdf", "media/..a/b"]
)
def test_plain_names_may_be_unpacked(name):
    assert is_safe(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "media",
        "media/",
        "/etc/passwd",
        "../database.sqlite3",
        "media/../../etc/passwd",
        "media/./a",
        "media//a",
        "media/a/",
        "media/a\\..\\b",
        "media/a\nb",
        "media/a\0b",
        "media/" + "a" * 1000,
        "other/a",
        "manifest.json",
    ],
)
def test_names_that_lead_elsewhere_may_not_be_unpacked(name):
    assert not is_safe(name)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw.pop("members"),
        lambda raw: raw.update(counts={"accounts_account": -1}),
        lambda raw: raw.update(counts=[]),
        lambda raw: raw.update(format=True),
        lambda raw: raw["members"].append(raw["members"][0]),
        lambda raw: raw["members"][0].update(name="../x"),
        lambda raw: raw["members"][0].update(sha256="A" * 64),
        lambda raw: raw["members"][0].update(size="10"),
    ],
)
def test_a_manifest_that_is_none_is_refused(spoil):
    raw = json.loads(MANIFEST.to_json())
    spoil(raw)

    with pytest.raises(BadManifest):
        Manifest.from_json(json.dumps(raw))


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000, '{"format": 1}'])
def test_text_that_is_no_manifest_is_refused(text):
    with pytest.raises(BadManifest):
        Manifest.from_json(text)

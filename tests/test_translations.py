"""German: every string of the sources has its translation, and pages and mails speak it."""

import re
import shutil
import struct
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation

from accounts.rendering.text import translate
from scripts import check
from tests import factories
from tests.transitions.rendering.test_digests import OLGA, digest, item
from transitions.rendering.digests import written
from transitions.rendering.words import money_in_short, weekday
from transitions.rules import gates

TODAY = date(2027, 3, 2)
DAY = timedelta(days=1)
CATALOGUE = check.ROOT / "locale" / "de" / "LC_MESSAGES" / "django.mo"
# Percent and brace fields, and tags: what a translation must neither lose nor invent.
FIELD = re.compile(r"%\(\w+\)[.\d]*[a-z]|%%|%[sd](?!\w)|\{\w+\}|</?\w[^>]*>")

needs_gettext = pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext is not installed")


def catalogue() -> list[tuple[list[str], list[str]]]:
    """Each entry of the German catalogue: its msgid and plural, and its German forms."""
    data = CATALOGUE.read_bytes()
    _, _, count, originals, translations = struct.unpack("<5I", data[:20])

    def strings(table: int, number: int) -> list[str]:
        length, at = struct.unpack_from("<2I", data, table + 8 * number)
        return data[at : at + length].decode().rpartition("\x04")[2].split("\0")

    entries = [(strings(originals, number), strings(translations, number)) for number in range(count)]
    return [entry for entry in entries if entry[0] != [""]]


@needs_gettext
def test_the_catalogue_is_compiled_with_nothing_empty_or_fuzzy():
    check.translations_are_compiled()


@pytest.mark.slow
@needs_gettext
def test_every_string_of_the_sources_is_in_the_catalogue():
    check.translations_are_complete()


def test_german_keeps_the_fields_and_tags_of_the_english():
    wrong = [
        english
        for english, german in catalogue()
        if len(english) != len(german)
        or any(
            sorted(set(FIELD.findall(one))) != sorted(set(FIELD.findall(other)))
            for one, other in zip(english, german, strict=False)
        )
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 eskaliertes Anliegen dieses Kunden ist offen."),
        (3, "3 eskalierte Anliegen dieses Kunden sind offen."),
    ],
)
def test_a_gate_counts_in_german(count, words):
    [missing] = gates.CHECKS["calm"].find(gates.Facts(today=TODAY, escalations=count), {})

    with translation.override("de"):
        assert translate(missing.message) == words


def test_a_gate_says_its_day_and_its_step_in_german():
    facts = gates.Facts(
        today=TODAY, anchors={"cutover": date(2027, 3, 9)}, steps={"packet": "Rebuild the packet"}
    )
    [day] = gates.CHECKS["reached"].find(facts, {"anchor": "cutover"})
    [step] = gates.CHECKS["done"].find(facts, {"steps": ["packet"]})

    with translation.override("de"):
        assert translate(day.message) == "Der Tag ist der 9. März 2027; er ist noch nicht gekommen."
        assert translate(step.message) == "Noch nicht erledigt: Übergabemappe neu aufbauen."


def test_days_and_money_in_short_are_german():
    with translation.override("de"):
        assert weekday(date(2027, 4, 9)) == "Fr, 9. April"
        assert money_in_short(Decimal(820_000), "EUR") == "820\N{NO-BREAK SPACE}Tsd.\N{NO-BREAK SPACE}€"


def test_a_digest_is_written_in_german():
    reading = replace(OLGA, language="de")
    late = [
        item("Rebuild the packet", TODAY - DAY),
        item("Announcement", TODAY - 3 * DAY),
        item("Decision", TODAY - 4 * DAY),
    ]

    one, three = written(digest(late[0], reading=reading)), written(digest(*late, reading=reading))

    assert (one.subject, three.subject) == ("1 Sache ist überfällig", "3 Sachen sind überfällig")
    assert three.text.startswith("""\
Guten Tag Olga Ortiz,

Dienstag, 2. März 2027. 3 Sachen sind überfällig.

Überfällig (3)

- Entscheidung
  Acme
  Fr, 26. Feb. (vor 4 Tagen)
""")


def test_my_day_is_german_for_a_german(cast, sign_in):
    plan = factories.start_plan(factories.make_account("Acme", team=cast.east, owner=cast.olga), cast.vera)
    first = plan.steps.earliest("due_on")
    cast.vera.language = "de"
    cast.vera.save()
    with time_machine.travel(factories.NOW + (first.due_on - TODAY) + 3 * DAY, tick=False):
        page = sign_in("vera").get("/").content.decode()

    assert '<html lang="de"' in page
    for words in (
        "<h1>Mein Tag</h1>",
        "Sonntag, 16. Mai 2027",
        "Leitplanken prüfen: Verlängerung, Eskalationen, frühere Wechsel",
        "Do, 13. Mai",
        "vor 3 Tagen",
        "morgen",
    ):
        assert words in page

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from accounts.rules.imports.cells import Style
from accounts.rules.imports.changes import World
from accounts.rules.imports.compare import compare
from accounts.rules.imports.files import read
from accounts.rules.imports.readings import read_table
from accounts.rules.imports.tables import KINDS, guess_kind, guess_mapping
from transitions.rules.demo import company
from transitions.rules.demo.generator import generate
from transitions.rules.demo.industries import INDUSTRIES
from transitions.rules.demo.plans import CALM, ESCALATED, PLANS

TODAY = date(2027, 3, 2)
BUSY = [plan.account for plan in PLANS]


@pytest.fixture(scope="module")
def made():
    return generate(TODAY, busy=BUSY, calm=CALM, escalated=ESCALATED)


def test_the_same_day_gives_the_same_company(made):
    assert made == generate(TODAY, busy=BUSY, calm=CALM, escalated=ESCALATED)


def test_another_day_gives_the_same_people_at_other_times(made):
    later = generate(TODAY + timedelta(days=30), busy=BUSY, calm=CALM, escalated=ESCALATED)

    assert later.owners == made.owners
    assert [one.opened_on + timedelta(days=30) for one in made.requests] == [
        one.opened_on for one in later.requests
    ]


@pytest.mark.parametrize("ahead", [0, 100, 1000])
def test_the_importer_takes_every_table_without_a_remark(ahead):
    made = generate(TODAY + timedelta(days=ahead), busy=BUSY, calm=CALM, escalated=ESCALATED)
    reads = {}
    for kind, content in made.tables.items():
        table = read(content)
        assert guess_kind(table) == kind
        reads[kind] = read_table(table, KINDS[kind], guess_mapping(KINDS[kind], table.headings), Style())

    found = compare(reads, World("CRM", company.NAME, "%(name)s"))

    assert (found.bad, found.countries, found.notes) == ({}, {}, ())
    assert (len(found.accounts), len(found.people)) == (80, len(company.MEMBERS))
    names = {change.id: change.name for change in (*found.people,)}
    accounts = {change.id: change.name for change in found.accounts}
    assert {accounts[one.account]: names[one.person] for one in found.owners} == made.owners


def test_the_company_has_the_size_that_was_promised(made):
    assert len([one for one in company.MEMBERS if one.seniority]) in (12, 13)
    assert {one.leads for one in company.MEMBERS if one.leads} == {
        company.AMERICAS,
        company.EUROPE,
        company.NORTH,
    }
    assert all(2 <= len(people) <= 4 for people in made.contacts.values())
    assert {plan.mode for plan in PLANS} == {"soft", "hard"}
    assert [plan.account for plan in PLANS if plan.confidential] == ["Maschinenfabrik Obermeier"]


def test_contacts_of_an_account_have_different_names(made):
    for people in made.contacts.values():
        assert len({one.name for one in people}) == len(people)


def test_escalations_stand_only_where_no_gate_needs_calm(made):
    escalated = {one.account for one in made.requests if one.escalated}

    assert set(ESCALATED) <= escalated
    assert not escalated & set(CALM)


def test_plans_name_people_and_accounts_that_exist():
    people = {one.name for one in company.MEMBERS}
    accounts = {one.name for one in company.clients()}
    for plan in PLANS:
        named = {plan.incoming, plan.second_choice, plan.interim, plan.sponsor, *plan.readers} - {""}
        assert plan.account in accounts
        assert named <= people


def sentences(made):
    for one in made.briefing:
        yield one.text
    for one in made.requests:
        yield one.detail


def test_every_sentence_is_whole(made):
    for text in sentences(made):
        assert not re.search(r"[{}]|  |lorem|TODO", text), text
        assert not text or text[0].isupper() or text[0] in "“", text
        assert not text or text.rstrip("”")[-1] in ".?!", text


def test_what_is_written_fits_its_field(made):
    assert all(len(one.title) <= 200 for one in made.requests)
    assert all(len(one.text) <= 500 for one in made.commitments)
    assert all(industry.better.endswith(".") for industry in INDUSTRIES.values())


def test_the_sign_in_page_names_the_sign_ins_that_exist():
    page = Path(__file__).parents[3].joinpath("templates/components/demo_sign_ins.html").read_text()

    shown = re.findall(r"[\w.]+@[\w.]+", page.split("endcomment")[1])
    assert shown == [company.member(name).email for name, _role, _words in company.SIGN_INS]
    assert company.PASSWORD in page

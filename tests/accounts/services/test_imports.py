import threading
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import (
    Account,
    Assignment,
    AuditEvent,
    Contact,
    ImportMemory,
    ImportRun,
    ImportState,
    Person,
    Rep,
    Team,
)
from accounts.rendering.tables import CSV, chunks
from accounts.selectors.exports import EXPORTS
from accounts.selectors.imports import preview_of
from accounts.services import imports
from tests.environment import OUTSIDE_DATA
from tests.factories import NOW, make_account, make_contact, make_person, make_team

LATER = NOW + timedelta(hours=1)
CRM_SALES = OUTSIDE_DATA / "crm_sales"


def stage(by, source="CRM", now=NOW, **files: str | bytes) -> ImportRun:
    uploads = [
        (f"{name}.csv", text if isinstance(text, bytes) else text.encode()) for name, text in files.items()
    ]
    return imports.stage(uploads=uploads, kinds=list(files), source=source, by=by, now=now)


def bring_in(by, source="CRM", now=NOW, good_only=False, **files: str | bytes):
    run = stage(by, source, now, **files)
    return imports.commit(run=run, good_only=good_only, by=by, now=now)


def everything() -> dict[str, list]:
    """All rows that an import could write, to compare before and after."""
    models = (Person, Team, Rep, Account, Contact, Assignment, Person.history.model, Account.history.model)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


@pytest.fixture
def ada(db):
    return make_person("Ada Admin")


def test_an_import_writes_people_teams_accounts_owners_and_contacts(ada):
    bring_in(
        ada,
        teams="sales_agent,manager,regional_office\nOlga,Vera,East\n",
        accounts="Account,Account owner,Country,Parent\nAcme,Olga,Germany,\nAcme East,Olga,,Acme\n",
        contacts="Name,Account,Email,Level\nCarla,Acme,carla@acme.org,VP\n",
    )

    acme, east = Account.objects.order_by("pk")
    olga = Person.objects.get(name="Olga")
    assert (acme.country, east.parent, acme.team.name) == ("DE", acme, "Vera's team")
    assert acme.team.lead.name == "Vera"
    assert [team.name for team in Team.objects.order_by("path")] == ["Throughline", "East", "Vera's team"]
    owners = Assignment.objects.values_list("account", "person", "role", "from_on", "why")
    assert list(owners.order_by("account")) == [
        (acme.pk, olga.pk, "owner", NOW.date(), "Imported from CRM"),
        (east.pk, olga.pk, "owner", NOW.date(), "Imported from CRM"),
    ]
    assert list(Rep.objects.values_list("person__name", flat=True)) == ["Olga"]
    contact = Contact.objects.get()
    assert (contact.account, contact.email, contact.level) == (acme, "carla@acme.org", "senior")
    assert not olga.reachable


def test_history_and_audit_name_who_imported_and_when(ada):
    bring_in(ada, accounts="Account\nAcme\n")

    written = Account.history.get()
    assert (written.history_user, written.history_date, written.history_type) == (ada, NOW, "+")
    assert AuditEvent.objects.filter(verb="add", subject="accounts.Account").count() == 1


def test_repeating_an_import_changes_nothing(ada):
    files = {
        "teams": "sales_agent,manager,regional_office\nOlga,Vera,East\n",
        "accounts": "Account,Account owner,Parent\nAcme,Olga,\nAcme East,Olga,Acme\n",
        "contacts": "Name,Account\nCarla,Acme\n",
    }
    bring_in(ada, **files)
    before = everything()

    preview = bring_in(ada, now=LATER, **files)

    assert not preview.changes_anything
    assert everything() == before


def test_a_second_import_writes_only_what_differs(ada):
    bring_in(ada, accounts="Account,Industry,Employees\nAcme,Retail,5\nBeta,Retail,5\n")

    bring_in(ada, now=LATER, accounts="Account,Industry,Employees\nAcme,Media,\nBeta,Retail,5\n")

    acme, beta = Account.objects.order_by("pk")
    assert (acme.industry, acme.employees, acme.version) == ("Media", 5, 2)
    assert (beta.version, beta.history.count()) == (1, 1)
    assert acme.history.latest().history_date == LATER


def test_an_owner_is_never_overwritten_by_a_later_import(ada):
    people = "Name\nOlga\nIvan\n"
    bring_in(ada, teams=people, accounts="Account,Owner\nAcme,Olga\n")

    preview = bring_in(ada, now=LATER, teams=people, accounts="Account,Owner\nAcme,Ivan\n")

    assert Assignment.objects.get().person.name == "Olga"
    assert [(one.ours, one.theirs) for one in preview.owners_differ] == [("Olga", "Ivan")]


def test_an_owner_that_ended_is_not_brought_back(ada):
    people = "Name\nOlga\n"
    bring_in(ada, teams=people, accounts="Account,Owner\nAcme,Olga\n")
    Assignment.objects.update(until_on=NOW.date())

    bring_in(ada, now=LATER, teams=people, accounts="Account,Owner\nAcme,Olga\n")

    assert Assignment.objects.live().count() == 0


def test_rows_missing_from_the_file_are_not_archived(ada):
    bring_in(ada, accounts="Account\nAcme\nBeta\n")

    preview = bring_in(ada, now=LATER, accounts="Account\nAcme\n")

    assert preview.sections[0].missing == ("Beta",)
    assert Account.objects.live().count() == 2


def test_bad_cells_keep_everything_out_and_leave_the_database_as_it_was(ada):
    run = stage(ada, accounts="Account,Employees\nAcme,5\nBeta,many\n")
    before = everything()

    with pytest.raises(imports.BadCells) as refused:
        imports.commit(run=run, by=ada, now=NOW)

    (cell,) = refused.value.preview.bad
    assert (cell.file, cell.line, cell.record, cell.column, cell.value) == (
        "accounts.csv",
        3,
        2,
        "Employees",
        "many",
    )
    assert everything() == before
    run.refresh_from_db()
    assert run.state == ImportState.STAGED


def test_the_good_records_can_be_imported_when_somebody_says_so(ada):
    bring_in(ada, good_only=True, accounts="Account,Employees\nAcme,5\nBeta,many\n")

    assert list(Account.objects.values_list("name", flat=True)) == ["Acme"]


def test_an_import_that_fails_half_way_leaves_nothing(ada, monkeypatch):
    run = stage(ada, teams="Name\nOlga\n", accounts="Account\nAcme\n")
    before = everything()

    def broken(*args, **kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("accounts.services.imports.writing.write_contacts", broken)
    with pytest.raises(RuntimeError):
        imports.commit(run=run, by=ada, now=NOW)

    assert everything() == before


def test_a_preview_that_no_longer_holds_is_not_carried_out(ada):
    bring_in(ada, accounts="Account,Industry\nAcme,Retail\n")
    run = stage(ada, now=LATER, accounts="Account,Industry\nAcme,Media\n")
    digest = preview_of(run)[0].digest
    Account.objects.update(industry="Energy", version=2)

    with pytest.raises(imports.PreviewOutdated):
        imports.commit(run=run, digest=digest, by=ada, now=LATER)

    assert Account.objects.get().industry == "Energy"


def test_an_import_is_carried_out_once(ada):
    run = stage(ada, accounts="Account\nAcme\n")
    imports.commit(run=run, by=ada, now=NOW)

    with pytest.raises(imports.NotStaged):
        imports.commit(run=run, by=ada, now=LATER)
    with pytest.raises(imports.NotStaged):
        imports.discard(run=run)


def test_the_bytes_of_files_are_forgotten_when_an_import_ends(ada):
    kept = stage(ada, accounts="Account\nAcme\n")
    imports.commit(run=kept, by=ada, now=NOW)
    dropped = stage(ada, accounts="Account\nAcme\n")
    imports.discard(run=dropped)

    assert [bytes(run.files.get().content) for run in (kept, dropped)] == [b"", b""]
    assert kept.files.get().sha256 == dropped.files.get().sha256


def test_files_that_cannot_be_used_are_named_together(ada):
    with pytest.raises(imports.FilesRefused) as refused:
        imports.stage(
            uploads=[
                ("a.csv", b""),
                ("C:\\b\x00.csv", b"x,y\nab\x00,c\n"),
                ("c.csv", b"Account,Industry\nA,b\n"),
            ],
            source="CRM",
            by=ada,
            now=NOW,
        )

    assert [(name, str(message)[:12]) for name, message in refused.value.problems] == [
        ("a.csv", "The file is "),
        ("?", "Line 2 holds"),
    ]
    assert ImportRun.objects.count() == 0


def test_two_files_of_one_kind_are_refused(ada):
    with pytest.raises(imports.FilesRefused):
        imports.stage(
            uploads=[("a.csv", b"Account,Industry\nA,b\n"), ("b.csv", b"Account,Industry\nC,d\n")],
            source="CRM",
            by=ada,
            now=NOW,
        )


def test_chosen_columns_are_remembered_for_the_source(ada):
    text = "Klant,Branche,Notes\nAcme,Retail,x\n"
    run = imports.stage(uploads=[("a.csv", text.encode())], source="CRM", by=ada, now=NOW)
    file = run.files.get()
    assert file.kind == "unknown0"

    imports.choose_columns(run=run, kinds={file.pk: "accounts"}, columns={})
    imports.choose_columns(
        run=run,
        kinds={file.pk: "accounts"},
        columns={file.pk: {"name": "Klant", "industry": "Branche", "nonsense": "Notes", "tier": "No such"}},
        dates="dmy",
    )

    again = stage(ada, accounts=text)
    other = stage(ada, source="Other", accounts=text)
    assert again.files.get().mapping == {"name": "Klant", "industry": "Branche"}
    assert other.files.get().mapping == {}


def test_an_unknown_country_is_asked_answered_and_remembered(ada):
    run = stage(ada, accounts="Account,Country\nAcme,Korea\nBeta,Atlantis\n")
    preview = preview_of(run)[0]
    assert [(one.name, one.lines) for one in preview.countries] == [("Atlantis", (3,)), ("Korea", (2,))]

    imports.answer_countries(run=run, answers={"Korea": "KR", "Atlantis": ""})
    imports.commit(run=run, by=ada, now=NOW)

    assert list(Account.objects.order_by("pk").values_list("country", flat=True)) == ["KR", ""]
    assert preview_of(stage(ada, accounts="Account,Country\nAcme,Korea\n"))[0].countries == ()


def test_unread_files_cannot_be_carried_out(ada):
    run = imports.stage(uploads=[("a.csv", b"foo,bar\n1,2\n")], source="CRM", by=ada, now=NOW)

    with pytest.raises(imports.NotReady):
        imports.commit(run=run, by=ada, now=NOW)


def test_a_person_is_met_again_by_email_whatever_the_source(ada):
    bring_in(ada, teams="Name,Email,Title\nA. Admin,ada.admin@example.com,Chief\n")

    met = Person.objects.get()
    assert (met.pk, met.name, met.title) == (ada.pk, "A. Admin", "Chief")


def test_the_same_files_twice_at_once_are_imported_once(ada):
    first, second = (stage(ada, accounts="Account\nAcme\n") for _ in range(2))
    imports.commit(run=first, by=ada, now=LATER)

    with pytest.raises(imports.AlreadyImported) as refused:
        imports.commit(run=second, by=ada, now=LATER)

    assert refused.value.run == first
    assert Account.objects.count() == 1


def race(first: ImportRun, second: ImportRun, by: Person) -> list[str]:
    """Carry out `second` while `first` is written but not committed; say how each ended."""
    ends: list[str] = []
    may_commit = threading.Event()

    def later() -> None:
        try:
            imports.commit(run=second, by=by, now=LATER)
            ends.append("imported")
        except imports.AlreadyImported:
            ends.append("refused")
        finally:
            connections.close_all()

    rival = threading.Thread(target=later)
    with transaction.atomic():
        imports.commit(run=first, by=by, now=LATER)
        rival.start()
        may_commit.wait(1.5)  # the rival has all the time it needs, unless it must wait for its turn
        ends.append("first")
    rival.join(20)
    return ends


needs_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has one writer: no race to lose"
)


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_imports_at_once_the_later_waits_and_is_refused():
    ada = make_person("Ada Admin")
    runs = [stage(ada, accounts="Account\nAcme\n") for _ in range(2)]

    assert race(*runs, ada) == ["first", "refused"]
    assert Account.objects.count() == 1


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_without_turns_both_would_be_imported(monkeypatch):
    """The control of the test above."""
    commit_module = import_module("accounts.services.imports.commit")
    monkeypatch.setattr(commit_module, "take_the_turn", lambda: None)
    ada = make_person("Ada Admin")
    runs = [stage(ada, accounts="Account\nAcme\n") for _ in range(2)]

    assert race(*runs, ada) == ["imported", "first"]
    assert Account.objects.count() == 2


def test_previews_cost_the_same_queries_for_any_number_of_rows(ada, django_assert_num_queries):
    one = stage(ada, accounts="Account\nA\n", teams="Name\nP\n")
    names = "".join(f"A{number}\n" for number in range(50))
    many = stage(ada, accounts="Account\n" + names, teams="Name\nP\nQ\nR\n")

    for run in (one, many):
        with django_assert_num_queries(10):
            preview_of(run)


NAME = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cf", "Mn", "Me"]), min_size=1, max_size=20
).filter(lambda text: text.strip() == text and text)


@st.composite
def companies(draw):
    """Teams, people, accounts and contacts with hostile names, each name once."""
    names = st.lists(NAME, min_size=1, max_size=3, unique_by=lambda name: " ".join(name.casefold().split()))
    return (
        draw(names),
        draw(names),
        draw(names),
        draw(st.text(max_size=30)),
        draw(st.decimals(0, 10**6, places=2)),
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(companies())
def test_importing_an_export_gives_back_what_was_exported(db, company):
    teams, people, accounts, note, value = company
    note = "".join(character for character in note if character.isprintable() or character == "\n")
    with transaction.atomic():
        root = make_team("Northwind")
        places = [root, *(make_team(name, under=root) for name in teams)]
        persons = [
            make_person(
                name, team=places[-1], email="", phone="+49 30 1", source="=CRM", external_id=f"00{n}"
            )
            for n, name in enumerate(people)
        ]
        places[-1].lead = persons[0]
        places[-1].save()
        Rep.objects.create(
            person=persons[0], industries=["a;b", "c\\"], style=note, joined_on=date(2020, 2, 29)
        )
        parent = None
        for number, name in enumerate(accounts):
            parent = make_account(
                name,
                team=places[number % len(places)],
                owner=persons[0],
                yearly_value=value,
                turnover=Decimal("12.50"),
                parent=parent,
                industry=name,
                renewal_on=date(2028, 2, 29),
                tz="Europe/Berlin",
            )
            make_contact(parent, name, email="", dos_and_donts=note, title=name)
        before = exported()
        unchanged = reimported(before)
        assert [(section.new, section.changed) for section in unchanged.sections] == [(0, 0)] * 3

        for model in (Contact, Assignment, Account, Rep):
            model.objects.all().delete()
        Team.objects.update(lead=None)
        Person.objects.all().delete()
        Team.objects.all().delete()
        reimported(before)
        after = exported()

        assert after == before
        transaction.set_rollback(True)


def exported() -> dict[str, bytes]:
    return {
        export.kind.key: b"".join(chunks(CSV, export.headings, export.rows(None)))
        for export in EXPORTS.values()
    }


def reimported(files: dict[str, bytes]):
    """Import as somebody who is in no file, and leaves no trace but the import."""
    by = Person.objects.create(name="The one who imports", source="nowhere")
    ImportMemory.objects.all().delete()
    run = stage(by, source="elsewhere", **files)
    preview = imports.commit(run=run, by=by, now=LATER)
    ImportRun.objects.all().delete()
    by.history.all().delete()
    Person.history.filter(history_user=by).delete()
    for model in (Account.history, Contact.history):
        model.filter(history_user=by).delete()
    by.delete()
    return preview


@pytest.fixture
def crm_sales(ada):
    if not CRM_SALES.is_dir():
        pytest.skip(f"no data set at {CRM_SALES}")
    names = {
        "accounts": "accounts",
        "teams": "sales_teams",
        "pipeline": "sales_pipeline",
        "products": "products",
    }
    return {kind: (CRM_SALES / f"{name}.csv").read_bytes() for kind, name in names.items()}


def test_a_real_crm_export_comes_in_whole_and_its_faults_are_named(ada, crm_sales):
    preview = bring_in(ada, **crm_sales)

    assert Account.objects.count() == 85
    assert Rep.objects.count() == 35
    assert Person.objects.filter(rep=None).exclude(pk=ada.pk).count() == 6
    assert [team.name for team in Team.objects.filter(depth=2).order_by("name")] == [
        "Central",
        "East",
        "West",
    ]
    assert Assignment.objects.owners().count() == 85
    assert [country.name for country in preview.countries] == ["Korea", "Philipines"]
    counts = {str(remark.message): remark.count for remark in preview.remarks}
    assert counts == {
        "The industry “technolgy” is none of the usual ones. It is kept as written.": 12,
        "The product “GTXPro” is not known; the nearest known one is “GTX Pro”.": 1480,
        "Deals without an account count for nobody's yearly value.": 1425,
    }
    assert preview.bad_count == 0
    assert (
        sum(Account.objects.values_list("yearly_value", flat=True)) < 10_100_000
    )  # what was won, not turnover
    assert Account.objects.get(name="Acme Corporation").turnover == Decimal("1100040000.00")
    assert set(Account.objects.values_list("tier", flat=True)) == {"strategic", "standard", "small"}


def test_a_real_crm_export_can_be_imported_again_and_again(ada, crm_sales):
    bring_in(ada, **crm_sales)
    before = everything()

    preview = bring_in(ada, now=LATER, **crm_sales)

    assert not preview.changes_anything
    assert preview.owners_differ == ()
    assert everything() == before
    assert connection.vendor in ("sqlite", "postgresql")

import io
import json

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Account, ImportMemory, ImportRun, Person
from tests.factories import make_person, make_user


@pytest.fixture
def folder(tmp_path):
    def write(**files: str):
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text)
        return tmp_path

    return write


def run(*args: object) -> str:
    out = io.StringIO()
    call_command("import_crm", *map(str, args), stdout=out)
    return out.getvalue()


@pytest.fixture
def ada(db):
    person = make_person("Ada Admin")
    make_user(person, "administrator")
    return person


def test_it_imports_and_tells_what_it_did(ada, folder):
    files = folder(accounts="Account,Country\nAcme,Korea\n", teams="Name,Manager\nOlga,Vera\n")

    told = run("--accounts", files / "accounts.csv", "--teams", files / "teams.csv")

    assert "Accounts: 1 new, 0 changed, 0 unchanged" in told
    assert "2 new people have no email address" in told
    assert 'Korea (line 2); near: North Korea (KP), South Korea (KR); --country "Korea=CODE"' in told
    assert told.endswith("Imported.\n")
    assert ImportRun.objects.get().by == ada
    assert Account.objects.get().country == ""


def test_a_country_can_be_said_and_is_remembered(ada, folder):
    files = folder(accounts="Account,Country\nAcme,Korea\n")

    run("--accounts", files / "accounts.csv", "--country", "Korea=kr")

    assert Account.objects.get().country == "KR"
    assert "Korea" not in run("--accounts", files / "accounts.csv")


def test_a_dry_run_shows_and_changes_nothing(ada, folder):
    files = folder(accounts="Account\nAcme\n")

    told = run("--accounts", files / "accounts.csv", "--country", "Korea=KR", "--dry-run")

    assert "Accounts: 1 new" in told
    assert told.endswith("Nothing was changed: this was a dry run.\n")
    assert (Account.objects.count(), ImportRun.objects.count(), ImportMemory.objects.count()) == (0, 0, 0)


def test_it_speaks_json(ada, folder):
    files = folder(accounts="Account,Employees\nAcme,5\n")

    report = json.loads(run("--accounts", files / "accounts.csv", "--json"))

    assert (report["imported"], report["sections"][0]["new"], report["bad_count"]) == (True, 1, 0)


def test_bad_cells_are_told_and_nothing_is_imported(ada, folder, capsys):
    files = folder(accounts="Account,Employees\nAcme,5\nBeta,many\n")

    with pytest.raises(CommandError, match="Nothing was imported") as refused:
        run("--accounts", files / "accounts.csv")

    assert refused.value.returncode == 1
    assert (Account.objects.count(), ImportRun.objects.count()) == (0, 0)


def test_the_good_records_can_be_imported(ada, folder):
    files = folder(accounts="Account,Employees\nAcme,5\nBeta,many\n")

    told = run("--accounts", files / "accounts.csv", "--good-only")

    assert "accounts.csv, line 3 (record 2), Employees: “many”. This is not a number." in told
    assert Account.objects.get().name == "Acme"


def test_broken_files_are_named(ada, folder):
    files = folder(accounts="", teams='Name\n"Olga\n')

    with pytest.raises(CommandError) as refused:
        run("--accounts", files / "accounts.csv", "--teams", files / "teams.csv")

    assert str(refused.value).splitlines() == [
        "accounts.csv: The file is empty.",
        "teams.csv: The record that begins on line 2 opens a quotation mark that is never closed. "
        "Close it, or write it twice where it is part of the text.",
    ]


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("--accounts", "/no/such/file.csv"),
        ("--accounts", "{file}", "--country", "Korea"),
        ("--accounts", "{file}", "--country", "Korea=XX"),
        ("--accounts", "{file}", "--by", "nobody@example.com"),
    ],
)
def test_wrong_usage_has_its_own_exit_code(ada, folder, args):
    file = folder(accounts="Account\nAcme\n") / "accounts.csv"

    with pytest.raises(CommandError) as refused:
        run(*(arg.format(file=file) for arg in args))

    assert refused.value.returncode == 2


def test_it_works_before_there_is_any_administrator(db, folder):
    files = folder(accounts="Account\nAcme\n")

    run("--accounts", files / "accounts.csv")
    run("--accounts", files / "accounts.csv")

    assert Person.objects.get().name == "Command line"


def test_what_was_exported_comes_back(ada, folder, tmp_path):
    files = folder(accounts="Account,Industry\nAcme,=Retail\n", contacts="Name,Account\n@Carla,Acme\n")
    run("--accounts", files / "accounts.csv", "--contacts", files / "contacts.csv")

    for kind in ("csv", "xlsx"):
        call_command("export_crm", "--out", str(tmp_path / kind), "--format", kind, stdout=io.StringIO())
        told = run(
            *("--accounts", tmp_path / kind / f"accounts.{kind}"),
            *("--contacts", tmp_path / kind / f"contacts.{kind}"),
            *("--teams", tmp_path / kind / f"people.{kind}"),
        )

        assert "Accounts: 0 new, 0 changed, 1 unchanged" in told
        assert "Contacts: 0 new, 0 changed, 1 unchanged" in told
        assert "People and teams: 0 new, 0 changed, 1 unchanged" in told


def test_an_export_that_cannot_be_written_says_why(db, tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match="file"):
        call_command("export_crm", "--out", str(tmp_path / "file" / "folder"), stdout=io.StringIO())


def test_a_dry_run_of_a_file_without_its_columns_ends_as_refused(ada, folder):
    files = folder(accounts="Colour\nRed\n")

    with pytest.raises(CommandError, match="Columns are missing"):
        run("--accounts", files / "accounts.csv", "--dry-run")

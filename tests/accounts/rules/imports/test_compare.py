"""What an import would do: matching, teams, owners, differences, and everything that is said aloud."""

from decimal import Decimal

import pytest

from accounts.rules.imports.cells import Style
from accounts.rules.imports.changes import Changes, Known, KnownTeam, World
from accounts.rules.imports.compare import compare
from accounts.rules.imports.files import read
from accounts.rules.imports.readings import read_table
from accounts.rules.imports.tables import KINDS, guess_mapping


def changes(world: World | None = None, style: Style | None = None, **tables: str) -> Changes:
    reads = {}
    for key, text in tables.items():
        table = read(text.encode())
        kind = KINDS[key]
        reads[key] = read_table(table, kind, guess_mapping(kind, table.headings), style or Style())
    return compare(reads, world or World("CRM", "Northwind", "%(name)s's team"))


def world(**rows) -> World:
    return World("CRM", "Northwind", "%(name)s's team", **{key: tuple(value) for key, value in rows.items()})


def known(pk, name, **fields) -> Known:
    values = {"name": name, **fields.pop("values", {})}
    fields.setdefault("source", "CRM")
    fields.setdefault("external_id", "")
    return Known(pk=pk, version=1, uuid=f"u{pk}", name=name, values=values, **fields)


def said(found: Changes) -> list[str]:
    return [str(note.message) for note in found.notes]


def bad(found: Changes) -> list[tuple[str, int, str, str]]:
    return [(kind, cell.line, cell.column, cell.value) for kind, cells in found.bad.items() for cell in cells]


def test_offices_hold_teams_hold_reps_and_managers_lead():
    found = changes(
        teams="sales_agent,manager,regional_office\nOlga,Vera,East\nIvan,Vera,East\nStella,Walt,West\n"
    )

    leads = {team.path: team.lead for team in found.teams}
    numbers = {change.name: change.id for change in found.people}
    assert leads == {
        ("Northwind",): None,
        ("Northwind", "East"): None,
        ("Northwind", "West"): None,
        ("Northwind", "East", "Vera's team"): numbers["Vera"],
        ("Northwind", "West", "Walt's team"): numbers["Walt"],
    }
    placed = {change.name: (change.values["team"][-1], change.values["rep"]) for change in found.people}
    assert placed == {
        "Olga": ("Vera's team", True),
        "Ivan": ("Vera's team", True),
        "Stella": ("Walt's team", True),
        "Vera": ("Vera's team", False),
        "Walt": ("Walt's team", False),
    }


def test_managers_of_managers_make_a_tree_without_offices():
    found = changes(teams="Name,Manager\nOlga,Vera\nVera,Chen\nChen,\n")

    assert ("Northwind", "Chen's team", "Vera's team") in {team.path for team in found.teams}


def test_people_who_manage_each_other_do_not_hang_the_importer():
    found = changes(teams="Name,Manager\nA,B\nB,A\nC,C\n")

    assert [change.name for change in found.people] == ["A", "B", "C"]


def test_a_team_that_was_renamed_here_is_found_again():
    top = KnownTeam(1, ("Northwind",), None, "")
    east = KnownTeam(2, ("Northwind", "Eastern States"), None, "CRM/office/east")
    vera = known(7, "Vera", values={"rep": False, "team": east.path})
    teams = [top, east, KnownTeam(3, (*east.path, "Enterprise"), 7, "CRM/manager/east/vera")]

    found = changes(
        world(teams=teams, people=[vera]), teams="sales_agent,manager,regional_office\nOlga,Vera,East\n"
    )

    assert found.teams == ()
    assert found.people[0].values["team"] == ("Northwind", "Eastern States", "Enterprise")


def test_an_account_is_found_by_id_then_by_name_within_its_source():
    stored = [
        known(1, "Acme", external_id="7"),
        known(2, "Beta"),
        known(3, "Gamma", source="Other"),
        known(4, "Delta", external_id="9"),
    ]

    found = changes(
        world(accounts=stored),
        accounts="Account,Account ID\nAcme Ltd,7\n beta ,\nGamma,\nDelta,10\nBETA NEW,11\n",
    )

    assert {change.name: change.id for change in found.accounts} == {
        "Acme": 1,
        "Beta": 2,
        "Gamma": -3,  # of another source
        "Delta": -4,  # of another id
        "BETA NEW": -5,
    }
    assert any("name of an account from another source" in sentence for sentence in said(found))


def test_differences_are_told_and_empty_cells_say_nothing():
    stored = known(1, "Acme", values={"industry": "Retail", "employees": 5, "country": "US"})

    found = changes(world(accounts=[stored]), accounts="Account,Industry,Employees,Country\nAcme,Media,5,\n")

    (change,) = found.accounts
    assert (change.state, dict(change.values)) == ("changed", {"industry": "Media"})
    assert [(one.field, one.before, one.after) for one in change.differences] == [
        ("industry", "Retail", "Media")
    ]


def test_a_first_owner_comes_with_their_team_and_a_later_one_is_only_shown():
    team = KnownTeam(1, ("Northwind",), None, "")
    olga = known(5, "Olga", values={"team": team.path, "rep": True})
    ivan = known(6, "Ivan", values={"team": team.path, "rep": True})
    owned = known(1, "Acme", owner=5, was_owned=True, values={"team": team.path})
    orphan = known(2, "Beta", owner=None, was_owned=True, values={"team": team.path})
    stored = world(teams=[team], people=[olga, ivan], accounts=[owned, orphan])

    found = changes(
        stored, accounts="Account,Account owner\nAcme,Ivan\nBeta,Ivan\nGamma,Ivan\nDelta,Nobody\n"
    )

    assert [(owner.account, owner.person) for owner in found.owners] == [(-3, 6)]
    assert [(one.name, one.ours, one.theirs) for one in found.owners_differ] == [
        ("Acme", "Olga", "Ivan"),
        ("Beta", "", "Ivan"),
    ]
    assert found.accounts[2].values["team"] == team.path
    assert "The owner “Nobody” is not among our people. Those accounts get no owner from it." in said(found)


def test_deals_give_value_and_owner_and_say_what_they_cannot_use():
    found = changes(
        teams="sales_agent\nOlga\nIvan\n",
        accounts="Account\nAcme\nBeta\n",
        products="product\nGTX Pro\n",
        pipeline=(
            "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
            "1,Olga,GTX Pro,Acme,Won,2026-11-01,2027-03-01,100\n"
            "2,Ivan,GTXPro,Acme,Won,2026-10-01,2027-02-01,250.50\n"
            "3,Zoe,GTX Pro,Acme,Won,2026-10-01,2027-02-01,1\n"
            "4,Olga,GTX Pro,,Won,2027-01-01,2027-02-01,999\n"
            "5,Olga,GTX Pro,Acmee,Won,2027-01-01,2027-02-01,999\n"
            "6,Olga,GTX Pro,Acme,Won,2027-01-01,,999\n"
            "6,Olga,GTX Pro,Acme,Won,2027-01-01,2027-02-01,999\n"
        ),
    )

    acme, beta = found.accounts
    assert acme.values["yearly_value"] == Decimal("351.50")
    assert "yearly_value" not in beta.values
    assert [(owner.account, owner.person, str(owner.since), owner.derived) for owner in found.owners] == [
        (-1, -2, "2026-10-01", True)
    ]
    assert [
        (str(note.message), note.lines, note.count) for note in found.notes if note.file == "pipeline"
    ] == [
        ("The product “GTXPro” is not known; the nearest known one is “GTX Pro”.", (3,), 1),
        ("Deals without an account count for nobody's yearly value.", (5,), 1),
        ("The account “Acmee” is not known; the nearest known one is “Acme”.", (6,), 1),
        ("“Zoe” sold deals but is not among our people. The deals count, the seller does not.", (4,), 1),
        ("Won deals without a date on which they closed are not counted.", (7,), 1),
        ("Deals whose id stood in the file before are counted once.", (8,), 1),
    ]


def test_deals_alone_refresh_the_yearly_value_of_stored_accounts():
    stored = world(accounts=[known(1, "Acme", was_owned=True, values={"yearly_value": Decimal("5.00")})])

    found = changes(
        stored, pipeline="sales_agent,account,deal_stage,close_date,amount\nO,Acme,Won,2027-01-01,7\n"
    )

    assert [(change.id, dict(change.values)) for change in found.accounts] == [
        (1, {"yearly_value": Decimal("7.00")})
    ]


def test_rows_that_the_file_lacks_are_reported_and_never_touched():
    stored = world(
        accounts=[
            known(1, "Acme"),
            known(2, "Beta"),
            known(3, "Own", source=""),
            known(4, "Old", archived=True),
        ]
    )

    found = changes(stored, accounts="Account\nAcme\n")

    assert found.missing == {"accounts": ("Beta",)}
    assert [change.id for change in found.accounts] == [1]


def test_a_row_whose_record_is_bad_is_not_missing():
    stored = world(accounts=[known(1, "Acme"), known(2, "Beta")])

    found = changes(stored, accounts="Account,Employees\nAcme,many\nGamma,5\n")

    assert found.missing == {"accounts": ("Beta",)}


def test_an_archived_account_stays_as_it_is():
    stored = world(accounts=[known(1, "Acme", archived=True, values={"industry": "Retail"})])

    found = changes(stored, accounts="Account,Industry\nAcme,Media\n")

    assert [change.state for change in found.accounts] == ["unchanged"]
    assert "archived here" in said(found)[0]


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({"accounts": "Account\nAcme\nBeta\n acme\n"}, [("accounts", 4, "Account", "acme")]),
        ({"accounts": "Account,Account ID\nAcme,7\nBeta,7\n"}, [("accounts", 3, "Account", "Beta")]),
        ({"teams": "Name,Email\nA,a@x.org\nB,A@X.org\n"}, [("teams", 3, "Name", "B")]),
        ({"accounts": "Account,Employees\n,5\n"}, [("accounts", 2, "Account", "")]),
        (
            {"accounts": "Account\nAcme\n", "contacts": "Name,Account\nCarla,Acme\nDirk,Ackme\n"},
            [("contacts", 3, "Account", "Ackme")],
        ),
        (
            {"accounts": "Account\nAcme\n", "contacts": "Name,Account\nCarla,Acme\ncarla,ACME\n"},
            [("contacts", 3, "Name", "carla")],
        ),
    ],
)
def test_a_record_that_cannot_be_meant_is_named(tables, expected):
    assert bad(changes(**tables)) == expected


def test_a_name_that_several_rows_have_is_not_guessed():
    stored = world(accounts=[known(1, "Acme", external_id="1"), known(2, "Acme", external_id="2")])

    found = changes(stored, accounts="Account\nAcme\n", contacts="Name,Account\nCarla,Acme\n")

    assert bad(found) == [("accounts", 2, "Account", "Acme"), ("contacts", 2, "Account", "Acme")]


def test_contacts_belong_to_their_account_and_are_found_there_by_email_or_name():
    stored = world(
        accounts=[known(1, "Acme"), known(2, "Beta")],
        contacts=[known(10, "Carla", account=1, email="carla@acme.org"), known(11, "Dirk", account=1)],
    )

    found = changes(
        stored, contacts="Name,Account,Email\nCarla B,Acme,carla@acme.org\nDirk,Acme,\nDirk,Beta,\n"
    )

    assert [(change.name, change.id) for change in found.contacts] == [
        ("Carla", 10),
        ("Dirk", 11),
        ("Dirk", -3),
    ]


def test_first_and_last_names_are_put_together():
    found = changes(
        accounts="Account\nAcme\n", contacts="First Name,Last Name,Account\nCarla,Bo,Acme\n,Dirk,Acme\n"
    )

    assert [change.name for change in found.contacts] == ["Carla Bo", "Dirk"]


def test_parents_are_found_in_the_file_and_circles_are_refused():
    found = changes(accounts="Account,Parent\nA,B\nB,C\nC,A\nD,A\nE,Nowhere\nF,F\n")

    assert {change.name: change.values.get("parent") for change in found.accounts} == {
        "A": -2,
        "B": -3,
        "C": None,
        "D": -1,
        "E": None,
        "F": None,
    }
    assert sum("belongs to it in turn" in sentence for sentence in said(found)) == 1
    assert sum("parent account “" in sentence for sentence in said(found)) == 2


def test_unusual_industries_are_kept_and_pointed_out_without_a_guess():
    found = changes(accounts="Account,Industry\nA,technolgy\nB,Retail\n")

    assert found.accounts[0].values["industry"] == "technolgy"
    assert "The industry “technolgy” is none of the usual ones. It is kept as written." in said(found)


def test_unknown_countries_are_asked_with_their_lines():
    found = changes(accounts="Account,Country\nA,Korea\nB,Germany\nC,Korea\n")

    assert found.countries == {"Korea": (2, 4)}
    assert [change.values.get("country") for change in found.accounts] == [None, "DE", None]


def test_the_digest_tells_one_outcome_from_another():
    one = changes(accounts="Account,Industry\nA,Retail\n")

    assert one.digest == changes(accounts="Account,Industry\nA,Retail\n").digest
    assert one.digest != changes(accounts="Account,Industry\nA,Media\n").digest

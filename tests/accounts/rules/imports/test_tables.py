import pytest

from accounts.rules.imports.shapes import Table
from accounts.rules.imports.tables import ACCOUNTS, CONTACTS, KINDS, guess_kind, guess_mapping, lacks
from accounts.selectors.exports import EXPORTS


def table(*headings: str) -> Table:
    return Table(headings, (), (), "UTF-8", ",")


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        (("account", "sector", "year_established", "revenue", "employees", "office_location"), "accounts"),
        (("sales_agent", "manager", "regional_office"), "teams"),
        (("product", "series", "sales_price"), "products"),
        (("opportunity_id", "sales_agent", "product", "account", "deal_stage", "close_value"), "pipeline"),
        (("Account ID", "Account Name", "Account Owner", "Billing Country", "Annual Revenue"), "accounts"),
        (("Record ID", "Company name", "Company owner", "Create Date", "Country/Region"), "accounts"),
        (("(Do Not Modify) Account", "Account Name", "Main Phone", "Owner", "Annual Revenue"), "accounts"),
        (("Contact ID", "First Name", "Last Name", "Account Name", "Title", "Email"), "contacts"),
        (("Record ID", "First Name", "Last Name", "Email", "Associated Company"), "contacts"),
        (
            ("Opportunity Owner", "Stage", "Amount", "Close Date", "Account Name"),
            "pipeline",
        ),
        (("Id", "Name", "StageName", "Amount", "CloseDate", "AccountId", "OwnerId"), "pipeline"),
        (
            ("Record ID", "Deal Name", "Deal Stage", "Deal owner", "Associated Company"),
            "pipeline",
        ),
        (("Full Name", "Title", "Business Unit", "Primary Email"), "teams"),
        (("foo", "bar"), "unknown"),
    ],
)
def test_headings_tell_the_kind(headings, kind):
    assert guess_kind(table(*headings)) == kind


@pytest.mark.parametrize("key", EXPORTS)
def test_our_own_exports_are_recognised_whole(key):
    export = EXPORTS[key]

    assert guess_kind(table(*export.headings)) == export.kind.key
    mapping = guess_mapping(export.kind, export.headings)
    assert {field: export.kind.field(field).title for field in export.columns} == mapping


def test_the_clients_turnover_is_never_taken_for_what_they_pay_us():
    for heading in ("revenue", "Annual Revenue", "AnnualRevenue", "turnover"):
        assert "yearly_value" not in guess_mapping(ACCOUNTS, ("account", heading))


def test_what_was_taught_wins_over_what_the_headings_tell():
    mapping = guess_mapping(ACCOUNTS, ("account", "sector"), {"account": "", "sector": "name"})

    assert mapping == {"name": "sector"}


def test_no_column_is_used_twice_and_no_field_filled_twice():
    mapping = guess_mapping(ACCOUNTS, ("Account", "Account Name", "Company", "Country", "Billing Country"))

    assert mapping == {"name": "Account", "country": "Country"}


def test_a_table_says_what_it_lacks():
    assert [field.key for field in lacks(CONTACTS, {"email": "Email"})] == ["name", "account"]
    assert lacks(CONTACTS, {"last_name": "Name", "account_external_id": "Account ID"}) == ()


def test_no_two_fields_of_a_kind_claim_the_same_own_heading():
    for kind in KINDS.values():
        titles = [field.title for field in kind.fields]
        assert len(titles) == len(set(titles))

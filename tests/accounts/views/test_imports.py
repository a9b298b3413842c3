import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Account, ImportRun, ImportState
from accounts.rules.imports.shapes import MOST_BYTES
from tests.factories import make_account


def upload(client, *files: tuple[str, str | bytes], source: str = "CRM"):
    uploads = [
        SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode()) for name, text in files
    ]
    return client.post(reverse("import-new"), {"source": source, "uploads": uploads})


@pytest.fixture
def ada(sign_in):
    return sign_in("ada")


@pytest.fixture
def staged(ada):
    def make(*files: tuple[str, str]) -> ImportRun:
        response = upload(ada, *files)
        assert response.status_code == 302, response.context["form"].errors
        return ImportRun.objects.latest("pk")

    return make


def page(client, run, name="import"):
    return client.get(reverse(name, args=[run.uuid]))


def test_from_upload_to_result(ada, staged):
    run = staged(
        ("a.csv", "Account,Country,Account owner\nAcme,Korea,Olga Ortiz\n"),
        ("t.csv", "Name,Manager\nNina,Olga Ortiz\n"),
    )

    preview = page(ada, run)
    assert preview.template_name == "accounts/imports/preview.html"
    assert [section["new"] for section in preview.context["report"]["sections"]] == [1, 1]
    assert Account.objects.count() == 0

    answered = ada.post(
        reverse("import-countries", args=[run.uuid]), {"name": ["Korea"], "country-0": "KR"}, follow=True
    )
    assert answered.context["report"]["countries"] == []

    done = ada.post(
        reverse("import-commit", args=[run.uuid]),
        {"digest": answered.context["report"]["digest"]},
        follow=True,
    )
    assert done.template_name == "accounts/imports/done.html"
    account = Account.objects.get()
    assert (account.country, account.assignments.get().person.name) == ("KR", "Olga Ortiz")
    assert [run.state for run in ada.get(reverse("imports")).context["page"]] == ["committed"]


def test_columns_can_be_corrected_and_are_remembered(ada, staged):
    run = staged(("a.csv", "Klant,Branche\nAcme,Retail\n"))
    file = run.files.get()
    assert "Say what the columns mean" in page(ada, run).content.decode()
    url = reverse("import-columns", args=[run.uuid])
    common = {f"kind-{file.pk}": "accounts", "dates": "dmy", "numbers": "comma"}

    ada.post(url, common)
    response = ada.post(
        url, {**common, f"column-{file.pk}-0": "name", f"column-{file.pk}-1": "industry"}, follow=True
    )

    assert response.context["report"]["ready"]
    again = staged(("a.csv", "Klant,Branche\nAcme,Retail\n"))
    assert again.files.get().kind == "unknown0"
    ada.post(
        reverse("import-columns", args=[again.uuid]), {**common, f"kind-{again.files.get().pk}": "accounts"}
    )
    assert again.files.get().mapping == {"name": "Klant", "industry": "Branche"}


def test_a_field_cannot_be_filled_from_two_columns(ada, staged):
    run = staged(("a.csv", "Account,Name,Industry\nAcme,B,C\n"))
    file = run.files.get()
    data = {f"kind-{file.pk}": "accounts", "dates": "ymd", "numbers": "point"}

    response = ada.post(
        reverse("import-columns", args=[run.uuid]),
        {**data, f"column-{file.pk}-0": "name", f"column-{file.pk}-1": "name"},
    )

    assert response.status_code == 200
    assert "“Account” is imported as this already." in response.content.decode()


def test_bad_cells_are_listed_downloaded_and_hold_the_import_back(ada, staged):
    run = staged(("a.csv", "Account,Employees\nAcme,5\nBeta,=2+3\n"))

    listed = page(ada, run)
    table = b"".join(page(ada, run, "import-bad-cells").streaming_content).decode("utf-8-sig")
    refused = ada.post(reverse("import-commit", args=[run.uuid]))

    assert [(cell["line"], cell["column"]) for cell in listed.context["report"]["bad"]] == [(3, "Employees")]
    assert table.splitlines()[1].startswith("a.csv,3,2,Employees,'=2+3,This is not a number.")
    assert (refused.status_code, Account.objects.count()) == (409, 0)

    ada.post(reverse("import-commit", args=[run.uuid]), {"good_only": "on"})
    assert Account.objects.get().name == "Acme"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "The file is empty."),
        ("a.csv", b"PK\x03\x04....", "damaged"),
        ("a.csv", b"Account,x\nA\x00,b\n", "NUL"),
        ("a.csv", b"x" * (MOST_BYTES + 1), "Split it into several files."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(ada, name, content, words):
    response = upload(ada, (name, content))

    assert response.status_code == 200
    assert words in response.content.decode()
    assert ImportRun.objects.count() == 0


def test_too_many_files_and_none_at_all_are_refused(ada):
    many = upload(ada, *((f"{n}.csv", "Account\nA\n") for n in range(6)))
    none = ada.post(reverse("import-new"), {"source": "CRM"})

    assert "At most 5 files fit." in many.content.decode()
    assert none.context["form"].errors["uploads"] == ["This field is required."]


def test_a_hostile_source_name_is_refused(ada):
    response = upload(ada, ("a.csv", "Account\nA\n"), source="C\u202eRM")

    assert "U+202E" in response.content.decode()


def test_hostile_cells_are_inert_on_the_page(ada, staged):
    run = staged(("a.csv", "Account,Industry,Employees\n<script>alert(1)</script>,{{7*7}},<b>\n"))

    html = page(ada, run).content.decode()

    assert "<script>alert" not in html
    assert "&lt;b&gt;" in html
    assert "49" not in html.split("bad-cells")[1].split("</table>")[0]


def test_a_finished_import_cannot_be_changed_any_more(ada, staged):
    run = staged(("a.csv", "Account,Industry\nAcme,Retail\n"))
    assert ada.post(reverse("import-discard", args=[run.uuid])).status_code == 302

    for name in ("import-commit", "import-discard", "import-countries", "import-columns"):
        assert ada.post(reverse(name, args=[run.uuid])).status_code == 302

    run.refresh_from_db()
    assert (run.state, Account.objects.count()) == (ImportState.DISCARDED, 0)
    assert page(ada, run).status_code == 200


def test_owners_that_differ_are_shown_and_offer_a_plan(cast, ada, staged):
    account = make_account("Acme", team=cast.east, owner=cast.olga, source="CRM")

    run = staged(("a.csv", "Account,Account owner\nAcme,Ivan Ilic\n"))

    (differs,) = page(ada, run).context["report"]["owners_differ"]
    assert (differs["ours"], differs["theirs"], differs["account_uuid"]) == (
        "Olga Ortiz",
        "Ivan Ilic",
        str(account.uuid),
    )


@pytest.mark.parametrize("name", ["olga", "vera", "sam"])
def test_only_administrators_import(sign_in, staged, name):
    run = staged(("a.csv", "Account\nAcme\n"))
    client = sign_in(name)

    assert client.get(reverse("imports")).status_code == 403
    assert client.get(reverse("import-new")).status_code == 403
    for address in ("import", "import-columns", "import-bad-cells"):
        assert client.get(reverse(address, args=[run.uuid])).status_code in (403, 404)
    for address in ("import-commit", "import-discard", "import-countries"):
        assert client.post(reverse(address, args=[run.uuid])).status_code in (403, 404)


def test_changes_are_made_by_post_only(ada, staged):
    run = staged(("a.csv", "Account\nAcme\n"))

    for name in ("import-commit", "import-discard", "import-countries"):
        assert page(ada, run, name).status_code == 405


def test_the_list_costs_the_same_for_one_import_and_for_many(ada, staged, django_assert_num_queries):
    staged(("a.csv", "Account\nAcme\n"))
    with django_assert_num_queries(6):
        ada.get(reverse("imports"))
    for _number in range(3):
        staged(("a.csv", "Account\nAcme\n"))

    with django_assert_num_queries(6):
        ada.get(reverse("imports"))

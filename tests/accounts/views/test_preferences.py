"""What a person chooses for themselves."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Person


def form_of(client) -> dict[str, object]:
    form = client.get(reverse("preferences")).context["form"]
    return {name: "" if (value := form[name].value()) is None else value for name in form.fields}


@pytest.mark.parametrize("name", ["olga", "vera", "sam", "ada"])
def test_everybody_changes_their_own(cast, sign_in, name):
    client = sign_in(name)

    response = client.post(
        reverse("preferences"),
        {
            **form_of(client),
            "name": "Another Name",
            "tz": "Asia/Tokyo",
            "away_from_on": "2027-03-01",
            "away_until_on": "2027-03-05",
            "substitute": cast.bea.pk,
        },
    )

    person = Person.objects.get(pk=getattr(cast, name).pk)
    assert response.status_code == 302
    assert (person.name, person.tz, person.substitute) == ("Another Name", "Asia/Tokyo", cast.bea)
    assert person.history.latest().history_user == person


def test_what_is_not_ones_own_is_not_taken_from_the_form(cast, sign_in):
    client = sign_in("olga")

    client.post(
        reverse("preferences"),
        {
            **form_of(client),
            "email": "x@example.com",
            "title": "King",
            "team": cast.west.uuid,
            "role": "administrator",
        },
    )

    person = Person.objects.get(pk=cast.olga.pk)
    assert (person.email, person.title, person.team) == ("olga.ortiz@example.com", "", cast.east)
    assert person.user.role == "account_manager"


def test_the_page_speaks_the_chosen_language_at_once(cast, sign_in):
    client = sign_in("olga")

    client.post(reverse("preferences"), {**form_of(client), "language": "de"})

    assert 'lang="de"' in client.get(reverse("preferences")).content.decode()


def test_a_refusal_is_said_at_its_field(cast, sign_in):
    client = sign_in("olga")

    response = client.post(reverse("preferences"), {**form_of(client), "substitute": cast.olga.pk})

    assert response.context["form"].errors == {"substitute": ["Nobody can stand in for themselves."]}


def test_two_windows_do_not_overwrite_each_other(cast, sign_in):
    client = sign_in("olga")
    typed = form_of(client)
    client.post(reverse("preferences"), {**typed, "phone": "1"})

    response = client.post(reverse("preferences"), {**typed, "phone": "2"})

    assert response.status_code == 409
    assert ("Phone", "1", "2") in response.context["yours"]


def test_the_way_to_password_second_factor_and_sessions_is_there(cast, sign_in):
    page = sign_in("olga").get(reverse("preferences")).content.decode()

    for name in ("account_change_password", "mfa_index", "usersessions_list"):
        assert reverse(name) in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            {"away_from_on": "2030-12-01", "away_until_on": "2030-12-04", "substitute": "bea"},
            "From 1 Dec 2030 until 4 Dec 2030, Bea Brandt gets what is due from you.",
        ),
        (
            {"away_from_on": "2030-12-01", "substitute": "ivan"},
            "From 1 Dec 2030 on, Ivan Ilic gets what is due from you. "
            "Ivan Ilic is on leave then as well: for that time it goes to whoever stands in for them.",
        ),
        (
            {"away_from_on": "2030-12-01"},
            "From 1 Dec 2030 on, your leader Vera Voss gets what is due from you.",
        ),
        ({"away_from_on": "2030-12-04", "away_until_on": "2030-12-01", "substitute": "bea"}, ""),
        ({"away_from_on": "2020-12-01", "away_until_on": "2020-12-04", "substitute": "bea"}, ""),
        ({"substitute": "bea"}, ""),
        ({"away_from_on": "never"}, ""),
    ],
)
def test_before_saving_a_leave_one_reads_what_it_does(cast, sign_in, typed, said):
    Person.objects.filter(pk=cast.ivan.pk).update(away_from_on=date(2030, 11, 1))
    asked = {**typed, "substitute": getattr(cast, typed["substitute"]).pk} if "substitute" in typed else typed

    html = sign_in("olga").get(reverse("leave"), asked).content.decode()

    assert said in html
    assert bool(said) == ("note" in html)


def test_the_leave_that_stands_is_told_too(cast, sign_in):
    Person.objects.filter(pk=cast.vera.pk).update(away_from_on=date(2030, 11, 1))

    html = sign_in("vera").get(reverse("preferences")).content.decode()

    assert "From 1 Nov 2030 on, what is due from you stays with you: nobody stands in." in html

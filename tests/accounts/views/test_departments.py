from accounts.models import Department
from tests.factories import NOW


def add(client, name, person):
    return client.post("/settings/departments/add/", {"name": name, "person": person.pk}, follow=True)


def test_an_administrator_names_the_departments(cast, sign_in):
    html = sign_in("ada").get("/settings/").content.decode()
    assert "No department yet" in html

    html = add(sign_in("ada"), "Accounting", cast.sam).content.decode()

    assert "Accounting" in html
    assert Department.objects.get().person == cast.sam


def test_two_departments_cannot_have_one_name(cast, sign_in):
    add(sign_in("ada"), "Accounting", cast.sam)

    html = add(sign_in("ada"), "accounting", cast.bea).content.decode()

    assert "There is a department of this name already." in html
    assert Department.objects.count() == 1


def test_a_removed_department_can_be_brought_back(cast, sign_in):
    client = sign_in("ada")
    add(client, "Accounting", cast.sam)
    department = Department.objects.get()

    html = client.post(
        f"/settings/departments/{department.uuid}/archive/", {"version": 1}, follow=True
    ).content.decode()
    assert f"/settings/departments/{department.uuid}/unarchive/" in html
    assert not Department.objects.live().exists()

    client.post(f"/settings/departments/{department.uuid}/unarchive/")
    assert Department.objects.live().exists()


def test_a_name_taken_meanwhile_keeps_a_department_away(cast, sign_in):
    client = sign_in("ada")
    Department.objects.create(name="Accounting", person=cast.sam, archived_at=NOW)
    gone = Department.objects.get()
    add(client, "Accounting", cast.bea)

    html = client.post(f"/settings/departments/{gone.uuid}/unarchive/", follow=True).content.decode()

    assert "There is a department of this name already." in html
    assert Department.objects.live().count() == 1


def test_somebody_faster_loses_nobodys_text(cast, sign_in):
    client = sign_in("ada")
    add(client, "Accounting", cast.sam)
    department = Department.objects.get()
    typed = {"name": "Billing", "person": cast.sam.pk, "version": 1}
    client.post(f"/settings/departments/{department.uuid}/edit/", typed)

    answer = client.post(f"/settings/departments/{department.uuid}/edit/", {**typed, "name": "Bookkeeping"})

    assert answer.status_code == 409
    assert "Bookkeeping" in answer.content.decode()


def test_departments_are_administrators_business(cast, sign_in):
    assert sign_in("vera").get("/settings/departments/add/").status_code == 403

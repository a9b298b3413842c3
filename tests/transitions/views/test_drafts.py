import pytest

from tests.factories import publish
from transitions.models import PlaybookDraft, PlaybookVersion
from transitions.rules.playbooks import SHIPPED, TIERS, loads
from transitions.rules.playbooks.editing import part, parts, stage_of


@pytest.fixture
def ada(sign_in):
    return sign_in("ada")


@pytest.fixture
def draft(ada):
    publish("soft-standard")
    ada.post("/playbooks/soft-standard/1/draft/")
    return PlaybookDraft.objects.get()


def book():
    return loads(PlaybookDraft.objects.get().content)


def typed(form) -> dict:
    """What a browser sends of a form that nobody touched."""
    data = {}
    for field in form:
        value = field.value()
        if value is not None and value is not False and value != "":
            data[field.html_name] = "on" if value is True else value
    return data


def test_only_administrators_change_playbooks(cast, draft, sign_in):
    for name in ("olga", "vera", "sam", "walt"):
        client = sign_in(name)
        assert client.get(f"/playbooks/drafts/{draft.uuid}/").status_code == 404
        assert client.post("/playbooks/soft-standard/1/draft/").status_code == 403
        html = client.get("/playbooks/soft-standard/1/").content.decode()
        assert "/draft/" not in html
        assert "Drafts" not in client.get("/playbooks/").content.decode()


def test_the_draft_is_found_on_the_list_and_its_page_says_that_it_may_be_published(ada, draft):
    assert f"/playbooks/drafts/{draft.uuid}/" in ada.get("/playbooks/").content.decode()

    html = ada.get(f"/playbooks/drafts/{draft.uuid}/").content.decode()

    assert "No problems: this draft can be published." in html
    assert "\u221210 / \u22127 / \u22125 days from: Announcement" in html


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda one: one.key)
def test_saving_a_part_untouched_changes_nothing(ada, shipped):
    publish(shipped.key)
    ada.post(f"/playbooks/{shipped.key}/1/draft/")
    draft = PlaybookDraft.objects.get()
    kinds = ("anchor", "stage", "fade", "gate", "step")
    # One of each shape is enough: every gate check, every kind of step.
    seen = set()
    for kind in kinds:
        for one in parts(shipped, kind):
            shape = (
                kind,
                getattr(one, "check", ""),
                getattr(one, "kind", ""),
                bool(getattr(one, "every", 0)),
            )
            if shape in seen:
                continue
            seen.add(shape)
            address = f"/playbooks/drafts/{draft.uuid}/{kind}/{one.key}/"
            answer = ada.post(address, typed(ada.get(address).context["form"]))
            assert answer.status_code == 302, (kind, one.key, answer.context["form"].errors)

    assert book() == shipped


def test_an_offset_is_changed_for_each_tier(ada, draft):
    address = f"/playbooks/drafts/{draft.uuid}/step/baseline/"
    data = typed(ada.get(address).context["form"]) | {"offset_strategic": -9, "owner": "lead"}

    answer = ada.post(address, data)

    assert answer.url == f"/playbooks/drafts/{draft.uuid}/#step-baseline"
    step = part(book(), "step", "baseline")
    assert (step.owner, step.offset["strategic"], step.offset["small"]) == ("lead", -9, -3)


def new_step(**fields):
    numbers = {f"{name}_{tier}": 0 for name in ("offset", "every", "window") for tier in TIERS}
    return {
        "title": "Send a book",
        "stage": "settle",
        "owner": "outgoing",
        "base": "cutover",
        "kind": "task",
        **numbers,
        **{f"times_{tier}": 1 for tier in TIERS},
        **fields,
    }


@pytest.mark.parametrize(("typed", "kept"), [("", None), ("yes", True), ("no", False)])
def test_whether_a_link_in_the_digest_is_enough_is_typed_with_the_step(ada, draft, typed, kept):
    root = f"/playbooks/drafts/{draft.uuid}"

    ada.post(f"{root}/add/step/settle/", new_step(version=1, by_link=typed))

    assert part(book(), "step", "send-a-book").by_link is kept
    shown = ada.get(f"{root}/step/send-a-book/").context["form"]
    assert shown["by_link"].value() == typed


def test_a_step_that_is_told_cannot_be_finished_by_a_link(ada, draft):
    ada.post(
        f"/playbooks/drafts/{draft.uuid}/add/step/settle/",
        new_step(version=1, kind="check-in", by_link="yes"),
    )

    assert any("the link in a mail cannot be" in str(problem) for problem in book().problems())


def test_a_step_and_a_gate_are_added_moved_and_removed(ada, draft):
    root = f"/playbooks/drafts/{draft.uuid}"

    ada.post(f"{root}/add/step/settle/", new_step(version=1))
    assert stage_of(book(), "step", "send-a-book") == "settle"

    gate = {"version": 2, "label": "The book is sent", "stage": "close", "check": "done"}
    ada.post(f"{root}/add/gate/close/", gate | {"steps": ["send-a-book"], "roles": ["sponsor"]})
    made = part(book(), "gate", "the-book-is-sent")
    assert (made.check, made.args, made.waivable) == ("done", {"steps": ("send-a-book",)}, False)
    assert book().problems() == []

    ada.post(f"{root}/gate/the-book-is-sent/move/", {"version": 3, "to": "up"})
    assert [one.key for one in book().stage("close").gates] == ["reviewed", "the-book-is-sent", "decided"]

    ada.post(f"{root}/step/send-a-book/remove/", {"version": 4})
    html = ada.get(f"{root}/").content.decode()
    assert html.count("The gate the-book-is-sent names the unknown send-a-book.") == 2  # above, and beside it
    assert 'class="wrong"' in html

    ada.post(f"{root}/gate/the-book-is-sent/remove/", {"version": 5})
    assert book() == loads(draft.content)


@pytest.mark.parametrize(
    ("check", "fields", "wrong"),
    [
        ("done", {}, "steps"),
        ("named", {}, "roles"),
        ("words", {}, "words"),
        ("reached", {}, "anchor"),
        ("notice", {"at_least_strategic": 3}, "at_least_standard"),
        ("stars", {}, "check"),
    ],
)
def test_a_gate_asks_for_what_its_check_needs(ada, draft, check, fields, wrong):
    data = {"version": 1, "label": "Something", "stage": "close", "check": check, **fields}

    answer = ada.post(f"/playbooks/drafts/{draft.uuid}/add/gate/close/", data)

    assert wrong in answer.context["form"].errors


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": ""}, "title"),
        ({"title": "a\u202eb"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"owner": "king"}, "owner"),
        ({"base": "moon"}, "base"),
        ({"stage": "close"}, "stage"),
        ({"offset_small": 9999}, "offset_small"),
        ({"times_small": -1}, "times_small"),
        ({"tiers": ["huge"]}, "tiers"),
    ],
)
def test_a_step_that_cannot_be_typed_is_refused_at_its_field(ada, draft, fields, wrong):
    data = new_step(version=1, **fields)

    answer = ada.post(f"/playbooks/drafts/{draft.uuid}/add/step/settle/", data)

    assert wrong in answer.context["form"].errors
    assert book() == loads(draft.content)


def test_who_was_slower_keeps_what_was_typed(ada, draft):
    ada.post(f"/playbooks/drafts/{draft.uuid}/add/step/settle/", new_step(version=1))

    answer = ada.post(
        f"/playbooks/drafts/{draft.uuid}/add/step/settle/", new_step(version=1, title="A second book")
    )

    assert answer.status_code == 409
    assert "A second book" in answer.content.decode()


def test_a_copy_gets_a_key_of_its_own(ada, draft):
    taken = ada.post("/playbooks/soft-standard/1/copy/", {"name": "Ours", "key": "soft-standard"})
    made = ada.post("/playbooks/soft-standard/1/copy/", {"name": "Ours", "key": "Ours"})

    assert taken.context["form"].errors["key"]
    assert made.url == f"/playbooks/drafts/{PlaybookDraft.objects.get(key='ours').uuid}/"


def test_publishing_shows_the_differences_first(ada, draft):
    root = f"/playbooks/drafts/{draft.uuid}"
    assert "Nothing differs" in ada.get(f"{root}/publish/").content.decode()
    ada.post(f"{root}/name/", {"version": 1, "name": "Our soft way"})
    ada.post(f"{root}/add/step/settle/", new_step(version=2))

    html = ada.get(f"{root}/publish/").content.decode()
    assert "Send a book" in html
    assert "Our soft way" in html
    answer = ada.post(f"{root}/publish/", {"version": 3})

    assert answer.url == "/playbooks/soft-standard/2/"
    assert PlaybookVersion.objects.filter(key="soft-standard").count() == 2
    assert not PlaybookDraft.objects.exists()


def test_a_draft_with_problems_offers_no_publishing_and_refuses_it(ada, draft):
    root = f"/playbooks/drafts/{draft.uuid}"
    ada.post(f"{root}/step/intro-meeting/remove/", {"version": 1})

    html = ada.get(f"{root}/publish/").content.decode()
    ada.post(f"{root}/publish/", {"version": 2})

    assert "These problems must go first:" in html
    assert ">Publish</button>" not in html
    assert PlaybookVersion.objects.count() == 1


def test_a_draft_is_thrown_away(ada, draft):
    ada.post(f"/playbooks/drafts/{draft.uuid}/discard/", {"version": 1})

    assert not PlaybookDraft.objects.exists()


@pytest.mark.parametrize("address", ["step/moon/", "moon/story/", "add/stage/settle/", "add/step/moon/"])
def test_parts_that_are_not_there_are_not_found(ada, draft, address):
    assert ada.get(f"/playbooks/drafts/{draft.uuid}/{address}").status_code == 404


def test_the_page_of_a_draft_costs_the_same_however_long_it_is(ada, draft, django_assert_max_num_queries):
    address = f"/playbooks/drafts/{draft.uuid}/"
    ada.get(address)

    with django_assert_max_num_queries(5):
        ada.get(address)

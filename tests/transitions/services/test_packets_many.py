"""Packets of many plans in one run: shared, watched, cancelled, and mended where some failed."""

import zipfile
from io import BytesIO

import pytest

from accounts.models import Job, JobState
from accounts.services import jobs
from accounts.tasks import run_jobs
from tests.factories import NOW, make_account
from tests.packets import make_plan
from transitions.models import Packet
from transitions.rendering.pdf import Pdf, RenderFailed
from transitions.services import packets
from transitions.services.packets import making, many
from transitions.services.plans import PlanRefused


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def plans(cast):
    return [
        make_plan(cast, make_account(f"Client {letter}", team=cast.east, owner=cast.olga))
        for letter in "ABCDE"
    ]


@pytest.fixture
def printer(monkeypatch):
    """Draws at once; fails for whatever names one of `broken`. What it drew is kept."""

    class Printer:
        def __init__(self):
            self.broken, self.drawn = set(), []

        def __call__(self, html, *, logo=b""):
            for name in self.broken:
                if name in html:
                    raise RenderFailed("memory")
            self.drawn.append(html)
            return Pdf(b"%PDF-1.7 " + str(len(self.drawn)).encode(), "0" * 64, 1)

    printer = Printer()
    monkeypatch.setattr(making, "render_pdf", printer)
    return printer


def ask(plans, by, edition="internal"):
    return packets.request_run(plans=plans, edition=edition, language="en", by=by, now=NOW)


def hide(plan, cast):
    """Make the plan confidential again, with Olga as its only reader."""
    plan.released_at, plan.created_by = None, cast.olga
    plan.save()
    plan.readers.all().delete()


def test_one_run_makes_all_of_them_and_counts(plans, cast, printer):
    job = ask(plans, cast.vera)

    run_jobs()

    job.refresh_from_db()
    made, failed = packets.outcome(job)
    assert (job.state, job.done, job.total) == (JobState.DONE, 5, 5)
    assert (len(made), failed, Packet.objects.count()) == (5, [], 5)


def test_the_same_request_is_one_run_whatever_the_order(plans, cast, printer):
    assert ask(plans, cast.vera) == ask(plans[::-1], cast.vera)
    assert ask(plans[:4], cast.vera) != ask(plans, cast.vera)
    assert ask(plans, cast.vera, "client") != ask(plans, cast.vera)


def test_what_is_stored_is_not_drawn_again(plans, cast, printer):
    ask(plans, cast.vera)
    run_jobs()
    ask(plans, cast.vera)
    run_jobs()

    assert (len(printer.drawn), Packet.objects.count()) == (5, 5)


def test_one_that_fails_stops_no_other_and_is_made_when_asked_again(plans, cast, printer):
    printer.broken = {"Client C"}
    job = ask(plans, cast.vera)
    run_jobs()
    job.refresh_from_db()
    made, failed = packets.outcome(job)
    assert (len(made), [one["account"] for one in failed]) == (4, ["Client C"])
    assert "too much memory" in failed[0]["reason"]

    printer.broken = set()
    again = ask(plans, cast.vera)
    run_jobs()

    again.refresh_from_db()
    assert len(packets.outcome(again)[0]) == 5
    assert len(printer.drawn) == 5  # the four were found


def test_a_plan_out_of_sight_by_then_is_reported_and_not_made(plans, cast, printer):
    job = ask(plans, cast.vera)
    hide(plans[0], cast)

    run_jobs()

    job.refresh_from_db()
    made, failed = packets.outcome(job)
    assert (len(made), [one["plan"] for one in failed]) == (4, [str(plans[0].uuid)])


def test_a_cancelled_run_stops_at_the_next_sign_of_life(plans, cast, printer, monkeypatch):
    job = ask(plans, cast.vera)
    monkeypatch.setattr(many, "CHUNK", 2)
    real = many.make_many

    def then_cancel(**asked):
        found = real(**asked)
        jobs.cancel(job=job, by=cast.vera, now=NOW)
        return found

    monkeypatch.setattr(many, "make_many", then_cancel)

    run_jobs()

    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert Packet.objects.count() == 2


def test_what_failed_because_the_machine_was_busy_is_tried_once_more(plans, cast, printer, monkeypatch):
    real, tries = making.render_pdf, []

    def busy(html, *, logo=b""):
        if "Client D" in html:
            tries.append(html)
            if len(tries) == 1:
                raise RenderFailed("wall")
        return real(html, logo=logo)

    monkeypatch.setattr(making, "render_pdf", busy)
    job = ask(plans, cast.vera)

    run_jobs()

    job.refresh_from_db()
    assert (len(tries), len(packets.outcome(job)[0]), packets.outcome(job)[1]) == (2, 5, [])


@pytest.mark.parametrize(("count", "says"), [(0, "at least one"), (201, "at most 200")])
def test_none_and_too_many_are_refused(cast, plans, count, says):
    with pytest.raises(PlanRefused, match=says):
        ask((plans * 50)[:count], cast.vera)

    assert Job.objects.count() == 0


def test_a_leader_picks_plans_and_fetches_one_file_with_an_index(plans, cast, printer, sign_in):
    vera = sign_in("vera")
    page = vera.get("/plans/").content.decode()
    assert f'value="{plans[0].uuid}" form="many"' in page
    chosen = {"edition": "internal", "plan": [str(plan.uuid) for plan in plans[:3]]}

    run = vera.post("/packets/make/", chosen, follow=True)
    assert "Waiting for its turn" in run.content.decode()
    run_jobs()
    done = vera.get(run.redirect_chain[-1][0]).content.decode()

    assert "3 packets" in done
    answer = vera.get(run.redirect_chain[-1][0] + "packets.zip")
    bundle = zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content)))
    names = bundle.namelist()
    assert len(names) == 4
    index = bundle.read("index.html").decode()
    assert [name for name in names if name != "index.html" and f'href="{name}"' not in index] == []
    assert bundle.testzip() is None


def test_all_that_the_list_shows_can_be_made_at_once(plans, cast, printer, sign_in):
    sign_in("vera").post("/packets/make/", {"edition": "internal", "all": "1", "filters": "q=Client+B"})

    assert Job.objects.get().params["plans"] == [str(plans[1].uuid)]


def test_failures_are_tried_again_from_the_page(plans, cast, printer, sign_in):
    printer.broken = {"Client C"}
    vera = sign_in("vera")
    run = vera.post("/packets/make/", {"edition": "internal", "plan": [str(one.uuid) for one in plans]})
    run_jobs()
    assert "1 could not be made" in vera.get(run.url).content.decode()
    printer.broken = set()

    again = vera.post(run.url + "again/")
    run_jobs()

    assert "5 packets" in vera.get(again.url).content.decode()


def test_a_cancelled_run_leads_to_the_one_that_was_asked_for_in_its_place(plans, cast, printer, sign_in):
    vera = sign_in("vera")
    first = ask(plans, cast.vera)
    jobs.cancel(job=first, by=cast.vera, now=NOW)
    assert "Cancelled" in vera.get(f"/packets/runs/{first.uuid}/").content.decode()
    vera.post(f"/jobs/{first.uuid}/retry/", headers={"HX-Request": "true"})
    run_jobs()

    page = vera.get(f"/packets/runs/{first.uuid}/", follow=True)

    assert "5 packets" in page.content.decode()


def test_a_run_is_its_askers_alone(plans, cast, printer, sign_in):
    job = ask(plans, cast.vera)
    run_jobs()

    for name in ("olga", "stella", "walt"):
        client = sign_in(name)
        assert client.get(f"/packets/runs/{job.uuid}/").status_code == 404
        assert client.get(f"/packets/runs/{job.uuid}/packets.zip").status_code == 404


def test_what_the_asker_sees_no_more_is_not_in_the_file(plans, cast, printer, sign_in):
    job = ask(plans, cast.vera)
    run_jobs()
    for plan in plans:
        hide(plan, cast)

    answer = sign_in("vera").get(f"/packets/runs/{job.uuid}/packets.zip")

    assert zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))).namelist() == ["index.html"]


def test_another_kind_of_job_has_no_such_page(cast, sign_in):
    job = Job.objects.create(kind="recount", key="x", by=cast.vera, created_at=NOW)

    assert sign_in("vera").get(f"/packets/runs/{job.uuid}/").status_code == 404


def test_nobody_but_leaders_picks_many(plans, cast, sign_in):
    olga = sign_in("olga")

    assert olga.post("/packets/make/", {"edition": "internal"}).status_code == 403
    assert 'name="plan"' not in olga.get("/plans/").content.decode()

from accounts.models import Job, JobState
from tests.factories import NOW


def make_job(cast, **fields):
    fields = {"kind": "packet", "key": "packet:1", "by": cast.olga, "created_at": NOW} | fields
    return Job.objects.create(**fields)


def fragment(client, job):
    return client.get(f"/jobs/{job.uuid}/", headers={"HX-Request": "true"})


def test_a_running_job_shows_progress_and_asks_for_itself_again(cast, sign_in):
    job = make_job(cast, state=JobState.RUNNING, done=1, total=3)

    page = fragment(sign_in("olga"), job)

    html = page.content.decode()
    assert 'hx-trigger="every 1s"' in html
    assert '<progress class="meter" max="3" value="1"' in html
    assert "Working: 1 of 3 done." in html
    assert "HX-Refresh" not in page


def test_a_finished_job_asks_no_more_and_has_the_page_shown_anew(cast, sign_in):
    page = fragment(sign_in("olga"), make_job(cast, state=JobState.DONE, result={"url": "/packets/"}))

    assert "hx-trigger" not in page.content.decode()
    assert page["HX-Refresh"] == "true"


def test_a_failed_job_says_why_and_offers_another_try(cast, sign_in):
    page = fragment(sign_in("olga"), make_job(cast, state=JobState.FAILED, reason="Too <long>."))

    html = page.content.decode()
    assert "Too &lt;long&gt;." in html
    assert "Try again" in html
    assert "hx-trigger" not in html


def test_retry_queues_it_anew(cast, sign_in):
    job = make_job(cast, state=JobState.FAILED, reason="Broken")

    answer = sign_in("olga").post(f"/jobs/{job.uuid}/retry/", headers={"HX-Request": "true"})

    assert "Waiting for its turn" in answer.content.decode()
    assert Job.objects.get(state=JobState.QUEUED).key == job.key


def test_cancel_ends_it(cast, sign_in):
    job = make_job(cast)

    answer = sign_in("olga").post(f"/jobs/{job.uuid}/cancel/", headers={"HX-Request": "true"})

    assert "Cancelled" in answer.content.decode()
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_without_script_the_buttons_lead_to_the_jobs_own_page(cast, sign_in):
    job = make_job(cast)

    answer = sign_in("olga").post(f"/jobs/{job.uuid}/cancel/")

    assert answer.url == f"/jobs/{job.uuid}/"


def test_a_job_is_its_askers_alone(cast, sign_in):
    job = make_job(cast)

    for name in ("ivan", "vera", "stella", "ada"):
        client = sign_in(name)
        assert client.get(f"/jobs/{job.uuid}/").status_code == 404
        assert client.post(f"/jobs/{job.uuid}/cancel/").status_code == 404
        assert client.post(f"/jobs/{job.uuid}/retry/").status_code == 404
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_a_get_changes_nothing(cast, sign_in):
    job = make_job(cast)

    assert sign_in("olga").get(f"/jobs/{job.uuid}/cancel/").status_code == 405
    assert sign_in("olga").get(f"/jobs/{job.uuid}/retry/").status_code == 405

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection

from accounts.models import Job, JobState
from accounts.rules.text import Message
from accounts.services import jobs
from tests.factories import NOW, make_person

LATER = NOW + jobs.LEASE + timedelta(seconds=1)


def ask(cast, key="packet:1", **params):
    return jobs.request(kind="packet", key=key, params=params, by=cast.olga, now=NOW)


def run(handler, now=NOW):
    ticks = count()
    return jobs.run_next(
        handlers={"packet": handler}, clock=lambda: now + timedelta(milliseconds=next(ticks))
    )


def test_an_identical_open_request_is_the_same_job(cast):
    assert ask(cast) == ask(cast)
    assert ask(cast, key="packet:2") != ask(cast)


def test_the_same_request_after_the_end_is_a_new_job(cast):
    first = ask(cast)
    run(lambda **_: {})

    assert ask(cast) != first


def test_a_job_runs_once_and_keeps_its_result(cast):
    ask(cast, plan=7)
    seen = []

    job = run(lambda *, job, by, now: seen.append((job.params, by, now)) or {"url": "/x"})

    assert seen[0][:2] == ({"plan": 7}, cast.olga)
    assert (job.state, job.result, job.done, job.total) == (JobState.DONE, {"url": "/x"}, 1, 1)
    assert job.finished_at > NOW
    assert run(lambda **_: pytest.fail("ran twice")) is None


def test_the_oldest_waiting_job_is_claimed_first(cast):
    younger = Job.objects.create(kind="packet", key="b", by=cast.olga, created_at=NOW + timedelta(seconds=5))
    older = ask(cast, key="a")

    assert [jobs.claim(now=NOW), jobs.claim(now=NOW), jobs.claim(now=NOW)] == [older, younger, None]


def test_a_leased_job_is_left_alone_until_its_lease_runs_out(cast):
    job = ask(cast)
    jobs.claim(now=NOW)

    assert jobs.claim(now=NOW + jobs.LEASE - timedelta(seconds=1)) is None
    assert jobs.claim(now=LATER) == job


def test_a_heartbeat_keeps_the_lease_and_shows_progress(cast):
    ask(cast)
    job = jobs.claim(now=NOW)

    jobs.heartbeat(job=job, now=NOW + timedelta(seconds=60), done=2, total=5)

    assert jobs.claim(now=LATER) is None
    job.refresh_from_db()
    assert (job.done, job.total) == (2, 5)


def test_a_worker_whose_lease_ran_out_writes_nothing(cast):
    ask(cast)
    slow = jobs.claim(now=NOW)
    quick = jobs.claim(now=LATER)

    with pytest.raises(jobs.LeaseLost):
        jobs.heartbeat(job=slow, now=LATER)
    with pytest.raises(jobs.LeaseLost):
        jobs.finish(job=slow, result={"by": "slow"}, now=LATER)
    with pytest.raises(jobs.LeaseLost):
        jobs.fail(job=slow, reason=Message("slow"), now=LATER)

    jobs.finish(job=quick, result={"by": "quick"}, now=LATER)
    slow.refresh_from_db()
    assert (slow.state, slow.result, slow.attempts) == (JobState.DONE, {"by": "quick"}, 2)


def test_a_refusal_is_told_to_the_asker_in_their_language(cast):
    cast.olga.language = "de"
    cast.olga.save()
    ask(cast)

    def refuse(**_):
        raise jobs.JobFailed(Message("January"))

    job = run(refuse)

    assert (job.state, job.reason) == (JobState.FAILED, "Januar")


def test_a_broken_handler_fails_the_job_and_not_the_worker(cast, caplog):
    ask(cast)
    ask(cast, key="packet:2")

    broken = run(lambda **_: 1 / 0)

    assert (broken.state, broken.reason) == (JobState.FAILED, jobs.BROKEN)
    assert "ZeroDivisionError" in caplog.text
    assert run(lambda **_: {}).state == JobState.DONE


def test_a_job_that_stopped_three_workers_is_given_up(cast):
    job = ask(cast)
    for attempt in range(jobs.MOST_ATTEMPTS):
        assert jobs.claim(now=NOW + attempt * (jobs.LEASE + timedelta(seconds=1))) == job

    assert jobs.claim(now=NOW + timedelta(days=1)) is None
    job.refresh_from_db()
    assert (job.state, job.reason) == (JobState.FAILED, jobs.POISON)


def test_a_cancelled_job_stops_where_its_worker_next_writes(cast):
    job = ask(cast)

    def cancelled_meanwhile(*, job, by, now):
        jobs.cancel(job=Job.objects.get(pk=job.pk), by=by, now=now)
        jobs.heartbeat(job=job, now=now, done=1)
        raise AssertionError("went on")

    assert run(cancelled_meanwhile).state == JobState.CANCELLED
    assert Job.objects.get(pk=job.pk).result == {}


def test_a_finished_job_cannot_be_cancelled(cast):
    job = ask(cast)
    run(lambda **_: {"url": "/x"})

    assert jobs.cancel(job=job, by=cast.olga, now=NOW).state == JobState.DONE


def test_retry_asks_again_and_leaves_the_old_row(cast):
    failed = ask(cast, plan=7)
    run(lambda **_: 1 / 0)
    failed.refresh_from_db()

    again = jobs.retry(job=failed, by=cast.olga, now=NOW)

    assert again != failed
    assert (again.state, again.params, again.key) == (JobState.QUEUED, {"plan": 7}, failed.key)
    assert jobs.retry(job=failed, by=cast.olga, now=NOW) == again


def test_retry_of_what_is_not_over_changes_nothing(cast):
    job = ask(cast)

    assert jobs.retry(job=job, by=cast.olga, now=NOW) == job
    assert Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time: nothing to race")
def test_workers_who_claim_at_once_get_each_another_job():
    olga = make_person("Olga Ortiz")
    for number in range(20):
        jobs.request(kind="packet", key=str(number), params={}, by=olga, now=NOW)

    def claim_all(_worker):
        claimed = []
        while job := jobs.claim(now=NOW):
            claimed.append(job.pk)
        connection.close()
        return claimed

    with ThreadPoolExecutor(4) as workers:
        claimed = [pk for pks in workers.map(claim_all, range(4)) for pk in pks]

    assert len(claimed) == len(set(claimed)) == 20

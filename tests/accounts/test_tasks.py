import pytest

from accounts import tasks
from accounts.models import Job, JobState
from tests.factories import NOW

RUN_TWICE = ["accounts.run_jobs"]


def add(*, job, by, now):
    return {"sum": sum(job.params["numbers"])}


@pytest.fixture
def handlers(settings):
    settings.JOB_HANDLERS = {"add": f"{__name__}.add"}


def test_run_jobs_does_all_that_waits_and_twice_is_the_same_as_once(cast, handlers):
    for number in range(3):
        Job.objects.create(
            kind="add", key=str(number), params={"numbers": [number, 1]}, by=cast.olga, created_at=NOW
        )

    tasks.run_jobs()
    tasks.run_jobs(unknown_to_this_version=True)

    rows = Job.objects.order_by("pk").values_list("state", "result", "attempts")
    assert list(rows) == [(JobState.DONE, {"sum": number + 1}, 1) for number in range(3)]


def test_a_missing_broker_fails_no_request(monkeypatch, caplog):
    def refuse(**_):
        raise OSError("no broker")

    monkeypatch.setattr(tasks.run_jobs, "apply_async", refuse)

    tasks.wake_jobs()

    assert "wait for the next tick" in caplog.text

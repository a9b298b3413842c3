import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.models import Commitment, Delivery, Person
from tests.factories import TODAY, make_account

ROOT = Path(__file__).resolve().parents[3]


def tick(*arguments: str) -> str:
    said = StringIO()
    call_command("tick", *arguments, stdout=said)
    return said.getvalue()


def test_a_tick_at_a_moment_writes_and_sends_what_is_due_then(cast):
    Person.objects.update(tz="UTC")
    account = make_account("Acme", team=cast.east)
    Commitment.objects.create(
        account=account, owner=cast.olga, text="Send the report", made_on=TODAY, due_on=TODAY
    )

    early = tick("--at", "2027-03-02T07:59:00Z")
    on_time = tick("--at", "2027-03-02T10:00:00+02:00")
    again = tick("--at", "2027-03-02T08:01:00Z")

    assert "plan-digests: nothing to report\nsend-deliveries: nothing to report\n" in early
    assert "plan-digests: digests 1\nsend-deliveries: sent 1\n" in on_time
    assert "plan-digests: nothing to report\nsend-deliveries: nothing to report\n" in again
    assert [message.to for message in mail.outbox] == [["olga.ortiz@example.com"]]
    assert Delivery.objects.get().state == "sent"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--at", "tomorrow"], "--at is no instant: tomorrow"),
        (["--at", "2027-03-02T08:00:00"], "needs an offset"),
        (["--at", "2027-03-02T08:00:00Z", "--every", "5"], "--every goes with the clock"),
        (["--every", "-1"], "1 to 3600"),
    ],
)
def test_a_moment_that_makes_no_sense_is_refused_in_words(arguments, said):
    with pytest.raises(CommandError, match=said):
        tick(*arguments)


@pytest.mark.slow
def test_with_every_it_goes_on_until_it_is_asked_to_stop(tmp_path):
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/tick.sqlite3", "VAR_DIR": str(tmp_path)}
    manage = [sys.executable, "manage.py"]
    subprocess.run(
        [*manage, "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env=env,
        check=True,
        capture_output=True,
        timeout=120,
    )
    running = subprocess.Popen(
        [*manage, "tick", "--every", "1"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        lines = [running.stdout.readline() for _ in range(8)]
        began = time.monotonic()
        running.send_signal(signal.SIGTERM)
        code = running.wait(15)
    finally:
        running.kill()

    assert sum(line.startswith("send-deliveries") for line in lines) >= 2
    assert sum(line.startswith("purge") for line in lines) == 1
    assert (code, time.monotonic() - began < 10) == (0, True)

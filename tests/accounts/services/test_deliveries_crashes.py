"""F1 and F2: real senders, killed. The long form is `python -m tests.drills.outbox_kills --kills 1000`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drills.outbox_points import POINTS, POLICIES

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.django_db  # the drills make databases of their own, of the kind that is tested
SENT_ONCE = {"state": "sent", "arrived": 1, "retransmissions": 0, "crashes": 1, "same_bytes": True}
EXPECTED = {
    **{(policy, point): SENT_ONCE for policy in POLICIES for point in POINTS},
    **{
        (policy, point): SENT_ONCE | {"crashes": 0}
        for policy in POLICIES
        for point in ("after queueing", "after the commit")
    },
    # Nothing was accepted, and nobody can know.
    ("resend", "before the last line"): SENT_ONCE | {"retransmissions": 1},
    ("hold", "before the last line"): SENT_ONCE | {"state": "unsure", "arrived": 0},
    # Accepted, and the row does not say so.
    ("resend", "before the commit"): SENT_ONCE | {"retransmissions": 1, "arrived": 2},
    ("hold", "before the commit"): SENT_ONCE | {"state": "unsure"},
}


def drill(name: str, *arguments: str) -> dict:
    command = [sys.executable, "-m", f"tests.drills.{name}", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=300)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def points() -> dict:
    return drill("outbox_points")


@pytest.mark.parametrize(("policy", "point"), EXPECTED)
def test_killed_at_this_step_the_message_ends_as_promised(points, policy, point):
    assert points[policy][point] == EXPECTED[policy, point]


@pytest.mark.slow
def test_sixty_kills_lose_nothing_and_double_nothing_uncounted():
    report = drill("outbox_kills", "--kills", "60")

    told = {name: report[name] for name in ("lost", "strangers", "changed", "uncounted")}
    assert told == {"lost": 0, "strangers": 0, "changed": 0, "uncounted": 0}
    assert report["retransmissions"] <= report["kills"]
    assert report["queued"] >= 180


@pytest.mark.slow
def test_marking_before_sending_loses_messages_so_the_drill_would_notice():
    assert drill("outbox_kills", "--kills", "20", "--control")["lost"] > 0


@pytest.mark.slow
def test_eight_senders_at_once_send_each_message_once():
    report = drill("outbox_kills", "--kills", "0", "--senders", "8")

    assert report["states"] == {"sent": report["queued"]}
    assert (report["lost"], report["retransmissions"], report["retransmissions_counted"]) == (0, 0, 0)

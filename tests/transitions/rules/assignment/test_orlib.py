"""Files of the OR-Library: read as they are, and solved to what is known."""

import csv
import json
import subprocess
import sys

import pytest

from tests.environment import OUTSIDE_DATA
from transitions.rules.assignment import assign
from transitions.rules.assignment.orlib import BadFile, parse

ONE = " 2 3\n 1 2 3\n 4 5 6\n 1 1 1\n 2 2 2\n 2 4\n"
DATA = OUTSIDE_DATA / "gap"


def known():
    if not DATA.is_dir():
        return {}
    with (DATA / "known.csv").open() as lines:
        return {line["instance"]: float(line["optimum"]) for line in csv.DictReader(lines)}


def test_a_file_holds_one_instance_or_says_how_many():
    (one,) = parse(ONE)
    assert one.cost.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert one.load.tolist() == [[1, 1, 1], [2, 2, 2]]
    assert one.capacity.tolist() == [2, 4]
    assert len(parse(f"2\n{ONE}{ONE}")) == 2


@pytest.mark.parametrize("text", ["", "2 3 x", "2 3 1 1", f"1 {ONE} 7", f"3 {ONE}{ONE}", "0 5", "nan 2"])
def test_what_is_no_such_file_is_refused(text):
    with pytest.raises(BadFile):
        parse(text)


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "transitions.rules.assignment", *arguments], capture_output=True, text=True
    )


def test_the_command_answers_in_json(tmp_path):
    file = tmp_path / "two.txt"
    file.write_text(f"2\n{ONE}{ONE}")
    ran = command(str(file), "--format", "orlib", "--time-limit", "10", "--json", "--index", "2")
    answer = json.loads(ran.stdout)
    assert ran.returncode == 0
    assert (answer["index"], answer["status"], answer["value"], answer["bound"]) == (2, "optimal", 9, 9)
    assert sorted(answer["agent_of"]) == [0, 0, 1]


def test_the_command_says_why_it_cannot(tmp_path):
    file = tmp_path / "short.txt"
    file.write_text(ONE.replace("2 4\n", "1 1\n"))
    ran = command(str(file), "--json")
    assert ran.returncode == 1
    assert "lacks capacity for them by 2" in json.loads(ran.stdout)["reasons"][0]
    assert command(str(tmp_path / "none.txt")).returncode == 2


@pytest.mark.slow
@pytest.mark.skipif(not known(), reason=f"the OR-Library's files are not at {DATA}")
@pytest.mark.parametrize("name", ["gap1-0", "gap6-2", "gap12-4", "a10200", "b05100", "c05100"])
def test_known_optima_are_reached_and_proven(name):
    (instance,) = parse((DATA / f"{name}.txt").read_text())
    found = assign(instance.cost, instance.load, instance.capacity, time_limit_s=60, seed=1)
    assert found.value == known()[name]
    assert found.bound <= found.value

"""The process in which HiGHS runs: `python -m transitions.rules.assignment.worker`.

A solver that crashes, hangs or eats memory takes only this process with it. Standard input brings one pickled
task from our own caller, then a line of JSON for each assignment that was found elsewhere; when it ends, so
do we. Standard output gives one line of JSON for each thing found.
"""

import json
import os
import pickle
import signal
import sys
import threading
from typing import Any, BinaryIO

import numpy as np

from transitions.rules.assignment.bound import Bound
from transitions.rules.assignment.highs import Model, clock, limit_memory, quiet, run
from transitions.rules.assignment.model import Ints, Problem
from transitions.rules.assignment.polish import polish, ranks

MOST_PAIRS = 60_000  # columns HiGHS gets at once; beyond, only the cheapest pairs of each unit
NEAR = 8


class Worker:
    def __init__(self, task: dict[str, Any], source: BinaryIO, answers: int):
        self.problem: Problem = task["problem"]
        self.bound: Bound = task["bound"]
        self.start: Ints | None = task["start"]
        self.seed: int = task["seed"]
        self.until = clock() + task["seconds"]
        self.answers = answers
        self.given: Ints | None = None
        self.raised = -np.inf
        threading.Thread(target=self.listen, args=(source,), daemon=True).start()

    def listen(self, source: BinaryIO) -> None:
        for line in source:
            self.given = np.array(json.loads(line), dtype=np.int64)
        os._exit(0)

    def handed(self) -> Ints | None:
        found, self.given = self.given, None
        return found

    def say(self, **what: Any) -> None:
        os.write(self.answers, (json.dumps(what) + "\n").encode())

    def found(self, agent_of: Ints) -> None:
        self.say(agent_of=agent_of.tolist())

    def rise(self, bound: float) -> None:
        if np.isfinite(bound) and bound > self.raised + 1e-9:
            self.raised = bound
            self.say(bound=bound)

    def exact(self) -> None:
        """The whole question; beyond MOST_PAIRS a part of it, which proves nothing."""
        kept = None
        allowed = int(np.isfinite(self.problem.cost).sum())
        whole = allowed <= MOST_PAIRS
        if not whole:
            kept = ranks(self.bound.reduced(self.problem)) < NEAR
            if self.start is not None:
                kept[self.start, np.arange(self.problem.units)] = True
        outcome = run(
            Model(self.problem, kept=kept),
            seconds=self.until - clock(),
            seed=self.seed,
            start=self.start,
            found=self.found,
            raised=self.rise if whole else None,
            handed=self.handed,
        )
        if outcome.agent_of is not None and (outcome.agent_of >= 0).all():
            self.found(outcome.agent_of)
        if whole and outcome.ended != "infeasible":
            self.rise(outcome.bound)
        if whole and outcome.ended == "infeasible" and self.start is None:
            self.say(left=self.leftover().tolist())
        self.say(ended=outcome.ended if whole else "limit")

    def leftover(self) -> Ints:
        """What stays with nobody when as much load as possible is placed; -1 for those."""
        weight = 1.0 + self.problem.load.mean(0)
        outcome = run(Model(self.problem, elastic=weight), seconds=self.until - clock(), seed=self.seed)
        if outcome.agent_of is None:
            return np.full(self.problem.units, -1, np.int64)
        return outcome.agent_of

    def polish(self) -> None:
        if self.start is None:
            return
        polish(
            self.problem,
            self.bound,
            self.start,
            seed=self.seed,
            until=self.until,
            found=self.found,
            handed=self.handed,
        )
        self.say(ended="limit")


def main() -> None:
    answers = quiet()
    source = sys.stdin.buffer
    task = pickle.load(source)
    limit_memory(task["memory"])
    signal.alarm(int(task["seconds"]) + 15)  # should nobody be left to stop us
    worker = Worker(task, source, answers)
    worker.exact() if task["mode"] == "exact" else worker.polish()
    os._exit(0)  # without waiting for threads


if __name__ == "__main__":
    main()

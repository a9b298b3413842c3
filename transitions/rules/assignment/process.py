"""HiGHS in processes of its own: asked, listened to, and stopped when time is up, whatever they do.

`subprocess` and not `multiprocessing`: a Celery worker's processes may not have children of the latter kind.
Nothing here waits for a child: pipes do not block in either direction.
"""

import json
import os
import pickle
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from transitions.rules.assignment.best import Best
from transitions.rules.assignment.bound import Bound
from transitions.rules.assignment.model import Ints

ROOT = Path(__file__).resolve().parents[3]
CLOSING = 0.15  # seconds kept back for reading the last answers
ALONE = 2.0  # seconds in which the exact search runs by itself: what it proves by then is always the same
MEMORY = 3_000  # megabytes for each process


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: `left` has -1 for what cannot be placed, if that was proven; `failed` if HiGHS died."""

    left: Ints | None = None
    failed: bool = False


def next_of(steps: Iterator[Ints | None]) -> tuple[Ints | None, bool]:
    """The next step's result, and whether there was one."""
    try:
        return next(steps), True
    except StopIteration:
        return None, False


class Child:
    """One process: what is still to be written to it, and what it has said so far."""

    def __init__(self, command: Sequence[str], mode: str):
        self.mode, self.ended, self.spoken = mode, "", b""
        self.to_write = memoryview(b"")
        self.process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.reads, self.writes = self.process.stdout.fileno(), self.process.stdin.fileno()
        os.set_blocking(self.reads, False)
        os.set_blocking(self.writes, False)

    def send(self, words: bytes) -> None:
        self.to_write = memoryview(bytes(self.to_write) + words)
        self.write()

    def write(self) -> None:
        with suppress(BlockingIOError, BrokenPipeError):
            while self.to_write:
                self.to_write = self.to_write[os.write(self.writes, self.to_write) :]

    def read(self) -> list[dict[str, Any]]:
        """What it said since; marks it as ended when it has gone."""
        gone = False
        with suppress(BlockingIOError):
            while not gone:
                words = os.read(self.reads, 1 << 16)
                gone = not words
                self.spoken += words
        *lines, self.spoken = self.spoken.split(b"\n")
        if gone and not self.ended:
            self.ended = "died"
        found = []
        for line in lines:
            with suppress(ValueError):  # half a line from a process that was dying
                found.append(json.loads(line))
        return [said for said in found if isinstance(said, dict)]

    def stop(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=1)


class Solvers:
    """The exact search, joined after a while by one that polishes; each hears what the other finds."""

    def __init__(self, command: Sequence[str], best: Best, *, until: float, seed: int):
        self.command, self.best, self.until, self.seed = command, best, until, seed
        self.selector = selectors.DefaultSelector()
        self.children: list[Child] = []
        self.left: Ints | None = None
        self.spawn("exact")  # its interpreter starts while our own search runs

    def spawn(self, mode: str) -> Child | None:
        try:
            child = Child(self.command, mode)
        except OSError:  # no such command, no memory, no more processes
            return None
        self.children.append(child)
        self.selector.register(child.reads, selectors.EVENT_READ, child)
        return child

    def task(self, child: Child, bound: Bound) -> None:
        child.send(
            pickle.dumps(
                {
                    "mode": child.mode,
                    "problem": self.best.problem,
                    "bound": bound,
                    "start": self.best.agent_of,
                    "seconds": max(0.05, self.until - CLOSING - time.monotonic()),
                    "seed": self.seed,
                    "memory": MEMORY,
                }
            )
        )

    def run(self, bound: Bound, *, done: Callable[[], bool], beside: Iterator[Ints | None]) -> Ended:
        """Listen until it is `done`, proven impossible, or time is up.

        `beside` is work of our own, done a step at a time while the processes work; it gives assignments. For
        the first seconds these are kept back, so that what the exact search finds alone is always the same.
        """
        began = time.monotonic()
        exact = self.children[0] if self.children else None
        if exact is None:
            return Ended(failed=True)
        self.task(exact, bound)
        polishing = False
        kept: Ints | None = None
        while not done() and self.left is None and (left := self.until - time.monotonic()) > 0:
            joined = bool(exact.ended) or time.monotonic() - began > ALONE
            step, busy = next_of(beside)
            kept = kept if step is None else step
            if joined and kept is not None:
                self.share(kept, "search")
                kept = None
            if joined and not polishing and self.best.agent_of is not None and left > 2 * CLOSING:
                polishing = True
                if child := self.spawn("polish"):
                    self.task(child, bound)
            if all(child.ended for child in self.children):
                break
            self.listen(0.0 if busy else min(left, 0.25))
        if kept is not None:
            self.best.take(kept, "search")
        failed = any(child.ended == "died" for child in self.children) and all(
            child.ended for child in self.children
        )
        return Ended(left=self.left, failed=failed or not self.children)

    def listen(self, seconds: float) -> None:
        for child in self.children:
            if child.to_write:
                child.write()
        busy = any(child.to_write for child in self.children)
        for key, _ in self.selector.select(min(seconds, 0.02) if busy else seconds):
            child = key.data
            for said in child.read():
                self.hear(child, said)
            if child.ended:
                self.selector.unregister(child.reads)

    def hear(self, child: Child, said: dict[str, Any]) -> None:
        if "bound" in said:
            self.best.raise_to(float(said["bound"]))
        if "agent_of" in said:
            self.share(np.array(said["agent_of"], dtype=np.int64), child.mode)
        if "left" in said:
            self.left = np.array(said["left"], dtype=np.int64)
        if "ended" in said:
            child.ended = str(said["ended"])
            if child.ended == "optimal":
                self.best.close()

    def share(self, agent_of: Ints, method: str) -> None:
        """Keep an assignment if it is better, and tell those who did not find it."""
        if self.best.take(agent_of, method):
            for other in self.children:
                if other.mode != method and not other.ended and not other.to_write:
                    other.send((json.dumps(agent_of.tolist()) + "\n").encode())

    def stop(self) -> None:
        for child in self.children:
            child.stop()
        self.selector.close()

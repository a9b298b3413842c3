"""The question as a mixed-integer program for HiGHS. Only the worker process imports this module's solver."""

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from transitions.rules.assignment.model import Bools, Floats, Ints, Problem

Found = Callable[[Ints], None]
Raised = Callable[[float], None]
Handed = Callable[[], Ints | None]


class Model:
    """Columns for the allowed pairs (agent, unit), then one for each agent's penalty, then what is left
    over.
    """

    def __init__(self, problem: Problem, *, kept: Bools | None = None, elastic: Floats | None = None):
        allowed = np.isfinite(problem.cost)
        self.problem = problem
        self.agent, self.unit = np.nonzero(allowed if kept is None else allowed & kept)
        order = np.lexsort((self.agent, self.unit))
        self.agent, self.unit = self.agent[order], self.unit[order]
        self.pairs = len(self.agent)
        self.pieces = problem.slopes.shape[1]
        self.penalties = problem.agents if self.pieces else 0
        self.spare = problem.units if elastic is not None else 0
        self.elastic = elastic

    def build(self) -> Any:
        import highspy

        problem, agents, units = self.problem, self.problem.agents, self.problem.units
        sides = len(problem.side_weight)
        columns = self.pairs + self.penalties + self.spare
        cost = np.zeros(columns)
        cost[: self.pairs] = problem.cost[self.agent, self.unit] if not self.spare else 0.0
        cost[self.pairs : self.pairs + self.penalties] = 0.0 if self.spare else 1.0
        if self.elastic is not None:
            cost[self.pairs + self.penalties :] = self.elastic
        load = problem.load[self.agent, self.unit]
        pair = np.arange(self.pairs)
        rows: list[tuple[Any, Any, Any]] = [(self.unit, pair, np.ones(self.pairs))]
        lower, upper = [np.ones(units)], [np.ones(units)]
        rows.append((units + self.agent, pair, load))
        lower.append(np.full(agents, -np.inf))
        upper.append(problem.capacity)
        at = units + agents
        for number in range(sides):
            weight = problem.side_weight[number][self.unit]
            used = np.nonzero(weight)[0]
            rows.append((at + self.agent[used], used, weight[used]))
            lower.append(np.full(agents, -np.inf))
            upper.append(problem.side_most[number])
            at += agents
        for piece in range(self.pieces if not self.spare else 0):
            slope = problem.slopes[:, piece]
            rows.append((at + self.agent, pair, -slope[self.agent] * load))
            rows.append((at + np.arange(agents), self.pairs + np.arange(agents), np.ones(agents)))
            lower.append(problem.heights[:, piece])
            upper.append(np.full(agents, np.inf))
            at += agents
        if self.spare:
            free = self.pairs + self.penalties + np.arange(units)
            rows.append((np.arange(units), free, np.ones(units)))
        row = np.concatenate([one[0] for one in rows])
        column = np.concatenate([one[1] for one in rows])
        value = np.concatenate([one[2] for one in rows])
        order = np.lexsort((row, column))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = columns, at
        lp.col_cost_ = cost
        low = np.zeros(columns)
        low[self.pairs : self.pairs + self.penalties] = -np.inf
        high = np.ones(columns)
        high[self.pairs : self.pairs + self.penalties] = np.inf
        if self.spare and self.penalties:
            low[self.pairs : self.pairs + self.penalties] = high[self.pairs : self.pairs + self.penalties] = (
                0.0
            )
        lp.col_lower_, lp.col_upper_ = low, high
        lp.row_lower_, lp.row_upper_ = np.concatenate(lower), np.concatenate(upper)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.searchsorted(column[order], np.arange(columns + 1))
        lp.a_matrix_.index_ = row[order]
        lp.a_matrix_.value_ = value[order]
        whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        lp.integrality_ = [whole] * self.pairs + [real] * self.penalties + [whole] * self.spare
        return lp

    def columns_of(self, agent_of: Ints) -> Floats:
        """An assignment as values of the columns."""
        found = np.zeros(self.pairs + self.penalties + self.spare)
        found[: self.pairs] = agent_of[self.unit] == self.agent
        if self.penalties:
            found[self.pairs : self.pairs + self.penalties] = self.problem.penalty(
                self.problem.loads(agent_of)
            )
        return found

    def assignment_of(self, columns: Any) -> Ints:
        """Values of the columns as an assignment, -1 where a unit is with nobody."""
        found = np.full(self.problem.units, -1, np.int64)
        values = np.asarray(columns)[: self.pairs]
        on = np.nonzero(values > 0.5)[0]
        found[self.unit[on]] = self.agent[on]
        return found


class Outcome:
    """What a run of HiGHS says: the assignment (or None), the proven bound, how it ended."""

    def __init__(self, agent_of: Ints | None, bound: float, ended: str):
        self.agent_of, self.bound, self.ended = agent_of, bound, ended


def run(
    model: Model,
    *,
    seconds: float,
    seed: int,
    start: Ints | None = None,
    threads: int = 1,
    found: Found | None = None,
    raised: Raised | None = None,
    handed: Handed | None = None,
) -> Outcome:
    """Solve with HiGHS on `threads` threads (0: as it likes). `found` hears of better assignments, `raised`
    of better bounds while it runs.

    `handed` is asked at times for an assignment that came from elsewhere.
    """
    import highspy

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in {
        "output_flag": False,
        "threads": threads,
        "time_limit": max(0.05, seconds),
        "random_seed": seed % 2_000_000_000,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.999 if model.problem.whole else 1e-9,
    }.items():
        solver.setOptionValue(option, value)
    if not model.problem.exact_loads:  # else a load may be over by what HiGHS forgives and we do not
        solver.setOptionValue("primal_feasibility_tolerance", 1e-9)
        solver.setOptionValue("mip_feasibility_tolerance", 1e-9)
    solver.passModel(model.build())
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = model.columns_of(start)
        solver.setSolution(solution)
    if found is not None:
        solver.cbMipImprovingSolution.subscribe(
            lambda event: found(model.assignment_of(event.data_out.mip_solution))
        )
    if raised is not None:
        solver.cbMipLogging.subscribe(lambda event: raised(event.data_out.mip_dual_bound))
    if handed is not None:

        def offer(event: Any) -> None:
            better = handed()
            if better is not None:
                event.data_in.setSolution(model.columns_of(better))

        solver.cbMipUserSolution.subscribe(offer)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    names = highspy.HighsModelStatus
    ended = "limit"
    if status == names.kOptimal:
        ended = "optimal"
    elif status in (names.kInfeasible, names.kUnboundedOrInfeasible):
        return Outcome(None, np.inf, "infeasible")
    has = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = solver.getSolution().col_value if has else None
    agent_of = model.assignment_of(values) if values is not None and len(values) else None
    return Outcome(agent_of, float(info.mip_dual_bound), ended)


def limit_memory(megabytes: int) -> None:
    """Let the process fail rather than the machine."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))


def quiet() -> int:
    """Keep what HiGHS writes to standard output away from our answers. Returns a descriptor."""
    answers = os.dup(1)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    return answers


def clock() -> float:
    return time.monotonic()

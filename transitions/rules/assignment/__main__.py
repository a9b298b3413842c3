"""Solve files of the OR-Library from the command line.

python -m transitions.rules.assignment FILE --format orlib --time-limit 10 --json
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from transitions.rules.assignment import Infeasible, TooLarge, assign
from transitions.rules.assignment.orlib import BadFile, Instance, parse
from transitions.rules.assignment.solve import WORKER


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m transitions.rules.assignment", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--format", choices=["orlib"], default="orlib")
    parser.add_argument("--time-limit", type=float, default=10.0, help="seconds for each instance")
    parser.add_argument("--index", type=int, help="only this instance of the file, counted from 1")
    parser.add_argument(
        "--maximise", action="store_true", help="the costs are gains: look for the highest sum"
    )
    parser.add_argument("--gap-goal", type=float, default=0.0, help="stop at this gap to the bound")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-highs", action="store_true", help="our own search alone")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    try:
        instances = parse(asked.file.read_text())
    except (OSError, UnicodeDecodeError, BadFile) as error:
        print(f"{asked.file}: {error}", file=sys.stderr)
        return 2
    if asked.index is not None and not 1 <= asked.index <= len(instances):
        print(f"{asked.file}: holds {len(instances)} instances", file=sys.stderr)
        return 2
    answers = []
    for number, instance in enumerate(instances, start=1):
        if asked.index in (None, number):
            answers.append({"file": asked.file.name, "index": number} | solved(instance, asked))
            if not asked.json:
                show(answers[-1])
    if asked.json:
        print(json.dumps(answers[0] if len(answers) == 1 else answers))
    return 0 if all(answer["status"] in ("optimal", "feasible") for answer in answers) else 1


def solved(instance: Instance, asked: argparse.Namespace) -> dict[str, object]:
    sign = -1.0 if asked.maximise else 1.0
    size = {"agents": int(instance.cost.shape[0]), "items": int(instance.cost.shape[1])}
    try:
        found = assign(
            sign * instance.cost,
            instance.load,
            instance.capacity,
            time_limit_s=asked.time_limit,
            seed=asked.seed,
            gap_goal=asked.gap_goal,
            worker=None if asked.without_highs else WORKER,
        )
    except Infeasible as error:
        status = "infeasible" if error.proven else "nothing found"
        reasons = [str(reason.message) for reason in error.reasons]
        return size | {"status": status, "reasons": reasons, "seconds": error.seconds}
    except (TooLarge, ValueError) as error:
        return size | {"status": "refused", "reasons": [str(error)]}
    answer = asdict(found) | {"value": sign * found.value, "bound": sign * found.bound}
    return size | {"status": "optimal" if found.proven else "feasible"} | answer


def show(answer: dict[str, object]) -> None:
    said = [
        f"{answer['file']} {answer['index']} ({answer['agents']} x {answer['items']}): {answer['status']}"
    ]
    if "value" in answer:
        said.append(f"value {answer['value']:g}, bound {answer['bound']:.6g}, gap {answer['gap']:.4%}")
        said.append(f"{answer['seconds']:.1f} s, {answer['method']}")
    said.extend(str(reason) for reason in answer.get("reasons", ()))  # type: ignore[attr-defined]
    print("; ".join(said))


if __name__ == "__main__":
    sys.exit(main())

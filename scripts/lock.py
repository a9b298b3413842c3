"""Resolve requirements/*.in anew into the hashed locks that machines install from.

The development lock is resolved first and constrains the other two, so that all three hold the same
versions of what they share: a machine that has run the tests needs nothing more to run the product.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEV = "requirements/dev.txt"
LOCKS = (
    ("requirements/dev.in", DEV),
    ("requirements/local.in", "requirements/local.txt"),
    ("requirements/runtime.in", "requirements.txt"),
)


def main() -> None:
    uv = Path(sys.executable).parent / "uv"
    for source, lock in LOCKS:
        command = [uv, "pip", "compile", "--quiet", "--upgrade", "--generate-hashes", "--no-emit-index-url"]
        command += ["--universal", "--python-version", "3.11", source, "--output-file", lock]
        if lock != DEV:
            command += ["--constraint", DEV]
        print(f"{source} -> {lock}", flush=True)
        subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()

"""Ten times as many random lives of plans as the suite has, longer ones, and others each time."""

import argparse
import os
import subprocess
import sys

TEST = "tests/transitions/services/plans/test_lives.py"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lives", type=int, default=500)
    given = parser.parse_args()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", TEST]
    return subprocess.run(command, env={**os.environ, "LIVES": str(given.lives), "HTTPS": "0"}).returncode


if __name__ == "__main__":
    sys.exit(main())

"""Keep the newer Pythons working: the system check and the tests of rules under each that is installed.

Python 3.11 is what everything else runs on; see pyproject.toml.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEWER = ("3.12", "3.13")


def find(version: str) -> str | None:
    """A Python of this version: pyenv's first, because a shim of it in PATH may refuse to run."""
    kept = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    candidates = [*map(str, reversed(kept)), shutil.which(f"python{version}")]
    for candidate in candidates:
        if (
            candidate
            and subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0
        ):
            return candidate
    return None


def main() -> int:
    worst = 0
    for version in NEWER:
        python = find(version)
        if python is None:
            print(f"Python {version} is not installed here: left out.")
            continue
        folder = ROOT / "var" / "pythons" / version
        inside = folder / "bin" / "python"
        print(f"Python {version}: {python}", flush=True)
        if not inside.exists():
            subprocess.run([python, "-m", "venv", folder], check=True)
        pip = [inside, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run(
            [*pip, "--require-hashes", "--no-deps", "-r", ROOT / "requirements" / "dev.txt"], check=True
        )
        calm = os.environ | {"HTTPS": "0", "ENV_FILE": os.devnull, "VAR_DIR": str(folder / "var")}
        tests = ["tests/accounts/rules", "tests/transitions/rules", "tests/test_settings.py"]
        for command in (["manage.py", "check"], ["-m", "pytest", "-q", *tests]):
            worst = max(worst, subprocess.run([inside, *command], cwd=ROOT, env=calm, check=False).returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())

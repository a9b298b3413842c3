"""Make this machine ready: the virtual environment, hashed packages, system libraries, a secret key.

    python3 scripts/install.py run      what `make run` needs
    python3 scripts/install.py test     the same, with the tools of tests and checks

Standard library only: it runs before anything is installed. What is there already is left alone, so a
second run takes a fraction of a second. As root it installs missing Debian packages; otherwise it
prints the one command to run and stops.
"""

import ctypes
import hashlib
import importlib.util
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
OLDEST = (3, 11)

# What WeasyPrint loads at run time, by the Debian package that brings it.
LIBRARIES = {
    "libpango-1.0-0": "libpango-1.0.so.0",
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": "libharfbuzz-subset.so.0",
}
# A server without any font would render empty boxes.
FONTS = ("fonts-dejavu-core", Path("/usr/share/fonts"))


def main() -> None:
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    if sys.version_info < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        sys.exit(f"Python {wanted} or newer is needed, this is {sys.version.split()[0]}.")
    if missing := missing_libraries():
        require(missing)
    environment()
    packages("dev" if purpose == "test" else "local")
    if purpose == "run":
        folder()
        secret_key()
        local_settings()


def missing_libraries() -> list[str]:
    missing = [package for package, library in LIBRARIES.items() if not loads(library)]
    if not any(FONTS[1].rglob("*.[ot]tf")):
        missing.append(FONTS[0])
    if not (VENV / "bin" / "python").exists() and importlib.util.find_spec("ensurepip") is None:
        missing.append("python3-venv")
    return missing


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def require(wanted: list[str]) -> None:
    """Install Debian packages that nothing works without, or say how and stop."""
    command = f"apt-get install -y --no-install-recommends {' '.join(wanted)}"
    if apt(wanted):
        return
    if shutil.which("apt-get") is None:
        sys.exit(f"These system packages are missing; Debian calls them: {' '.join(wanted)}")
    if os.geteuid() != 0:
        sys.exit(f"System packages are missing. Run this once, then try again:\n\n    sudo {command}\n")
    sys.exit(f"Installing system packages failed. Run this, and see what it says:\n\n    {command}\n")


def apt(wanted: list[str]) -> bool:
    """Install Debian packages when root. Returns whether all of them are there now."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return False
    print(f"Installing system packages: {' '.join(wanted)}", flush=True)
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    calm = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *wanted]
    # A fresh machine has no package lists; one whose lists are old may be told of files that are gone.
    if subprocess.run(install, env=calm, **quiet).returncode == 0:
        return True
    subprocess.run(["apt-get", "update", "-q"], env=calm, **quiet)
    return subprocess.run(install, env=calm, **quiet).returncode == 0


def environment() -> None:
    """A virtual environment at .venv, made anew when its Python has gone."""
    python = VENV / "bin" / "python"
    if python.exists() and subprocess.run([python, "-c", ""], check=False).returncode == 0:
        return
    print(f"Creating the virtual environment {VENV}", flush=True)
    if VENV.is_symlink():
        VENV.unlink()
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def packages(name: str) -> None:
    """Install requirements/NAME.txt unless the very same lock is installed already."""
    lock = ROOT / "requirements" / f"{name}.txt"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / f"installed-{name}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing {lock.relative_to(ROOT)} (the first time this takes a minute or two)", flush=True)
    python = VENV / "bin" / "python"
    if subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode != 0:
        subprocess.run([python, "-m", "ensurepip"], check=True, stdout=subprocess.DEVNULL)
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    done = subprocess.run([*pip, "--require-hashes", "--no-deps", "--prefer-binary", "-r", lock], check=False)
    if done.returncode != 0:
        sys.exit(f"Installing {lock.relative_to(ROOT)} failed; see above.")
    stamp.write_text(wanted)
    if name == "dev":  # which holds the whole of local.txt, in the same versions
        shared = (ROOT / "requirements" / "local.txt").read_bytes()
        (VENV / "installed-local").write_text(hashlib.sha256(shared).hexdigest())


def folder() -> None:
    """The folder of this installation. Clients' words are no business of other users."""
    try:
        VAR.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        sys.exit(f"VAR_DIR={VAR} cannot be made ({error.strerror}). Name a folder that you may write to.")
    if not os.access(VAR, os.W_OK | os.X_OK):
        sys.exit(f"VAR_DIR={VAR} cannot be written to. Name a folder that you may write to.")


def secret_key() -> None:
    """A key of this installation's own, made once. Settings read it when SECRET_KEY is not set."""
    path = VAR / "secret_key"
    if path.exists():
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))


def local_settings() -> None:
    """Settings for a machine of one's own, so that manage.py by hand means the same installation."""
    path = ROOT / ".env"
    if not path.exists():
        path.write_text(
            "# Made by `make run` for trying it out on one machine, without HTTPS.\n"
            "# For real use, start from .env.example; docs/configuration.md explains every line.\n"
            "HTTPS=0\n"
        )


if __name__ == "__main__":
    main()

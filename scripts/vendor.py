"""Copy the browser libraries that pages need out of node_modules, and write their SHA-256 manifest.

    npm ci --ignore-scripts && python3 scripts/vendor.py      copy
    python3 scripts/vendor.py --check                         compare the committed files with the manifest

The copies are committed, so running and installing the product needs no Node.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
ICONS = "static/vendor/bootstrap-icons"
INTER = "static/vendor/inter"
PLEX = "static/vendor/ibm-plex-sans"
MANIFEST = VENDOR / "manifest.json"

# Where from (under node_modules), where to (under the repository). The .map files come along because
# manifest storage refuses a file whose sourceMappingURL leads nowhere.
FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "static/vendor/bootstrap/bootstrap.min.css",
    "bootstrap/dist/css/bootstrap.min.css.map": "static/vendor/bootstrap/bootstrap.min.css.map",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "static/vendor/bootstrap/bootstrap.bundle.min.js",
    "bootstrap/dist/js/bootstrap.bundle.min.js.map": "static/vendor/bootstrap/bootstrap.bundle.min.js.map",
    "bootstrap/LICENSE": "static/vendor/bootstrap/LICENSE",
    "bootstrap-icons/font/bootstrap-icons.min.css": f"{ICONS}/bootstrap-icons.min.css",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff2": f"{ICONS}/fonts/bootstrap-icons.woff2",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff": f"{ICONS}/fonts/bootstrap-icons.woff",
    "bootstrap-icons/LICENSE": f"{ICONS}/LICENSE",
    "echarts/dist/echarts.min.js": "static/vendor/echarts/echarts.min.js",
    "echarts/LICENSE": "static/vendor/echarts/LICENSE",
    "echarts/NOTICE": "static/vendor/echarts/NOTICE",
    "echarts/licenses/LICENSE-d3": "static/vendor/echarts/LICENSE-d3",
    **{
        f"@fontsource-variable/inter/files/inter-{part}-wght-normal.woff2": f"{INTER}/inter-{part}.woff2"
        for part in ("latin", "latin-ext", "greek", "cyrillic")
    },
    "@fontsource-variable/inter/LICENSE": f"{INTER}/LICENSE",
    "tom-select/dist/js/tom-select.base.min.js": "static/vendor/tom-select/tom-select.base.min.js",
    "tom-select/dist/js/tom-select.base.min.js.map": "static/vendor/tom-select/tom-select.base.min.js.map",
    "tom-select/LICENSE": "static/vendor/tom-select/LICENSE",
    # The packet's own typeface: whole files, because the renderer takes one per style.
    **{
        f"@ibm/plex-sans/fonts/complete/woff2/IBMPlexSans-{style}.woff2": f"{PLEX}/IBMPlexSans-{style}.woff2"
        for style in ("Regular", "Italic", "SemiBold")
    },
    "@ibm/plex-sans/LICENSE.txt": f"{PLEX}/LICENSE",
    # What those carry inside them.
    "zrender/LICENSE": "static/vendor/echarts/LICENSE-zrender",
    "@orchidjs/unicode-variants/LICENSE": "static/vendor/tom-select/LICENSE-orchidjs",
    "@popperjs/core/LICENSE.md": "static/vendor/bootstrap/LICENSE-popper",
    # Only tests use axe, so it stays out of what a server hands out.
    "axe-core/axe.min.js": "tests/vendor/axe-core/axe.min.js",
    "axe-core/LICENSE": "tests/vendor/axe-core/LICENSE",
}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def wanted() -> dict[str, str]:
    """Exact version by package, as package.json says."""
    package = json.loads((ROOT / "package.json").read_text())
    return package["dependencies"] | package["devDependencies"]


def copy() -> None:
    for source, target in FILES.items():
        goal = ROOT / target
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / source, goal)
    versions = {
        name: json.loads((MODULES / name / "package.json").read_text())["version"] for name in wanted()
    }
    files = {target: digest(ROOT / target) for target in sorted(FILES.values())}
    MANIFEST.write_text(json.dumps({"packages": versions, "sha256": files}, indent=2) + "\n")
    print(f"{len(files)} files copied from", ", ".join(" ".join(pair) for pair in versions.items()))


def problems() -> list[str]:
    """What differs from the manifest: changed, missing or stray files, versions other than package.json's."""
    manifest = json.loads(MANIFEST.read_text())
    found = []
    for target, expected in manifest["sha256"].items():
        path = ROOT / target
        if not path.exists():
            found.append(f"{target} is missing")
        elif digest(path) != expected:
            found.append(f"{target} differs from the manifest")
    present = {
        str(path.relative_to(ROOT))
        for folder in (VENDOR, ROOT / "tests" / "vendor")
        for path in folder.rglob("*")
        if path.is_file() and path != MANIFEST
    }
    found += [f"{stray} is not in the manifest" for stray in sorted(present - set(manifest["sha256"]))]
    if manifest["packages"] != wanted():
        found.append("package.json names other versions than those copied: run make vendor")
    return found


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        if wrong := problems():
            sys.exit("\n".join(wrong))
        print("Vendored files match their manifest.")
    else:
        copy()

"""The compose file and the image: one door, every part watched, nothing run as root."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from ruamel.yaml import YAML

ROOT = Path(settings.BASE_DIR)
SERVICES = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
LONG_RUNNING = set(SERVICES) - {"prepare"}


def test_the_parts_are_all_there():
    assert set(SERVICES) == {"prepare", "web", "worker", "beat", "postgres", "redis", "mail"}


def test_only_the_web_server_is_reached_from_outside():
    assert {name for name, service in SERVICES.items() if service.get("ports")} == {"web"}


def test_the_web_server_is_reached_from_this_machine_only_unless_told():
    assert SERVICES["web"]["ports"] == ["${PUBLISH:-127.0.0.1:8000}:8000"]


@pytest.mark.parametrize("name", sorted(LONG_RUNNING))
def test_every_part_is_watched(name):
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", ["web", "worker", "beat", "prepare"])
def test_our_own_parts_share_one_image_one_environment_and_no_rights(name):
    service = SERVICES[name]

    assert service["image"] == "throughline"
    assert service["env_file"] == "${ENV_FILE:-.env}"
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True


def test_the_image_does_not_run_as_root():
    users = re.findall(r"^USER (\S+)", DOCKERFILE, flags=re.M)

    assert users
    assert users[-1] not in ("root", "0")


def test_the_image_compiles_its_driver_and_checks_every_hash():
    build, final = DOCKERFILE.split("\nFROM ")[1:]

    assert "--require-hashes" in build
    assert "gcc" in build
    assert "gcc" not in final


def test_no_secret_gets_into_the_image():
    listed = (ROOT / ".dockerignore").read_text().splitlines()

    assert listed[0] == "*"
    assert not {"!.env", "!var", "!tests"} & set(listed)


def test_every_variable_of_the_example_is_documented():
    page = (ROOT / "docs" / "configuration.md").read_text()
    named = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.M)

    assert named
    assert [name for name in named if f"| `{name}` |" not in page] == []

"""Servers for tests are our own, and gone afterwards."""

import socket
from pathlib import Path

import psycopg2
import pytest

from scripts import services


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def port_of(url: str) -> int:
    return int(url.rsplit(":", 1)[1].split("/")[0])


@pytest.mark.slow
@pytest.mark.redis
def test_postgresql_and_redis_come_and_go(tmp_path):
    with services.services() as found:
        ports = [port_of(url) for url in found.values()]
        assert all(map(listens, ports))
        with psycopg2.connect(found["DATABASE_URL"]) as connection:
            cursor = connection.cursor()
            cursor.execute("SHOW data_directory")
            [folder] = cursor.fetchone()
        connection.close()

    assert set(found) == {"DATABASE_URL", "TEST_REDIS_URL"}
    assert not any(map(listens, ports))
    assert not Path(folder).exists()


def test_what_cannot_be_had_is_left_out_with_a_line(monkeypatch, capsys):
    monkeypatch.setattr(services, "program", lambda name: None)
    monkeypatch.setattr(services.shutil, "which", lambda name: None)
    monkeypatch.setattr(services, "apt", lambda packages: False)

    with services.services() as found:
        pass

    said = capsys.readouterr().out
    assert found == {}
    assert "Without PostgreSQL" in said
    assert "Without Redis" in said

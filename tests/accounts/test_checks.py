"""Every misconfiguration has an id and says what to do."""

from pathlib import Path

import pytest

from accounts import checks

GOOD_KEY = "a-key-of-our-own-that-is-long-enough-for-anybody"


@pytest.fixture
def production(settings, tmp_path):
    """Settings of a sound installation; each test spoils one thing."""
    settings.HTTPS = True
    settings.DEBUG = False
    settings.DEMO = False
    settings.SECRET_KEY = GOOD_KEY
    settings.SECRET_KEY_FALLBACKS = []
    settings.SITE_URL = "https://handover.example.com"
    settings.ALLOWED_HOSTS = ["handover.example.com"]
    settings.TRUSTED_PROXIES = 1
    settings.WEB_CONCURRENCY = 2
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CELERY_BROKER_URL = "redis://redis:6379/0"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "Throughline <handover@client.example>"
    return settings


CHECKS = (
    checks.check_secret_key,
    checks.check_time_zone,
    checks.check_site_url,
    checks.check_site_url_scheme,
    checks.check_hosts,
    checks.check_debug,
    checks.check_folders,
    checks.check_broker,
    checks.check_stores_fit,
    checks.check_sender,
    checks.check_mail,
    checks.check_proxy,
    checks.check_numbers,
    checks.check_demo,
    checks.check_lease,
)


def found() -> list:
    return [message for check in CHECKS for message in check(None)]


def test_a_sound_installation_has_nothing_to_say(production):
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "ids"),
    [
        ("SECRET_KEY", "insecure-default-key-good-for-tests-and-nothing-else", ["accounts.E001"]),
        ("SECRET_KEY", "short", ["accounts.E002"]),
        ("SECRET_KEY_FALLBACKS", ["short"], ["accounts.E003"]),
        ("TIME_ZONE", "Europe/Berlin", ["accounts.E004"]),
        ("USE_TZ", False, ["accounts.E004"]),
        ("SITE_URL", "handover.example.com", ["accounts.E005", "accounts.W007"]),
        ("SITE_URL", "https://handover.example.com/path", ["accounts.E005"]),
        ("SITE_URL", "https://handover.example.com:99999", ["accounts.E005"]),
        ("SITE_URL", "https://[broken", ["accounts.E005"]),
        ("SITE_URL", "https://elsewhere.example.com", ["accounts.E006"]),
        ("SITE_URL", "http://handover.example.com", ["accounts.W007"]),
        ("ALLOWED_HOSTS", ["*"], ["accounts.E008"]),
        ("DEBUG", True, ["accounts.E009"]),
        ("MEDIA_ROOT", Path("/dev/null/media"), ["accounts.E010"]),
        ("CELERY_BROKER_URL", "amqp://rabbit", ["accounts.E011"]),
        ("DEFAULT_FROM_EMAIL", "Throughline", ["accounts.E015"]),
        ("DEFAULT_FROM_EMAIL", "throughline@localhost", ["accounts.W017"]),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", ["accounts.W016"]),
        ("TRUSTED_PROXIES", 0, ["accounts.W018"]),
        ("TRUSTED_PROXIES", -1, ["accounts.W018", "accounts.E019"]),
        ("PACKET_MEMORY_MB", 10, ["accounts.E019"]),
        ("WEB_CONCURRENCY", 0, ["accounts.E019"]),
        ("DELIVERY_LEASE_SECONDS", 30, ["accounts.E022"]),
        ("DEMO", True, ["accounts.W020"]),
    ],
)
def test_a_spoilt_setting_is_named(production, name, value, ids):
    setattr(production, name, value)

    messages = found()

    assert [message.id for message in messages] == ids
    assert all(message.hint for message in messages)


def test_a_cache_of_each_process_is_named(production):
    production.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

    assert [message.id for message in found()] == ["accounts.W014"]


@pytest.mark.parametrize(
    ("engine", "broker", "processes", "ids"),
    [
        ("sqlite3", "filesystem://", 4, []),
        ("sqlite3", "filesystem://", 5, ["accounts.W013"]),
        ("postgresql", "redis://redis:6379/0", 40, []),
        ("postgresql", "filesystem://", 40, ["accounts.W012"]),
    ],
)
def test_stores_that_do_not_fit_together_are_named(production, monkeypatch, engine, broker, processes, ids):
    monkeypatch.setitem(production.DATABASES["default"], "ENGINE", f"django.db.backends.{engine}")
    production.CELERY_BROKER_URL = broker
    production.WEB_CONCURRENCY = processes

    assert [message.id for message in checks.check_stores_fit(None)] == ids


def test_on_one_machine_without_https_the_default_key_and_any_host_do(production):
    production.HTTPS = False
    production.SECRET_KEY = production.INSECURE_SECRET_KEY
    production.ALLOWED_HOSTS = ["*"]

    assert checks.check_secret_key(None) + checks.check_hosts(None) == []


def test_a_misspelt_variable_is_named_and_others_are_left_alone():
    given = {"SITEURL", "Site-Url", "SITE_URL_FILE", "PATH", "SITE_URLS"}

    assert list(checks.misspelt(given, {"SITE_URL", "DEBUG"})) == [
        ("SITEURL", "SITE_URL"),
        ("Site-Url", "SITE_URL"),
    ]

"""The organisation's settings, its logo, its colours, and the test mail."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image, PngImagePlugin

from accounts.forms.deliveries import KINDS
from accounts.models import Delivery, DeliveryState, Organisation

SETTINGS = {
    "name": "Northwind Care",
    "colour": "#1f5c5a",
    "country": "US",
    "tz": "UTC",
    "language": "en",
    "currency": "USD",
    "escalate_after": 3,
    "version": 1,
}


def picture(kind: str = "PNG", size=(300, 100), mode: str = "RGB", **options) -> bytes:
    written = BytesIO()
    Image.new(mode, size, 0).save(written, kind, **options)
    return written.getvalue()


def post(client, **typed):
    return client.post(reverse("organisation"), {**SETTINGS, **typed})


def upload(client, data: bytes, name: str = "logo.png"):
    return post(client, logo=SimpleUploadedFile(name, data, content_type="image/png"))


def shown() -> Image.Image:
    return Image.open(BytesIO(Client().get(reverse("logo")).content))


# --- Settings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["olga", "vera", "sam"])
@pytest.mark.parametrize("address", ["organisation", "organisation-colours", "test-mail", "test-mail-state"])
def test_only_administrators_get_in(cast, sign_in, name, address):
    client = sign_in(name)

    assert {client.get(reverse(address)).status_code, client.post(reverse(address)).status_code} <= {403, 405}


def test_settings_are_saved(cast, sign_in):
    response = post(
        sign_in("ada"),
        name="Southwind",
        colour="#AA0000",
        country="DE",
        tz="Europe/Berlin",
        language="de",
        currency="EUR",
    )

    assert response.status_code == 302
    ours = Organisation.objects.get()
    assert (ours.name, ours.colour, ours.country, ours.tz, ours.language, ours.currency, ours.version) == (
        "Southwind",
        "#aa0000",
        "DE",
        "Europe/Berlin",
        "de",
        "EUR",
        2,
    )


def test_administrators_say_when_overdue_work_comes_up(cast, sign_in):
    ada = sign_in("ada")
    assert 'name="escalate_after" value="3"' in ada.get(reverse("organisation")).content.decode()

    assert post(ada, escalate_after=0).status_code == 302

    assert Organisation.objects.get().escalate_after == 0


def test_what_is_never_sent_twice_is_chosen_by_kind(cast, sign_in):
    ada = sign_in("ada")

    chosen = post(ada, hold_kinds=["packet", "digest"])
    shown = ada.get(reverse("organisation")).content.decode()

    assert chosen.status_code == 302
    assert Organisation.objects.get().hold_kinds == ["digest", "packet"]
    assert shown.count('name="hold_kinds"') == len(KINDS)
    assert shown.count("checked") == 2
    assert b"Select a valid choice" in post(ada, hold_kinds=["gossip"], version=2).content


def test_settings_can_be_saved_before_there_is_a_row(cast, sign_in):
    client = sign_in("ada")
    Organisation.objects.all().delete()

    assert post(client, name="First").status_code == 302

    assert Organisation.objects.get().name == "First"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("name", "A\x00B"),
        ("colour", "red"),
        ("colour", "#12345"),
        ("colour", "#1f5c5a\n"),
        ("colour", "#fff;}body{display:none"),
        ("tz", "Moon/Sea"),
        ("tz", ""),
        ("country", "ZZ"),
        ("country", ""),
        ("language", "tlh"),
        ("currency", "usd"),
        ("currency", "€"),
        ("escalate_after", "-1"),
        ("escalate_after", "61"),
        ("escalate_after", "soon"),
    ],
)
def test_bad_settings_are_said_at_their_field(cast, sign_in, field, typed):
    response = post(sign_in("ada"), **{"name": "Kept", field: typed})

    if field == "colour" and typed == "#1f5c5a\n":  # a browser's line end is stripped, and the rest is fine
        assert response.status_code == 302
        return
    assert response.status_code == 200
    assert response.context["form"].errors[field]
    assert Organisation.objects.get().name == "Northwind Care"


def test_the_slower_of_two_editors_keeps_their_text(cast, sign_in):
    client = sign_in("ada")
    post(client, name="Faster")

    response = post(client, name="Slower")

    assert response.status_code == 409
    assert ("Name of the company", "Faster", "Slower") in response.context["yours"]
    assert Organisation.objects.get().name == "Faster"


def test_the_preview_says_what_is_readable(cast, sign_in):
    client = sign_in("ada")

    answer = client.get(reverse("organisation-colours"), {"colour": "#ffff00"}).json()

    assert answer["light"]["ink"] == "#000000"
    assert answer["light"]["text"] != "#ffff00"
    assert client.get(reverse("organisation-colours"), {"colour": "red;}"}).status_code == 400


# --- Logo -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("GIF", "P"), ("WEBP", "RGB")],
)
def test_a_logo_is_drawn_anew_as_a_small_png(cast, sign_in, kind, mode):
    assert upload(sign_in("ada"), picture(kind, (1600, 400), mode)).status_code == 302

    logo = shown()
    assert (logo.format, logo.size) == ("PNG", (640, 160))


def test_nothing_but_the_pixels_survives(cast, sign_in):
    secret = PngImagePlugin.PngInfo()
    secret.add_text("Comment", "<script>alert(1)</script>")
    data = picture(pnginfo=secret) + b"<?php system('id'); ?>"

    upload(sign_in("ada"), data)

    stored = bytes(Organisation.objects.get().logo)
    assert b"script" not in stored
    assert b"php" not in stored
    assert shown().info == {}


def bomb(width: int, height: int) -> bytes:
    """A PNG that says how large it is and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"not a picture", "not a picture that can be read"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "not a picture that can be read",
        ),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n(x) run", "not a picture that can be read"),
        (picture()[:40], "not a picture that can be read"),
        (picture()[:-30], "not a picture that can be read"),
        (b"II*\x00" + b"\0" * 100, "not a picture that can be read"),
        (bomb(60_000, 60_000), "not a picture that can be read"),
        (bomb(5_000, 10), "larger than 4000 by 4000 pixels"),
        (picture("BMP"), "not a picture that can be read"),
        (b"\x89PNG" + b"x" * (1024 * 1024), "larger than 1024 kB"),
    ],
)
def test_a_hostile_file_is_refused_and_the_old_logo_stays(cast, sign_in, data, reason):
    client = sign_in("ada")
    upload(client, picture())
    before = Client().get(reverse("logo")).content

    response = client.post(
        reverse("organisation"),
        {**SETTINGS, "version": 2, "name": "Kept", "logo": SimpleUploadedFile("logo.png", data)},
    )

    assert response.status_code == 200
    assert reason in response.context["form"].errors["logo"][0]
    assert Client().get(reverse("logo")).content == before
    assert Organisation.objects.get().name == "Northwind Care"
    assert 'value="Kept"' in response.content.decode()


def test_the_logo_is_on_every_page_and_not_fetched_twice(cast, sign_in):
    client = sign_in("ada")
    upload(client, picture())
    digest = Organisation.objects.get().logo_digest

    page = Client().get(reverse("account_login"))
    first = Client().get(reverse("logo"))
    again = Client().get(reverse("logo"), headers={"if-none-match": first["ETag"]})

    assert f"{reverse('logo')}?v={digest[:12]}" in page.content.decode()
    assert first["Content-Type"] == "image/png"
    assert first["X-Content-Type-Options"] == "nosniff"
    assert (again.status_code, again.content) == (304, b"")


def test_the_logo_is_taken_away_again(cast, sign_in):
    client = sign_in("ada")
    upload(client, picture())

    post(client, version=2, remove_logo="on")

    assert Client().get(reverse("logo")).status_code == 404
    assert reverse("logo") not in Client().get(reverse("account_login")).content.decode()


def test_there_is_no_logo_at_first(cast):
    assert Client().get(reverse("logo")).status_code == 404


# --- Test mail --------------------------------------------------------------------------------------


def test_a_test_mail_goes_to_oneself_and_its_state_is_shown(cast, sign_in):
    client = sign_in("ada")

    client.post(reverse("test-mail"))

    row = Delivery.objects.get(kind="test")
    assert (row.address, row.person, row.subject) == (
        "ada.admin@example.com",
        cast.ada,
        "A test mail from Northwind Care",
    )
    waiting = client.get(reverse("test-mail-state")).content.decode()
    assert "Waiting" in waiting
    assert "hx-get" in waiting

    Delivery.objects.update(state=DeliveryState.DEAD, reason="550 no such user")
    failed = client.get(reverse("test-mail-state")).content.decode()
    assert "Failed" in failed
    assert "550 no such user" in failed
    assert "hx-get" not in failed


def test_each_test_mail_is_a_new_one(cast, sign_in):
    client = sign_in("ada")

    client.post(reverse("test-mail"))
    client.post(reverse("test-mail"))

    assert Delivery.objects.filter(kind="test").count() == 2


def test_looking_sends_nothing(cast, sign_in):
    assert sign_in("ada").get(reverse("test-mail")).status_code == 405
    assert not Delivery.objects.exists()

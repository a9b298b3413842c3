"""The whole packet as a PDF: what every page bears, what a screen reader finds, how two readers draw it."""

import shutil
import subprocess
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter
from pypdf import PdfReader

from accounts.models import BriefingEntry
from tests.factories import NOW
from tests.packets import make_told_plan
from transitions.services import packets

ALIKE = 20  # of 255, between two pages too blurred to tell letters: readers smooth letters differently


@pytest.fixture
def pdf(cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    plan = make_told_plan(cast)
    BriefingEntry.objects.filter(question="mood").update(
        text="Žluťoučký kůň, Παπαδόπουλος, Мельник, Łódź, Ærø."
    )
    packet = packets.make(plan=plan, edition="internal", language="en", by=cast.olga, now=NOW)
    with packet.pdf.open("rb") as file:
        return packet, file.read()


def elements(node, found):
    """Every structure element: (kind, alternative text, whether it has children)."""
    node = node.get_object()
    kids = node.get("/K", [])
    kids = kids if isinstance(kids, list) else [kids]
    if "/S" in node:
        found.append((str(node["/S"]), str(node.get("/Alt", ""))))
    for kid in kids:
        if hasattr(kid.get_object(), "get"):
            elements(kid, found)
    return found


def test_every_page_bears_its_number_the_version_the_code_and_the_warning(pdf):
    packet, content = pdf
    pages = PdfReader(BytesIO(content)).pages

    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert f"{number} / {len(pages)}" in text
        assert f"Version 1 · {packet.code} · made on 2 Mar 2027 by Olga Ortiz" in text
        assert "Internal: do not pass on to the client" in text


def test_it_leads_with_what_to_know_first_and_fits_in_six_pages(pdf):
    reader = PdfReader(BytesIO(pdf[1]))
    first = reader.pages[0].extract_text()

    assert len(reader.pages) <= 6
    places = [
        first.index(words) for words in ("Three things to know", "The one thing not to do", "Cover and")
    ]
    assert places == sorted(places)


def test_the_contents_lead_to_every_section_and_name_its_page(pdf):
    reader = PdfReader(BytesIO(pdf[1]))
    links = [
        note.get_object()
        for page in reader.pages
        for note in page.get("/Annots", [])
        if "/Dest" in note.get_object() or note.get_object().get("/A", {}).get("/S") == "/GoTo"
    ]

    assert len(links) >= 15
    assert len(reader.outline) > 0  # the bookmarks of a PDF program


def test_a_long_word_is_broken_and_not_cut_off_by_the_edge_of_the_page(cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    plan = make_told_plan(cast, name="W" * 80)
    type(plan.account).objects.filter(pk=plan.account_id).update(industry="M" * 90)
    BriefingEntry.objects.filter(question="places").update(text="https://example.com/?q=" + "m" * 300)
    long = "https://example.com/?q=" + "1234567890" * 12
    plan.account.requests.update(title=long)
    plan.account.commitments.update(text=long)
    plan.account.touchpoints.update(subject=long)
    plan.account.contacts.update(dos_and_donts=long)
    packet = packets.make(plan=plan, edition="internal", language="en", by=cast.olga, now=NOW)

    for page in pypdfium2.PdfDocument(packet.pdf.path):
        text = page.get_textpage()
        assert max(text.get_charbox(place)[2] for place in range(text.count_chars())) <= page.get_width()


def test_it_is_tagged_for_whoever_cannot_see_it(pdf):
    reader = PdfReader(BytesIO(pdf[1]))
    root = reader.trailer["/Root"]
    found = elements(root["/StructTreeRoot"], [])
    kinds = {kind for kind, _alt in found}

    assert "pdfuaid:part" in reader.xmp_metadata.rdf_root.toxml() or "pdfuaid" in str(
        reader.xmp_metadata.stream.get_data()
    )
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Handover packet: Halvorsen & Daughters"
    assert {"/H1", "/H2", "/H3", "/P", "/Table", "/TR", "/TH", "/TD", "/Figure", "/Link", "/L"} <= kinds
    assert [alt for kind, alt in found if kind == "/Figure" and not alt] == []


def test_every_font_is_embedded_and_is_ours(pdf):
    reader = PdfReader(BytesIO(pdf[1]))

    fonts = {
        str(font.get_object()["/BaseFont"]): font.get_object()
        for page in reader.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    for name, font in fonts.items():
        assert "Plex" in name, name
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor), name
    assert "Žluťoučký kůň, Παπαδόπουλος, Мельник, Łódź, Ærø." in reader.pages[0].extract_text()


@pytest.mark.skipif(
    shutil.which("pdftoppm") is None,
    reason="Poppler is not installed (Debian: apt-get install poppler-utils)",
)
def test_poppler_and_pdfium_draw_every_page_alike(pdf, tmp_path):
    """Flat fills only: what one of them left out would stand out in the difference."""
    content = pdf[1]
    (tmp_path / "packet.pdf").write_bytes(content)
    subprocess.run(["pdftoppm", "-r", "72", "-png", "packet.pdf", "page"], cwd=tmp_path, check=True)
    drawn = sorted(tmp_path.glob("page-*.png"))
    document = pypdfium2.PdfDocument(content)

    assert len(drawn) == len(document)
    for file, page in zip(drawn, document, strict=True):
        poppler = Image.open(file).convert("RGB")
        pdfium = page.render(scale=1).to_pil().convert("RGB").resize(poppler.size)
        assert apart(poppler, pdfium) < ALIKE
    # The control: what only one of them drew would be seen. Here the bars of the timeline are missing.
    first = Image.open(drawn[0]).convert("RGB")
    holed = first.copy()
    holed.paste((255, 255, 255), (0, first.height // 2, first.width, first.height))
    assert apart(holed, document[0].render(scale=1).to_pil().convert("RGB").resize(first.size)) > 2 * ALIKE


def apart(one, other):
    """The largest difference between two pages, of 255, once both are too blurred to tell letters."""
    blurred = [image.filter(ImageFilter.GaussianBlur(6)).convert("L") for image in (one, other)]
    return ImageChops.difference(*blurred).getextrema()[1]

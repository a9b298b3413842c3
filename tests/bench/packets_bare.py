"""Draws one PDF per line of JSON on its input, WeasyPrint loaded and nothing around it; prints seconds."""

import json
import sys
import time
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from transitions.rendering.renderserver import bundled, fetcher

STATIC = Path(__file__).resolve().parents[2] / "static"


def main() -> None:
    assets = bundled(STATIC)
    style = (STATIC / "css/print.css").read_text()
    for line in sys.stdin:
        html = json.loads(line)
        began = time.perf_counter()
        door, fonts = fetcher(assets), FontConfiguration()
        sheet = CSS(string=style, font_config=fonts, url_fetcher=door)
        HTML(string=html, url_fetcher=door).write_pdf(
            stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1"
        )
        print(time.perf_counter() - began, flush=True)


if __name__ == "__main__":
    main()

import os
from tests.packets import make_told_plan, make_plan
from tests.factories import NOW, make_account
from transitions.services import packets
def test_x(cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    plan = make_told_plan(cast)
    for edition in ("internal", "client"):
        p = packets.make(plan=plan, edition=edition, language="en", by=cast.olga, now=NOW)
        open(f"/tmp/packet-{edition}.pdf", "wb").write(p.pdf.read())
        print(edition, p.pages, p.completeness)
    p = packets.make(plan=make_plan(cast, make_account("Bare", team=cast.east, owner=cast.olga)), edition="internal", language="de", by=cast.olga, now=NOW)
    print("bare", p.pages, p.completeness)
    open("/tmp/packet-bare.pdf", "wb").write(p.pdf.read())

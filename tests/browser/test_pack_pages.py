"""The pages of the packs in a browser: on a phone and a desk, in light and dark, with no request to any host."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from course import SITE

from acrosstheline.teach import instructor_pack, packet, plan, student_pack

pytestmark = [pytest.mark.browser, pytest.mark.site]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
PAGES = ["START.html", "syllabus.html", "reading_packet.html", "instructor/START.html"]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    if not (SITE / "index.html").is_file():
        pytest.fail("The book is not built: run `make book` first (`make test` does).")
    folder = tmp_path_factory.mktemp("pack")
    course = plan.course(route="lesson", start="2027-02-01", zone="Asia/Karachi", language="ur")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packet, "chromium", lambda: None)
        files = student_pack.members(course)
    files["instructor/START.html"] = instructor_pack.start(course, {path: "" for path in files if "/" not in path}).encode()
    for path in PAGES:
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(files[path])
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_pack_breaks_no_rule_of_accessibility_and_fits(visit, unpacked, page, width, scheme):
    seen = visit(width=width, scheme=scheme, base=unpacked.as_uri(), bypass_csp=True)
    seen.page.goto(f"{seen.base}/{page}")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    found = [f"{v['id']}: {v['help']} ({v['nodes'][0]['html'][:160]})" for v in Axe().run(seen.page, options=RULES).response["violations"]]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_pack_asks_for_nothing_but_itself(visit, unpacked, page):
    seen = visit(base=unpacked.as_uri())
    seen.page.goto(f"{seen.base}/{page}")
    assert [url for url in seen.requests if not url.startswith("data:")] == [f"{seen.base}/{page}"]
    assert seen.complaints == []


def test_the_policy_of_a_page_keeps_it_from_asking_a_host(visit, unpacked):
    seen = visit(base=unpacked.as_uri())
    seen.page.goto(f"{seen.base}/START.html")
    seen.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"https://example.org/x.png\" alt=\"\">')")
    seen.page.wait_for_timeout(300)
    assert any("Content Security Policy" in text for text in seen.complaints)

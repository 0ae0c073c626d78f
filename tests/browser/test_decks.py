"""Slides and sheets in a real browser, opened from a folder as an instructor opens them."""

import io
from datetime import date

import pypdf
import pytest
from acrosstheline.teach import catalogue, dbq, guide, sheets, slides
from acrosstheline.teach.course import Course, Session
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

UNITS = tuple(map(catalogue.unit, ("five_voices", "two_wars")))
COURSE = Course("Neighbours and numbers", tuple(Session(number, date(2026, 9, 7 * number), (unit,), None) for number, unit in enumerate(UNITS, start=1)), "Asia/Karachi")
SHEETS = ("guide.html", "course-map.html", "sheets/controversy.html", "sheets/role-deadline.html", "sheets/evidence-deadline.html", "sheets/evidence-two_wars.html", "dbq/one_border_two_memories-student.html", "dbq/one_border_two_memories-instructor.html")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
STILL = "*, *::before, *::after { animation: none !important; transition: none !important; }"
# Whether anything on the slide in view lies outside it, as a reader would see it.
SPILLS = """() => {
  const slide = Reveal.getCurrentSlide(), box = slide.getBoundingClientRect();
  return [...slide.querySelectorAll("h1, h2, h3, p, li, footer, .wide svg")].filter(e => !e.closest("aside") && e.getClientRects().length)
    .filter(e => { const r = e.getBoundingClientRect(); return r.bottom > box.bottom + 1 || r.right > box.right + 1 || r.top < box.top - 1; }).map(e => e.textContent.slice(0, 60));
}"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pack")
    for maker in (slides, guide, sheets, dbq):
        for name, content in maker.members(COURSE).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def open_file(browser, pack):
    contexts = []

    def start(name, width=1280, height=720, scheme="light", **options):
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(f"file://{pack / name}")
        return page

    yield start
    for context in contexts:
        context.close()


def show(page, place):
    """Show a slide, with what waits on it."""
    page.evaluate("place => Reveal.slide(place, 0, Reveal.getSlide(place).querySelectorAll('.fragment').length - 1)", place)


def violations(page):
    return [f"{v['id']}: {v['help']} ({v['nodes'][0]['html'][:160]})" for v in Axe().run(page, options=RULES).response["violations"]]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_deck_opens_from_a_folder_and_nothing_spills_over_a_slide(open_file, unit):
    page = open_file(f"slides/{unit.name}.html")
    page.wait_for_function("Reveal.isReady()")
    page.add_style_tag(content=STILL)
    total = page.evaluate("Reveal.getTotalSlides()")
    assert total == len(slides.deck(unit))
    spilled = {}
    for place in range(total):
        show(page, place)
        spilled[place + 1] = page.evaluate(SPILLS)
    assert not {place: found for place, found in spilled.items() if found}
    assert not page.complaints and not [url for url in page.asked if not url.startswith(("file:", "data:"))]


def test_the_keyboard_goes_through_a_deck_and_a_screen_reader_hears_one_slide(open_file):
    page = open_file("slides/two_wars.html")
    page.wait_for_function("Reveal.isReady()")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("Reveal.getIndices().h") == 4
    assert page.locator(".view:visible").count() == 1 and "killed in attacks" in page.locator(".view:visible").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("Reveal.getIndices().h") == 4 and "killed in all violence" in page.locator(".view:visible").inner_text()
    heard = page.evaluate("[...document.querySelectorAll('.slides > section')].filter(s => !s.hidden && s.getAttribute('aria-hidden') !== 'true').length")
    assert heard == 1


def test_the_speaker_sees_the_notes(open_file):
    page = open_file("slides/two_wars.html")
    page.wait_for_function("Reveal.isReady()")
    show(page, 0)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Speaker view (S)").click()
    notes = opened.value.locator(".speaker-controls-notes .value")
    notes.get_by_text("The meeting, 75 minutes").wait_for(timeout=15_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_slides_break_no_rule_of_accessibility(open_file, scheme):
    """One slide of each kind, and the whole deck as a page."""
    page = open_file("slides/two_wars.html", scheme=scheme)
    page.wait_for_function("Reveal.isReady()")
    page.add_style_tag(content=STILL)
    kinds = [slide.kind for slide in slides.deck(catalogue.unit("two_wars"))]
    found = []
    for kind in dict.fromkeys(kinds):
        show(page, kinds.index(kind))
        found += [f"{kind}: {line}" for line in violations(page)]
    page = open_file("slides/two_wars.html", width=360, scheme=scheme)
    page.get_by_role("button", name="Show the notes").click()
    assert not found + violations(page)


def test_on_a_phone_a_deck_is_a_page(open_file):
    page = open_file("slides/two_wars.html", width=360)
    assert page.locator(".reveal").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator(".chart.narrow:visible").count() and not page.locator(".chart.wide:visible").count()
    assert not page.locator("aside:visible").count()
    page.get_by_role("button", name="Show the notes").click()
    assert page.locator("aside:visible").count() > 10
    page.get_by_role("button", name="Show as slides").click()
    page.wait_for_function("window.Reveal && Reveal.isReady()")


def test_without_a_script_a_deck_is_a_page(open_file):
    page = open_file("slides/five_voices.html", java_script_enabled=False)
    assert page.locator("section h2:visible").count() == len(slides.deck(UNITS[0])) - 1
    assert not page.locator("button:visible").count()


def test_a_deck_prints_as_a_handout_without_its_notes(open_file):
    page = open_file("slides/two_wars.html")
    page.wait_for_function("Reveal.isReady()")
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", tagged=True)))
    said = " ".join(" ".join(sheet.extract_text().split()) for sheet in printed.pages)
    assert 4 <= len(printed.pages) <= 14 and printed.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert all(title in said for title in ("Two wars", "The puzzle", "The strongest criticism of this chapter", "number of attacks"))
    assert "What is drawn" not in said and "Who is speaking" not in said and "Speaker view" not in said


@pytest.mark.parametrize("name", SHEETS)
def test_sheets_fit_a_phone_and_break_no_rule_of_accessibility(open_file, name):
    page = open_file(name, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("h1").count() == 1
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    assert not found + violations(page)
    assert not page.complaints and not [url for url in page.asked if not url.startswith(("file:", "data:"))]

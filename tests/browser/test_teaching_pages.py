"""The pages of grading in a browser: an instructor's report and page to mark, a student's feedback, the solutions."""

import csv
import hashlib

import pytest
import submissions as made
from axe_playwright_python.sync_playwright import Axe

from acrosstheline.teach import batch, feedback, gradebook, manual, marking, report, solutions
from acrosstheline.teach.submissions import Found

pytestmark = [pytest.mark.browser]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
PAGES = ["report.html", "to_mark.html", "feedback/asma.html", "feedback/babar.html", "feedback/gul.html", "solutions.html"]
ONE = "five_voices"
ESSAY = '<script>alert(1)</script> =1+1 "quoted", یہ متن اردو میں ہے\nA second line.'


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Five students: right and marked, wrong, writing in two scripts, the same as another, and broken."""
    folder = tmp_path_factory.mktemp("graded")
    wrote = made.honest(ONE)
    made.set_source(wrote, "answer-6a", f"answer_6a = {ESSAY!r}")
    right = made.written(made.honest(ONE))
    handed_in = {"asma": right, "babar": made.written(made.wrong(ONE)), "chaman": made.written(wrote), "dur": right + b"\n", "gul": b'{"cells": ['}
    results, found = batch.Results(folder / "results", "test"), []
    for student, content in handed_in.items():
        (folder / "x.ipynb").write_bytes(content)
        found.append(Found(f"{student}/{ONE}_exercise.ipynb", key=hashlib.sha256(content).hexdigest(), student=student))
        results.write(found[-1].key, marking.grade(folder / "x.ipynb"))
    found.append(Found("notes.pdf", reason="This is not a notebook."))
    book = gradebook.Gradebook(found, results)
    for _, student, line in manual.answers(book, ONE, "6a"):
        if student == "asma":
            levels = {criterion.name: criterion.levels[1].name for criterion in line.task.rubric}
            book.marks = {("asma", ONE, "6a"): manual.Mark(gradebook.answer_id(line.written), levels, "Go on like this.")}
    report.write_table(book, folder / "report.csv")
    report.write_page(book, folder / "report.csv", folder / "report.html", ["A warning."])
    manual.write_page(book, folder / "to_mark.html")
    feedback.write(book, folder / "feedback")
    (folder / "solutions.html").write_text(solutions._solutions(ONE), encoding="utf-8")
    return folder, book


@pytest.fixture
def look(browser, graded):
    """Open a page of the graded class; return it with what it asked for and complained of."""
    contexts = []

    def start(name, width=1280, scheme="light", **options):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto((graded[0] / name).as_uri())
        return page

    yield start
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_grading_breaks_no_rule_of_accessibility_and_fits(look, name, width, scheme):
    page = look(name, width, scheme, bypass_csp=True)
    page.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = [f"{v['id']}: {v['help']} ({v['nodes'][0]['html'][:160]})" for v in Axe().run(page, options=RULES).response["violations"]]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_grading_asks_for_nothing_but_itself(look, name):
    page = look(name)
    assert [url for url in page.asked if not url.startswith("data:")] == [page.url] and page.said == []


def chosen(page):
    return page.eval_on_selector_all("input[type=radio]:checked", "all => all.map(radio => radio.name + ' ' + radio.value)")


def test_answers_are_marked_with_the_keyboard_kept_and_brought_back(look, graded, tmp_path):
    folder, book = graded
    page = look("to_mark.html")
    assert page.inner_text("#count") == "1 of 6 marked"
    page.focus("#next")
    for _ in range(5):
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.type") == "radio"
        for _ in range(4):
            page.keyboard.press("Space")
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
        page.keyboard.type("=Good,\n\"so\".")
        page.focus("#next")
    assert page.inner_text("#count") == "6 of 6 marked"
    before = chosen(page)
    page.reload()
    assert chosen(page) == before and page.inner_text("#count") == "6 of 6 marked"
    with page.expect_download() as waiting:
        page.click("#save")
    waiting.value.save_as(tmp_path / "marks.csv")
    assert waiting.value.suggested_filename == "marks.csv"
    marks, said = manual.merge(book, [tmp_path / "marks.csv"])
    assert said == [] and len(marks) == 6
    assert all(mark.comment in ('=Good,\n"so".', "Go on like this.") and set(mark.levels.values()) == {"1 point"} for mark in marks.values())
    with open(tmp_path / "marks.csv", encoding="utf-8-sig", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell.startswith("=")]
    assert page.said == []


def test_names_are_hidden_until_asked_for_and_a_students_text_stays_text(look):
    page = look("to_mark.html")
    assert not page.get_by_text("asma").first.is_visible()
    page.check("#names")
    assert page.locator(".who:visible").count() == 6
    assert "یہ متن اردو" in page.inner_text("main") and "<script>alert(1)</script>" in page.inner_text("main")


def test_the_page_to_mark_can_be_read_without_javascript(look):
    page = look("to_mark.html", java_script_enabled=False)
    assert page.locator("noscript").inner_text() and page.locator("article").count() == 6


def test_feedback_shows_the_level_that_a_reader_chose(look):
    page = look("feedback/asma.html", width=360)
    assert page.locator("td.chosen").count() == 4 and page.get_by_text("Go on like this.").is_visible()
    assert page.inner_text("h1") == "Feedback for asma" and "babar" not in page.inner_text("main")

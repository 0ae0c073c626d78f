"""The chapters: whole lessons, executed, with every figure, quotation and identifier accounted for."""

import csv
import re

import pytest
import nbformat

from acrosstheline import sources, tables
from acrosstheline.site import notebooks
from course import CHAPTERS, ROOT, read_notebook, text_of

LESSONS = [path for path in CHAPTERS if path.stem != "index"]
PAGES = sorted([*CHAPTERS, *(ROOT / "book").glob("*.md")])
CLOSING = ["Settled, disputed, unknown", "Check yourself", "Exercises", "The strongest criticism of this chapter", "Go further"]


def stems(path):
    return path.stem


def markdown(path):
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    return "\n\n".join(text_of(cell) for cell in read_notebook(path)["cells"] if cell["cell_type"] == "markdown")


def code(path):
    return "\n\n".join(text_of(cell) for cell in read_notebook(path)["cells"] if cell["cell_type"] == "code")


def headings(path, level):
    return re.findall(rf"^{'#' * level} (.+)$", markdown(path), re.MULTILINE)


CHART = "application/vnd.vegalite.v5+json"


@pytest.mark.parametrize("path", PAGES, ids=stems)
def test_a_page_has_one_title(path):
    assert len(headings(path, 1)) == 1


@pytest.mark.parametrize("path", LESSONS, ids=stems)
class TestLesson:
    def test_it_opens_as_every_lesson_does(self, path):
        before = markdown(path).split("\n## ")[0]
        order = [before.find(mark) for mark in ("**The puzzle.**", "**You will be able to**", "**You need:**", "**Sources used**")]
        assert -1 not in order and order == sorted(order)
        outcomes = re.findall(r"^[-*] ", before.split("**You will be able to**")[1].split("**You need:**")[0], re.MULTILINE)
        assert 3 <= len(outcomes) <= 5
        minutes = re.search(r"about (\d+) minutes", before)
        assert minutes and 45 <= int(minutes[1]) <= 75

    def test_it_closes_as_every_lesson_does(self, path):
        sections = headings(path, 2)
        assert sections[-len(CLOSING) :] == CLOSING
        assert 3 <= len(sections) - len(CLOSING) <= 6

    def test_each_section_opens_with_a_question(self, path):
        for section in markdown(path).split("\n## ")[1:]:
            title, _, body = section.partition("\n")
            if title.strip() not in CLOSING:
                assert re.match(r"\s*\*\*[^*]+\?\*\*", body), title

    def test_it_is_a_whole_lesson(self, path):
        assert 1800 <= len(markdown(path).split()) <= 4500

    def test_each_figure_is_read_for_the_reader(self, path):
        figures = code(path).count("atl.figure(")
        assert figures >= 1
        assert markdown(path).count("**What this shows, and what it does not.**") >= figures

    def test_each_figure_is_shown(self, path):
        """A cell shows what its last line gives: a figure before it would be drawn nowhere."""
        for cell in read_notebook(path)["cells"]:
            if cell["cell_type"] == "code":
                charts = [output for output in cell["outputs"] if CHART in output.get("data", {})]
                assert len(charts) == text_of(cell).count("atl.figure("), text_of(cell)[-80:]

    def test_it_has_five_questions_and_an_interactive(self, path):
        outputs = str(read_notebook(path))
        assert outputs.count('data-atl="question"') == 5
        assert re.search(r'data-atl="(panels|compare|filter|predict)"', outputs)


@pytest.mark.parametrize("path", CHAPTERS, ids=stems)
class TestNotebook:
    def test_every_code_cell_was_executed_and_none_failed(self, path):
        """nbval passes a notebook without outputs in silence."""
        cells = [c for c in read_notebook(path)["cells"] if c["cell_type"] == "code" and text_of(c).strip()]
        assert [c["execution_count"] for c in cells] == list(range(1, len(cells) + 1))
        assert any(c["outputs"] for c in cells)
        assert not [o for c in cells for o in c["outputs"] if o["output_type"] == "error" or o.get("name") == "stderr"]

    def test_it_is_normalised(self, path):
        notebook = nbformat.read(path, 4)
        before = nbformat.writes(notebook)
        assert nbformat.writes(notebooks.normalise(notebook, path.stem)) == before

    def test_shown_code_is_short(self, path):
        for cell in read_notebook(path)["cells"]:
            if cell["cell_type"] == "code" and not cell["metadata"].get("tags"):
                assert len(text_of(cell).splitlines()) <= 15, text_of(cell)[:80]

    def test_folded_code_can_be_followed(self, path):
        """A cell that draws is a call to a family of charts. Cells that hold the lesson's own words may be longer:
        a limit would only cram the answers of a quiz, or the panels, into fewer lines."""
        for cell in read_notebook(path)["cells"]:
            if cell["cell_type"] == "code" and not re.search(r"^atl\.(quiz|panels|compare|predict)\(", text_of(cell), re.MULTILINE):
                assert len(text_of(cell).splitlines()) <= 40, text_of(cell)[:80]

    def test_no_chapter_reads_a_file_by_path(self, path):
        assert not re.search(r"read_csv|open\(|\.csv|Path\(", code(path))


# --- figures typed into the text -----------------------------------------------------------------

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
ALLOWED = [
    r"<!--.*?-->",
    r"``.*?``|`[^`]*`",  # roles, code, names of things
    r"\]\([^)]*\)|<https?://[^>]*>",  # addresses
    r"“[^”]*”",  # quotations, which have a test of their own
    rf"\b\d{{1,2}}(?:[-–]\d{{1,2}})? (?:{MONTHS})\b|\b(?:{MONTHS}) \d{{1,2}}\b",  # dates
    r"\b(?:1[89]|20)\d\d(?:[-–](?:\d\d){1,2})?s?\b",  # years
    r"\b00[0-4]\b",  # the five documents
    r"\b(?:paragraphs?|chapters?|Parts?|Articles?|[Ss]ections?|question) \d+(?:(?:, | and | to |[-–])\d+)*",
    r"\b(?:about )?\d+ minutes\b",
    r"^\s*\d+\. ",  # numbered lists
    r"\b9/11\b",
]


def allowed_figures(page):
    with (ROOT / "tests" / "typed_figures.csv").open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file) if row["page"] in (page, "*")]


@pytest.mark.parametrize("path", PAGES, ids=stems)
def test_figures_in_the_text_come_from_data(path):
    """A figure typed by hand drifts from its source. The exceptions are listed, each with its reason."""
    text = re.sub(r"^(```+|:::+)\{(?:raw|code).*?^\1$", " ", markdown(path), flags=re.MULTILINE | re.DOTALL)
    for exception in sorted(allowed_figures(path.stem), key=len, reverse=True):
        text = text.replace(exception, " ")
    for pattern in ALLOWED:
        text = re.sub(pattern, " ", text, flags=re.MULTILINE)
    found = [line.strip() for line in text.splitlines() if re.search(r"\d", line)]
    assert not found, found[:5]


def test_the_exceptions_have_reasons_and_are_used():
    with (ROOT / "tests" / "typed_figures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = {path.stem: markdown(path) for path in PAGES}
    for row in rows:
        assert row["reason"].strip(), row
        assert any(row["text"] in text for page, text in texts.items() if row["page"] in (page, "*")), f"no longer used: {row}"


@pytest.mark.parametrize("path", CHAPTERS, ids=stems)
def test_every_pasted_number_is_computed(path):
    wanted = set(re.findall(r"\{glue:text\}`([^`]+)`", markdown(path)))
    outputs = [o for c in read_notebook(path)["cells"] for o in c.get("outputs", [])]
    made = {o["metadata"]["scrapbook"]["name"] for o in outputs if "scrapbook" in o.get("metadata", {})}
    assert wanted <= made, sorted(wanted - made)
    assert made <= wanted, f"computed and never used: {sorted(made - wanted)}"


# --- quotations and identifiers --------------------------------------------------------------------

QUOTED = [" ".join(sources.words(text)) for text in sources.quotations()["quotation"]]


@pytest.mark.parametrize("path", PAGES, ids=stems)
def test_a_quotation_in_the_text_is_a_verified_one(path):
    """Curly quotation marks are for the five documents' own words."""
    prose = re.sub(r"`[^`]*`", " ", markdown(path))
    for quotation in re.findall(r"“([^”]+)”", prose):
        quoted = " ".join(sources.words(quotation))
        if len(quoted.split()) >= 3:
            assert any(quoted in known for known in QUOTED), quotation


IDENTIFIERS = {
    "excerpts": ("excerpt_id", r"atl\.excerpt\(\s*\"([^\"]+)\""),
    "documents": ("document_id", r"atl\.sourcing_card\(\s*\"([^\"]+)\""),
    "claims": ("claim_id", r"\"(00[0-4]_\d{3}_[a-z0-9_]+)\""),
}


@pytest.mark.parametrize("table", IDENTIFIERS)
@pytest.mark.parametrize("path", CHAPTERS, ids=stems)
def test_every_identifier_resolves(path, table):
    column, pattern = IDENTIFIERS[table]
    known = set(tables.load(table)[column])
    if table == "claims":
        known |= set(tables.load("excerpts")["excerpt_id"])  # both begin with the document's number
    assert set(re.findall(pattern, code(path))) <= known


# --- fairness of words --------------------------------------------------------------------------------

LOADED = re.compile(r"\b(illegals?|aliens?|so-called|regime|influx|flood|horde|admitted|insisted|clearly|obviously|of course|as everyone knows)\b", re.IGNORECASE)


@pytest.mark.parametrize("path", PAGES, ids=stems)
def test_loaded_words_stand_only_in_quotations_or_as_the_subject(path):
    """As the subject, a word is set in italics."""
    text = re.sub(r"“[^”]*”|`[^`]*`|\*[^*\n]+\*|\]\([^)]*\)", " ", markdown(path))
    found = [line.strip() for line in text.splitlines() if LOADED.search(line)]
    assert not found, found[:5]

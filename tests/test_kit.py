"""What an instructor brings into the room: guide, course map, sheets for paper and discussion, document-based questions."""

import csv
import io
import re
import subprocess
import sys
import tarfile
import zipfile
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from acrosstheline import options, sources, tables
from acrosstheline.teach import catalogue, chapter, dbq, guide, plan, sheets
from acrosstheline.teach.catalogue import CourseError
from acrosstheline.teach.course import Course, Session
from course import ROOT
from test_book import LOADED

UNITS = catalogue.units()
QUESTIONS = dbq.questions()
ZONE = ZoneInfo("Asia/Karachi")
named = lambda unit: unit.name


def course(*groups, language="en"):
    """Return a course with one meeting a group of chapters, a week apart."""
    meets = [date(2026, 9, 7) + timedelta(7 * week) for week in range(len(groups))]
    due = [datetime(2026, 9, 13, 23, 59, tzinfo=ZONE) + timedelta(7 * week) for week in range(len(groups))]
    found = (Session(number, meets[number - 1], tuple(map(catalogue.unit, group)), due[number - 1] if group else None, "" if group else "Debate") for number, group in enumerate(groups, start=1))
    return Course("Neighbours & <numbers>", tuple(found), "Asia/Karachi", language)


SMALL = course(["five_voices"], ["the_life_of_a_number", "the_options"], [])


def words(html):
    return len(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).split())


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


# --- the guide ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_every_chapter_has_a_guide_whose_minutes_add_up_and_whose_short_names_are_in_the_tables(unit):
    found = guide.of(unit.name)
    assert sum(found.steps) == found.meeting_minutes
    assert not guide.unknown(found)
    assert found.claims and len(found.steps) > 2
    assert found.kept[0] and 50 <= found.hour <= 60


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_a_prompt_asks_and_is_short_enough_to_be_remembered(unit):
    prompt = guide.of(unit.name).prompt
    assert prompt.endswith("?") and len(prompt.split()) <= 40


@pytest.mark.parametrize("path", sorted(guide.KIT.rglob("*.md")), ids=lambda path: path.stem)
def test_the_kit_uses_loaded_words_only_in_quotation_or_as_the_subject(path):
    spoken = re.sub(r'“[^”]*”|"[^"\n]*"|`[^`]*`|\*[^*\n]+\*', " ", path.read_text(encoding="utf-8"))
    if path.parent.name == "dbq":
        spoken = spoken.split("## Model answer")[0]  # the answers are in students' voices
    assert not [line for line in spoken.splitlines() if LOADED.search(line)]


@pytest.mark.parametrize(
    "change, problem",
    [
        (("meeting_minutes: 75", "meeting_minutes: 80"), "steps take 75 minutes, and its head says 80"),
        (("min, not in an hour: The count", "min: The count"), "it takes 75 minutes: mark more of them"),
        (("- 10 min: Outsides", "- 10 min, not in an hour: Outsides"), "its first step is marked"),
        (("chapter: five_voices", "chapter: six_voices"), "its head says chapter 'six_voices'"),
        (("## After\n", "## Afterwards\n"), "its sections are"),
        (('### "', '#### "'), "it has 0 framings"),
        (("claims:\n", "claim:\n"), "its head lacks claims"),
        (("---\nchapter", "chapter"), "does not begin with a head"),
        (("claims:\n", "claims: [\n"), "is no YAML"),
    ],
)
def test_a_broken_guide_says_what_to_mend(tmp_path, monkeypatch, change, problem):
    (tmp_path / "guide").mkdir()
    whole = (guide.KIT / "guide" / "five_voices.md").read_text(encoding="utf-8")
    (tmp_path / "guide" / "five_voices.md").write_text(whole.replace(*change), encoding="utf-8")
    monkeypatch.setattr(guide, "KIT", tmp_path)
    with pytest.raises(CourseError, match=problem):
        guide.of.__wrapped__("five_voices")


def test_a_missing_guide_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(guide, "KIT", tmp_path)
    with pytest.raises(CourseError, match="guide/five_voices.md is missing"):
        guide.of.__wrapped__("five_voices")


def test_an_unknown_short_name_is_found():
    claim, source = tables.load("claims")["claim_id"][0], tables.load("sources")["source_id"][0]
    assert guide.unknown(guide.Guide("x", 60, (claim, "000_999_nothing"), ("NOBODY_1999", source), {})) == ["000_999_nothing", "NOBODY_1999"]


def test_the_guide_follows_the_meetings_with_their_dates():
    made = guide.members(SMALL)
    plain = made["guide.md"].decode()
    places = [plain.index(said) for said in ("## What holds for every meeting", "## Meeting 1: Five voices", "Monday 7 September 2026", "## Meeting 2", "### The options", "## Meeting 3: Debate")]
    assert places == sorted(places)
    assert "**Minute 0 to " in plain and "2 chapters in one meeting" in plain and "{doc}" not in plain
    html = made["guide.html"].decode()
    assert html.count("<h1>") == 1 and '<a href="#meeting-2">' in html and '<h2 id="meeting-2">' in html and "<numbers>" not in html


def test_a_plan_counts_its_minutes_in_full_and_in_an_hour():
    lines = [line.split(". ")[0] for line in guide.clocked(guide.of("five_voices")).splitlines()]
    assert lines[3:] == [
        "- **Minute 40 to 50** (10 min)",
        "- **Minute 50 to 65** (15 min; **left out in an hour**)",
        "- **Minute 65 to 75** (10 min; in an hour 50 to 60)",
    ]


def test_a_route_with_a_plan_of_its_own_begins_with_it_and_a_crowded_meeting_fits_an_hour():
    planned = plan.course(route="week", start="2027-02-01")
    plain = guide.members(planned)["guide.md"].decode()
    outline, chapters = plain.index("The plan of this meeting, 60 minutes"), plain.index("### Five voices")
    assert outline < plain.index("**Minute 10 to 25**. The trail of the number") < chapters and "2 chapters in one meeting" not in plain
    assert "each by *If you have only twenty minutes*, and the last 20 minutes" in guide.members(SMALL)["guide.md"].decode()


def test_a_chapter_that_is_taught_twice_is_explained_once():
    plain = guide.members(course(["five_voices"], ["five_voices"]))["guide.md"].decode()
    assert plain.count("#### Before") == 1 and "### Five voices, continued" in plain


def test_dates_are_in_the_language_of_the_class():
    html = guide.members(course(["five_voices"], language="ur"))["guide.html"].decode()
    assert '<span lang="ur" dir="rtl">' in html and "ستمبر" in html


def test_the_course_map_has_a_row_a_meeting():
    rows = list(csv.DictReader(io.StringIO(guide.members(SMALL)["course-map.csv"].decode("utf-8-sig"))))
    assert [row["Week"] for row in rows] == ["1", "2", "3"] and tuple(rows[0]) == guide.COLUMNS
    both = catalogue.unit("the_life_of_a_number"), catalogue.unit("the_options")
    assert rows[1]["Reading (minutes)"] == str(sum(unit.minutes for unit in both))
    assert rows[1]["Exercises"] == "; ".join(unit.exercise for unit in both)
    assert "checked by program" in rows[0]["Assessed"] and "*" not in rows[0]["Outcomes"] and rows[2]["Chapters"] == "Debate"
    assert rows[0]["Due"] == "2026-09-13T23:59+05:00" and rows[2]["Due"] == ""


def test_the_course_map_is_a_table_of_the_same_meetings():
    html = guide.members(SMALL)["course-map.html"].decode()
    assert html.count("<tr>") == 1 + len(SMALL.sessions) and "rubric" in html


# --- the sheets -----------------------------------------------------------------------------------------------


def test_the_sheets_are_one_a_chapter_and_two_an_option():
    names = set(sheets.members(SMALL))
    expected = {"controversy", *(f"role-{key}" for key in options.labels()), *(f"evidence-{key}" for key in options.labels()), *(f"evidence-{unit.name}" for unit in SMALL.units)}
    assert names == {f"sheets/{name}.html" for name in expected}


def test_role_sheets_have_the_same_fields_in_the_same_order_and_nearly_the_same_length():
    made = [sheets.role_sheet(key) for key in options.labels()]
    fields = {tuple(re.findall(r"<dt>(.*?)</dt>|<h2>(.*?)</h2>", html)) for html in made}
    assert len(fields) == 1
    lengths = [words(html) for html in made]
    assert max(lengths) <= 1.2 * min(lengths)


@pytest.mark.parametrize("option", options.labels())
def test_the_two_sides_of_an_evidence_sheet_weigh_the_same(option):
    """Three arguments a side, two sources an argument, as many claims of the ledger, and lengths within a fifth."""
    sides = re.findall(r'<section class="atl-brief-sheet">(.*?)</section>', sheets.evidence_sheet(option))
    assert len(sides) == 2 and len({html.count("<code>") for html in sides}) == 1
    lengths = [words(html) for html in sides]
    assert max(lengths) <= 1.2 * min(lengths)


def test_no_role_is_that_of_a_person():
    known = tables.load("options")["label"].tolist()
    titles = [re.search(r"<h1>Advocate of: (.*?)</h1>", sheets.role_sheet(key))[1] for key in options.labels()]
    assert titles == known
    assert "nobody plays somebody who was sent away" in sheets.controversy("deadline", "citizenship")


def test_the_steps_fit_two_lessons_and_hold_each_part_of_the_method():
    assert [name for _, name, _, _ in sheets.STEPS] == ["Read", "Argue", "Note", "Reverse", "Drop the roles", "Consensus"]
    assert all(sum(minutes for lesson, _, minutes, _ in sheets.STEPS if lesson == wanted) <= 45 for wanted in (1, 2))
    html = sheets.controversy("deadline", "citizenship")
    assert all(f"<h2>{title}</h2>" in html for title in ("Observer’s sheet", "Consensus sheet", "Report of the disagreement", "For whoever would rather not argue"))


def test_a_pair_is_drawn_by_the_name_of_the_course_and_none_is_favoured():
    assert sheets.drawn("HIST 301") == sheets.drawn("HIST 301")
    pairs = [sheets.drawn(f"Course {number}") for number in range(2000)]
    counts = {key: sum(key in pair for pair in pairs) for key in options.labels()}
    assert len(set(pairs)) == 36 and max(counts.values()) < 1.25 * min(counts.values())
    assert all(first != second for first, second in pairs)


def test_an_instructor_may_choose_the_pair():
    html = sheets.members(SMALL, ("deadline", "citizenship"))["sheets/controversy.html"].decode()
    assert "<strong>Deportation by a deadline</strong>" in html and "was drawn" not in html
    with pytest.raises(KeyError, match="no option 'nothing'"):
        sheets.controversy("deadline", "nothing")
    with pytest.raises(ValueError, match="needs two options"):
        sheets.controversy("deadline", "deadline")


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_the_evidence_sheet_of_a_chapter_names_every_source_in_full(unit):
    html = sheets.chapter_sheet(unit)
    listed, full = html.split("<h2>Sources in full</h2>")
    cited = set(re.findall(r"<code>([A-Za-z0-9_]+)</code> \(", listed))
    assert set(sheets.claims_of(unit.name)) and cited == set(re.findall(r"<code>([A-Za-z0-9_]+)</code>:", full))
    assert html.count('class="claim"') == len(sheets.claims_of(unit.name))


# --- document-based questions ---------------------------------------------------------------------------------


def test_every_part_of_the_book_has_its_question():
    assert {question.head["part"] for question in QUESTIONS} == set(catalogue.PARTS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_question_has_documents_of_several_origins_and_answers_for_different_positions(question):
    found = dbq.documents(question)
    origins = {document.key.split(";")[0] for document in found}
    assert 5 <= len(found) <= 9 and len(origins) >= 3
    positions = [question.sections[f"Model answer: {level}"].split("\n")[0] for level in dbq.LEVELS]
    assert len(set(positions)) == 3
    assert all("\nNotes:\n" in question.sections[f"Model answer: {level}"] for level in dbq.LEVELS)
    assert "|" in question.sections["Rubric"]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_student_sees_the_documents_and_no_answer(question):
    html = dbq.student_sheet(question)
    assert html.count("<h3>Document ") == len(question.head["documents"])
    seen = text(html)
    for level in dbq.LEVELS:
        for line in question.sections[f"Model answer: {level}"].split("\n"):
            assert len(line) < 40 or line not in seen
    assert not any(said in seen for said in ("Rubric", "Model answer", "in the ledger", "badge"))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_question_quotes_nothing_that_the_data_does_not_hold(question):
    known = set(sources.quotations()["quotation"])
    entries = [entry for entry in question.head["documents"] if entry["kind"] in ("excerpt", "claim")]
    for entry, document in zip(entries, (found for found in dbq.documents(question) if found.kind in ("excerpt", "claim"))):
        row = tables.load({"excerpt": "excerpts", "claim": "claims"}[entry["kind"]]).set_index(f"{entry['kind']}_id").loc[entry["id"]]
        assert row["quotation"] in known and len(row["quotation"].split()) <= 100
        assert text(document.body)


def test_an_unknown_document_is_named():
    broken = dbq.Question("made_up", {"documents": [{"kind": "claim", "id": "000_999_nothing"}]}, {})
    with pytest.raises(CourseError, match="no '000_999_nothing' in the table 'claims'"):
        dbq.documents(broken)
    with pytest.raises(CourseError, match="no 'x' in the table 'nowhere'"):
        dbq.documents(dbq.Question("made_up", {"documents": [{"kind": "nowhere", "id": "x"}]}, {}))


def test_rows_of_any_table_can_be_a_document():
    event = tables.load("events").iloc[0]
    made = dbq.documents(dbq.Question("made_up", {"documents": [{"kind": "events", "id": event["event_id"]}]}, {}))[0]
    assert event["wording"].split()[0] in text(made.body)


def test_questions_come_with_the_parts_that_are_taught():
    assert dbq.members(course(["five_voices"])).keys() < dbq.members(course(["five_voices"], ["two_wars"], ["the_plan"])).keys()


# --- the whole ------------------------------------------------------------------------------------------------


def test_the_same_course_gives_the_same_bytes():
    for maker in (guide, sheets, dbq):
        made = maker.members(SMALL)
        assert made == maker.members(SMALL) and all(b"\r" not in content for content in made.values())
        assert not any(str(ROOT).encode() in content for content in made.values())


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_a_chapter_can_be_taken_apart(unit):
    found = chapter.sections(unit.name)
    assert len(found) >= 5 and all(section.question.endswith("?") for section in found)
    assert {"Settled", "Unknown"} <= {label for label, _ in chapter.standing(unit.name)}
    assert len(chapter.critics(unit.name)) >= 2


def test_no_package_that_a_student_installs_holds_the_kit(tmp_path):
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as source:
        names += source.getnames()
    assert any(name.endswith("teach/guide.py") for name in names)
    assert not [name for name in names if "/kit/" in name or name.endswith("/kit")]

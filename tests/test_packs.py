"""The two packs: what is in them, what must not be, that exercises run with what they bring, and that they appear whole."""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from html import unescape
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from acrosstheline import tables
from acrosstheline.teach import catalogue, instructor_pack, needs, packet, packs, plan, student_pack, syllabus
from acrosstheline.teach.catalogue import CourseError
from course import ROOT, read_notebook, text_of

pytestmark = pytest.mark.site

CHOICE = {"start": "2027-02-01", "zone": "Asia/Karachi"}
EXERCISES = sorted(path.name.removesuffix("_exercise.ipynb") for path in (ROOT / "exercises").glob("*_exercise.ipynb"))


@pytest.fixture(scope="module")
def week(site):
    return plan.course(route="week", **CHOICE)


@pytest.fixture(scope="module")
def paperless():
    """No Chromium: the packet is a page, and made at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packet, "chromium", lambda: None)
        yield


@pytest.fixture(scope="module")
def student(week, paperless):
    return student_pack.members(week)


@pytest.fixture(scope="module")
def instructor(week):
    return instructor_pack.members(week)


def links(html):
    return [unescape(found) for found in re.findall(r'<a\b[^>]*\bhref="([^"]*)"', html.decode())]


def beside(files, page):
    """Return the links of a page that lead to no file of its pack."""
    lost = []
    for link in links(files[page]):
        path = unquote(link.split("#")[0])
        if path and not re.match(r"[a-z]+:", path) and os.path.normpath(PurePosixPath(page).parent / path) not in files:
            lost.append(link)
    return lost


# --- the students' pack ------------------------------------------------------------------------------------


def test_the_students_pack_has_what_a_student_needs(student):
    assert {"START.html", "syllabus.html", "syllabus.md", "schedule.ics", "schedule.csv", "reading_packet.html", "LICENSE"} <= set(student)
    assert {path for path in student if path.endswith(".ipynb")} == {f"week_01/{name}_exercise.ipynb" for name in ("first_steps", "five_voices", "the_life_of_a_number")}
    assert sum(path.endswith(".whl") for path in student) == 1


@pytest.mark.parametrize("page", ["START.html", "syllabus.html", "reading_packet.html"])
def test_the_links_of_a_students_page_lead_somewhere(student, page):
    assert beside(student, page) == []


def test_the_start_page_gives_two_commands_that_name_what_is_in_the_pack(student):
    said = re.findall(r"<pre>(.*?)</pre>", student["START.html"].decode(), re.DOTALL)
    install, run = map(unescape, said[:2])
    wheel = re.fullmatch(r'python -m pip install "\./(.+\.whl)\[student\]"', install)[1]
    assert wheel in student and "ask your instructor for it" in student["START.html"].decode()
    assert run.removeprefix("python -m jupyter lab ") in student


def test_the_start_page_says_when_there_is_no_pdf_and_why(student):
    text = student["START.html"].decode()
    assert "There is no PDF in this folder" in text and "Chromium" in text


def test_the_start_page_links_to_the_browser_where_the_book_is_served(week, paperless):
    served = plan.course(route="week", book="https://example.org/atl", **CHOICE)
    html = student_pack.start(served, "a.whl", ["reading_packet.html", "reading_packet.pdf"])
    assert 'href="https://example.org/atl/lite/start.html?open=five_voices_exercise"' in html
    assert "There is no PDF" not in html and 'href="reading_packet.pdf"' in html


def test_no_cell_of_a_students_notebook_has_been_run(student):
    for path in (path for path in student if path.endswith(".ipynb")):
        cells = [cell for cell in json.loads(student[path])["cells"] if cell["cell_type"] == "code"]
        assert cells and not any(cell["outputs"] or cell["execution_count"] for cell in cells)


@pytest.mark.parametrize("book", ["", "https://example.org/atl/"])
def test_the_links_of_notebooks_lead_to_the_pack_or_to_the_book(week, book):
    planned = plan.course(chapters=EXERCISES and [unit.name for unit in catalogue.units()], book=book, **CHOICE)
    there = {f"{student_pack.folder(session)}/{name}_exercise.ipynb" for session in planned.sessions for name in student_pack.exercises(planned, session)}
    assert len(there) == len(EXERCISES)
    for session in planned.sessions:
        for name in student_pack.exercises(planned, session):
            copy = json.loads(student_pack.notebook(planned, session, name))
            for cell in (cell for cell in copy["cells"] if cell["cell_type"] == "markdown"):
                for link in re.findall(r"\]\(([^)]+)\)", text_of(cell)):
                    inside = os.path.normpath(f"{student_pack.folder(session)}/{link}")
                    assert inside in there or book and link.startswith(f"{book}book/") or link.startswith("https://"), (name, link)


def secrets():
    """Return what no student may get: lines of solutions and hidden tests that no copy has, and the instructors' texts."""
    found = set()
    for name in EXERCISES:
        source = "\n".join(text_of(cell) for cell in read_notebook(ROOT / "exercises" / "solutions" / f"{name}_exercise.ipynb")["cells"])
        copy = "\n".join(text_of(cell) for cell in read_notebook(ROOT / "exercises" / f"{name}_exercise.ipynb")["cells"])
        regions = re.findall(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)(.*?)### END", source, re.DOTALL)
        found |= {line.strip() for region in regions for line in region.splitlines() if len(line.strip()) > 40 and line.strip() not in copy}
    for path in (ROOT / "src" / "acrosstheline" / "teach" / "kit").rglob("*.md"):
        found |= {line.strip() for line in path.read_text(encoding="utf-8").splitlines() if len(line.strip()) > 60}
    return found


def texts(files):
    """Yield the text of every file, also of those inside a wheel or a zip, but of the tables, which are anyone's."""
    for path, body in files.items():
        if path.endswith((".whl", ".zip", ".imscc")):
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                yield from texts({name: archive.read(name) for name in archive.namelist()})
        elif path.endswith(".ipynb"):
            yield path, "\n".join(text_of(cell) for cell in json.loads(body)["cells"])
        elif not path.endswith(".csv") and not path.endswith("datapackage.json"):
            yield path, re.sub(r"<svg.*?</svg>", "", unescape(body.decode("utf-8", "replace")), flags=re.DOTALL)


def test_no_solution_hidden_test_or_instructors_text_is_in_the_students_pack(paperless, site):
    whole = student_pack.members(plan.course(chapters=[unit.name for unit in catalogue.units()], **CHOICE))
    assert any(path.endswith("_exercise.ipynb") for path in whole)
    kept = secrets()
    assert len(kept) > 1000
    everything = dict(texts(whole))
    assert not [name for name in everything if "teach/kit" in name or "solutions/" in name]
    blob = "\n".join(sorted(set(everything.values())))
    leaked = sorted(secret for secret in kept if secret in blob)
    assert leaked == []


# --- the data of a week --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXERCISES)
def test_the_tables_beside_an_exercise_are_a_sound_package(name, tmp_path):
    wanted = needs.tables(name)
    for path, body in student_pack.data(wanted).items():
        (tmp_path / path).write_bytes(body)
    assert {entry["name"] for entry in tables.manifest(str(tmp_path))["resources"]} == set(wanted)
    for table in wanted:
        assert len(tables.load(table, tmp_path)) == len(tables.load(table))
    tables.check_links(tmp_path)
    about = (tmp_path / "README.md").read_text(encoding="utf-8")
    for entry in tables.manifest(str(tmp_path))["resources"]:
        assert entry["title"] in about and entry["licenses"][0]["title"] in about


# Runs each exercise by itself with the package as students install it, and with no table but those beside it.
_ALONE = '''
import contextlib, io, json, os, sys, traceback
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import altair, pandas
import acrosstheline
from acrosstheline import brief, briefing, cards, checks, claims, debate, explore, options, tables, weighing, workbench
assert str(Path(acrosstheline.__file__)).startswith(sys.argv[1])

def run(name, home):
    tables.data_folder = lambda: home / "data"
    for file in (home / f"{name}.ipynb", home / f"{name}_answered.ipynb"):
        space = {"__name__": "__main__", "display": lambda *_: None}
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                try:
                    with contextlib.redirect_stdout(io.StringIO()):
                        exec(compile("".join(cell["source"]), "cell", "exec"), space)
                except NameError:
                    if "answered" not in file.name:  # a model answer may use a name of the hidden test above it
                        raise

bad = []
for folder in sorted(Path(sys.argv[2]).iterdir()):
    child = os.fork()
    if not child:
        try:
            run(folder.name, folder)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        bad.append(folder.name)
sys.exit(", ".join(bad) or 0)
'''


def test_every_exercise_runs_with_the_packs_package_and_no_table_but_its_own(week, tmp_path):
    _, wheel = student_pack.package()
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        archive.extractall(tmp_path / "package")
    shutil.rmtree(tmp_path / "package" / "acrosstheline" / "_data")
    for name in EXERCISES:
        home = tmp_path / "exercises" / name
        (home / "data").mkdir(parents=True)
        for path, body in student_pack.data(needs.tables(name)).items():
            (home / "data" / path).write_bytes(body)
        (home / f"{name}.ipynb").write_bytes(student_pack.notebook(week, week.sessions[0], name))
        answered = (ROOT / "exercises" / "solutions" / f"{name}_exercise.ipynb").read_text(encoding="utf-8")
        source = json.loads(answered)
        for cell in source["cells"]:
            cell["source"] = re.sub(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", "", text_of(cell), flags=re.DOTALL)
        (home / f"{name}_answered.ipynb").write_text(json.dumps(source), encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", _ALONE, str(tmp_path / "package"), str(tmp_path / "exercises")], cwd=tmp_path, capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
    assert done.returncode == 0, done.stderr[-3000:]


def test_reading_the_code_finds_tables_that_a_helper_loads_and_no_others():
    assert {"claims", "documents", "excerpts"} <= set(needs.tables("five_voices"))  # by atl.excerpt alone
    assert "fingerprints" not in needs.tables("five_voices") and "option_scores" not in needs.tables("first_steps")
    assert {"option_scores", "criteria"} <= set(needs.tables("the_options"))  # by atl.scorecard


# --- the reading packet ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(site):
    """Every chapter, as it goes to paper."""
    return packet.assemble(plan.course(chapters=[unit.name for unit in catalogue.units()], **CHOICE))


def test_a_packet_names_its_chapters_in_order_and_each_name_once(whole):
    titles = [unescape(re.sub(r"<[^>]+>", "", found)) for found in re.findall(r"<h2>(.*?)</h2>", whole.split("</header>")[1], re.DOTALL)]
    assert titles == [*(unit.title for unit in catalogue.units()), "Answers to guesses and quizzes"]
    assert whole.count("<h1>") == 1
    ids = re.findall(r'\bid="([^"]+)"', whole)
    assert len(ids) == len(set(ids))


def test_every_link_inside_a_packet_leads_to_a_place_in_it_and_every_other_to_a_site(whole):
    ids = set(re.findall(r'\bid="([^"]+)"', whole))
    hrefs = set(re.findall(r'\bhref="([^"]*)"', whole.split("<body>")[1]))
    assert {href for href in hrefs if href.startswith("#") and href[1:] not in ids} == set()
    assert {href for href in hrefs if not re.match(r"#|https?://|mailto:", href)} == set()
    assert {"#five_voices", "#the_life_of_a_number"} <= hrefs
    assert set(re.findall(r'\baria-(?:labelledby|describedby|controls)="([^"]+)"', whole)) <= ids
    assert set(re.findall(r"url\(#([^)]+)\)", whole)) <= ids


def test_a_packet_has_no_controls_no_scripts_and_asks_no_host(whole):
    body = whole.split("<body>")[1]
    assert not re.findall(r"<(script|button|input|select|textarea|output|iframe|link|img)\b", body)
    assert not re.search(r'\bsrc="|@import|url\((?!#)', whole)
    assert "Open in the browser" not in body and "headerlink" not in body


def test_a_packet_keeps_every_chart_with_its_words_and_sources(whole, site):
    built = "".join((site / unit.page).read_text(encoding="utf-8") for unit in catalogue.units())
    for mark in ("atl-chart", "atl-static atl-wide", "atl-provenance", "atl-excerpt", "atl-card"):
        assert len(re.findall(rf'class="[^"]*{mark}\b(?!-)', whole)) >= len(re.findall(rf'class="[^"]*{mark}\b(?!-)', built)) * 0.97, mark
    assert whole.count("atl-narrow\"") == 0
    assert whole.count("<svg") >= built.count('class="atl-static atl-wide"')


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", "", re.sub(r"<(svg|script|style)\b.*?</\1>", "", html, flags=re.DOTALL))).split())


@pytest.mark.parametrize("unit", catalogue.units()[:15], ids=lambda unit: unit.name)
def test_the_packet_for_a_screen_loses_no_sentence_and_no_row_of_a_chapter(unit, site):
    """The last chapters have forms and a scorecard besides, of which the packet has the printed side alone."""
    built = (site / unit.page).read_text(encoding="utf-8").split('<article class="bd-article">')[1].split('class="atl-tools"')[0]
    kept = words(packet.assemble(plan.course(chapters=[unit.name], **CHOICE), paper=False))
    items = {words(found) for found in re.findall(r"<(?:p|li|td|dd|blockquote|h[2-6])\b[^>]*>(.*?)</(?:p|li|td|dd|blockquote|h[2-6])>", built, re.DOTALL)}
    lost = {item.rstrip("#") for item in items if item.rstrip("#") not in kept}
    assert lost <= {"Download these rows as CSV", "Open in the browserDownload the notebook"}, lost
    assert len(items) > 100


def test_the_answers_of_a_quiz_stand_at_the_end_on_paper_and_are_closed_on_a_screen(whole, week):
    chapters, answers = whole.split('id="answers"')
    assert "Distance is not independence" not in chapters and "Distance is not independence" in answers
    assert answers.count("<li data-right=\"true\">") + answers.count('<li data-right="true"') >= 90
    screen = packet.assemble(week, paper=False)
    assert 'id="answers"' not in screen
    question = screen[: screen.index("Distance is not independence")]
    assert question[question.rindex("<details") :].startswith('<details class="atl-details ">')


def test_what_we_found_stands_on_paper_far_from_the_guess_and_says_where(whole, week):
    chapters, answers = whole.split('id="answers"')
    asked = "Four texts print 1.7 million. How many independent sources do you think stand behind them?"
    assert asked in chapters and f"<strong>{asked}</strong>" in answers
    assert "Only one of the four names a source, and it is one man" not in chapters and "Only one of the four names a source, and it is one man" in answers
    assert "Compare with what we found" not in chapters.split("<body>")[1] and "Judge first" in chapters.split("</header>")[0]
    pointers = re.findall(r'<a href="#answers-(\w+)">answer (\d+) of this chapter</a>', chapters)
    assert pointers[:6] == [("five_voices", str(number)) for number in range(1, 5)] + [("the_life_of_a_number", "1"), ("the_life_of_a_number", "2")]
    assert {unit.name for unit in catalogue.units()} == {name for name, _ in pointers}
    assert packet.assemble(week, paper=False).count("Compare with what we found") == 6


def test_a_packets_tags_close_as_they_open(whole):
    class Balance(HTMLParser):
        def __init__(self):
            super().__init__()
            self.open, self.wrong = [], []

        def handle_starttag(self, tag, attributes):
            if tag not in packet._VOID and not self.get_starttag_text().endswith("/>"):
                self.open.append(tag)

        handle_startendtag = lambda self, tag, attributes: None  # noqa: E731

        def handle_endtag(self, tag):
            if tag not in packet._VOID and (not self.open or self.open.pop() != tag):
                self.wrong.append((tag, self.getpos()))

    found = Balance()
    found.feed(whole.split("</style>", 1)[1].replace("</head>", "").split("<body>")[1].split("</body>")[0])
    assert (found.wrong[:3], found.open) == ([], [])


def test_links_lead_to_the_book_where_it_is_served(site):
    html = packet.assemble(plan.course(chapters=["five_voices"], book="https://example.org/atl/", **CHOICE))
    assert 'href="https://example.org/atl/book/five_documents.html"' in html or 'href="https://example.org/atl/book/' in html


def test_without_the_built_book_the_error_says_how_to_build_it(monkeypatch, tmp_path, week):
    monkeypatch.setattr(catalogue, "home", lambda: tmp_path)
    with pytest.raises(CourseError, match="run `make book` first"):
        packet.assemble(week)


def test_a_browser_that_does_not_print_is_named(monkeypatch, tmp_path, week):
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho no display >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(packet, "chromium", lambda: str(broken))
    with pytest.raises(CourseError, match="did not print the packet(?s:.)*no display"):
        packet.members(week)


def test_cells_are_counted_alike_wherever_chromium_began():
    first, second = (b"/ID (node%08d) /Headers [(node%08d)] /Limits [(node%08d) (node%08d)]" % tuple(number + began for number in (8, 3, 3, 8)) for began in (0, 95))
    assert packet.recounted(first) == packet.recounted(second) == b"/ID (node00000002) /Headers [(node00000001)] /Limits [(node00000001) (node00000002)]"


def test_bookmarks_that_chromium_doubles_are_mended_without_moving_anything():
    pdf = b"<</Title (Who came when?Who came when?)\n/Prev 1 0 R>> /CreationDate (D:20261126080000+00'00')"
    mended = packet.single(packet.timeless(pdf))
    assert b"/Title (Who came when?) " in mended and b"D:20260101000000" in mended and len(mended) == len(pdf)


@pytest.fixture(scope="module")
def printed(site):
    browser = next(filter(None, map(shutil.which, packet.BROWSERS)), None)
    if browser is None:
        reason = "No Chromium found: install it (on Debian or Ubuntu: apt install chromium)."
        pytest.fail(reason) if os.environ.get("ATL_DEMAND_BROWSER") else pytest.skip(reason)
    html = packet.assemble(plan.course(route="lesson", **CHOICE))
    first = packet.printed(html, browser)
    packet.printed.cache_clear()
    return first, packet.printed(html, browser)


@pytest.mark.browser
def test_a_printed_packet_is_tagged_titled_and_of_a_sane_size(printed):
    reader = PdfReader(io.BytesIO(printed[0]))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en" and reader.metadata.title == "Reading packet: Across the Line: one lesson"
    tags = {}
    described = []

    def walk(node):
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, list):
            for kid in node:
                walk(kid)
        elif isinstance(node, dict):
            tags[node.get("/S")] = tags.get(node.get("/S"), 0) + 1
            described.append(str(node["/Alt"])) if node.get("/S") == "/Figure" and "/Alt" in node else None
            walk(node.get("/K"))

    walk(root["/StructTreeRoot"]["/K"])
    assert tags["/H1"] == 1 and tags["/H2"] >= 3 and tags["/H3"] >= 5 and tags["/Table"] and tags["/L"] and tags["/Link"]
    assert any("chart" in text.lower() for text in described)
    assert 15 <= len(reader.pages) <= 40 and len(printed[0]) < 2_000_000


@pytest.mark.browser
def test_a_printed_packet_has_bookmarks_and_says_on_which_sheet_each_chapter_begins(printed):
    reader = PdfReader(io.BytesIO(printed[0]))
    sheet = {}

    def walk(items):
        for item in items:
            if isinstance(item, list):
                walk(item)
            else:
                sheet.setdefault(item.title, reader.get_destination_page_number(item) + 1)  # the answers name each chapter again

    walk(reader.outline)
    contents = reader.pages[0].extract_text()
    for title in ("Five voices", "Answers to guesses and quizzes"):
        assert re.search(rf"{title}.*?page {sheet[title]}\b", contents, re.DOTALL), contents
        text = reader.pages[sheet[title] - 1].extract_text()
        assert title in text and str(sheet[title]) in text
    assert not [title for title in sheet if len(title) % 2 == 0 and title[: len(title) // 2] == title[len(title) // 2 :]]


@pytest.mark.browser
def test_the_links_of_a_printed_packet_lead_within_it_or_to_sites(printed):
    reader = PdfReader(io.BytesIO(printed[0]))
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots") or []]
    named = {str(name) for name in reader.named_destinations}
    inside = [str(note["/Dest"]).removeprefix("/") for note in notes if "/Dest" in note]
    outside = [str(note["/A"]["/URI"]) for note in notes if "/A" in note]
    assert {"five_voices", "answers"} <= set(inside) and {name for name in inside if name not in named and f"/{name}" not in named} == set()
    assert len(outside) > 20 and all(url.startswith(("https://", "http://")) for url in outside)


@pytest.mark.browser
def test_the_same_packet_prints_to_the_same_bytes(printed):
    assert printed[0] == printed[1]


# --- the instructor's pack ---------------------------------------------------------------------------------------


def test_the_instructors_pack_has_every_part(instructor):
    for pattern in ("START.html", "guide*.html", "course-map*", "slides/five_voices.html", "solutions/five_voices_exercise.ipynb", "rubrics/*.md", "sheets/*", "dbq/*",
                    "lms/*.imscc", "gradebook.csv", "syllabus.html", "schedule.ics", syllabus.FILL_IN):  # fmt: skip
        assert [path for path in instructor if PurePosixPath(path).match(pattern)], pattern


def test_the_instructors_start_page_links_to_every_file_and_says_what_each_is_for(instructor):
    assert beside(instructor, "START.html") == []
    assert set(instructor) <= {unquote(link) for link in links(instructor["START.html"])}
    assert [path for path in instructor if not instructor_pack._for(path)] == []


def test_the_first_hour_of_an_instructor_is_an_hour(instructor):
    hour = instructor["START.html"].decode().split("Your first hour")[1].split("<h2>")[0]
    assert sum(map(int, re.findall(r"<strong>(\d+) minutes", hour))) == 60
    assert "weigh the two columns yourself" in hour, "totals are made of checked tasks for the most part"


def test_a_missing_part_is_named(monkeypatch, week):
    monkeypatch.setattr(instructor_pack, "MAKERS", ("nothing_of_this_name",))
    with pytest.raises(CourseError, match="restore src/acrosstheline/teach/nothing_of_this_name.py"):
        instructor_pack.members(week)


def test_two_parts_that_claim_one_path_are_refused(monkeypatch, week):
    monkeypatch.setattr(instructor_pack, "MAKERS", ("schedule",))
    with pytest.raises(CourseError, match="schedule.csv"):
        instructor_pack.members(week)


def test_no_file_of_either_pack_says_where_it_was_made(student, instructor):
    for name, body in texts({**student, **{f"instructor/{path}": body for path, body in instructor.items()}}):
        assert str(ROOT) not in body, name


# --- whole or not at all -------------------------------------------------------------------------------------------


class Part:
    """A pack of two small files, or one that fails."""

    def __init__(self, body=b"1", fails=None):
        self.body, self.fails = body, fails

    def members(self, course):
        if self.fails:
            raise self.fails
        return {"a.txt": self.body, "b/c.txt": self.body}


@pytest.fixture
def put(monkeypatch, week):
    def write(folder, student=None, instructor=None, **options):
        monkeypatch.setattr(packs, "PACKS", {"student_pack": student or Part(), "instructor_pack": instructor or Part()})
        return packs.write(week, folder, **options)

    return write


def test_packs_appear_as_folders_and_as_zips_of_the_same(put, tmp_path):
    put(tmp_path / "new" / "course")
    folder = tmp_path / "new" / "course"
    assert sorted(path.name for path in folder.iterdir()) == ["instructor_pack", "instructor_pack.zip", "student_pack", "student_pack.zip"]
    with zipfile.ZipFile(folder / "student_pack.zip") as archive:
        assert archive.namelist() == ["student_pack/a.txt", "student_pack/b/c.txt"]
    assert (folder / "student_pack" / "b" / "c.txt").read_bytes() == b"1"
    assert [path.name for path in folder.parent.iterdir()] == ["course"]


def test_when_a_maker_fails_nothing_is_written(put, tmp_path):
    with pytest.raises(CourseError, match="no sheets"):
        put(tmp_path / "course", instructor=Part(fails=CourseError("no sheets")))
    assert list(tmp_path.iterdir()) == []


def test_when_the_disk_is_full_nothing_stays_and_the_error_says_so(put, tmp_path, monkeypatch):
    whole = Path.write_bytes

    def full(self, body):
        if self.name.endswith(".zip"):
            raise OSError(28, "No space left on device")
        return whole(self, body)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CourseError, match="No space left on device"):
        put(tmp_path / "course")
    assert list(tmp_path.iterdir()) == []


def test_packs_that_are_there_are_kept_unless_they_may_be_replaced(put, tmp_path):
    put(tmp_path / "course")
    with pytest.raises(CourseError, match="--replace"):
        put(tmp_path / "course", student=Part(b"2"))
    assert (tmp_path / "course" / "student_pack" / "a.txt").read_bytes() == b"1"
    put(tmp_path / "course", student=Part(b"2"), replace=True)
    assert (tmp_path / "course" / "student_pack" / "a.txt").read_bytes() == b"2"
    with pytest.raises(CourseError):
        put(tmp_path / "course", instructor=Part(fails=CourseError("x")), replace=True)
    assert (tmp_path / "course" / "student_pack" / "a.txt").read_bytes() == b"2"
    assert [path.name for path in tmp_path.iterdir()] == ["course"]


@pytest.mark.parametrize("replace", [False, True])
def test_something_else_at_that_place_is_never_touched(put, tmp_path, replace):
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "thesis.txt").write_text("mine")
    with pytest.raises(CourseError, match="does not hold both packs"):
        put(tmp_path / "course", replace=replace)
    assert (tmp_path / "course" / "thesis.txt").read_text() == "mine"


def test_a_place_where_nothing_can_be_written_is_named(put, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CourseError, match="--out"):
        put(tmp_path / "file" / "course")


@pytest.mark.parametrize("path", ["../a", "/a", "a/../../b", "a\\b"])
def test_no_file_of_a_pack_leads_out_of_it(path):
    with pytest.raises(CourseError, match="would lead out"):
        packs.zipped({path: b""}, "pack")


# --- the same choice, the same bytes ----------------------------------------------------------------------------------

_ELSEWHERE = '''
import hashlib, sys, time
late = time.time
time.time = lambda: late() + 40_000_000
here = time.localtime
time.localtime = lambda seconds=None: here(time.time() if seconds is None else seconds)
from acrosstheline.teach import packet, packs, plan
packet.chromium = lambda: None
made = packs.write(plan.course(route="week", start="2027-02-01", zone="Asia/Karachi"), "made here")
'''


def test_the_same_choice_gives_the_same_bytes_at_another_time_and_place(student, instructor, tmp_path):
    environment = {**os.environ, "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", _ELSEWHERE], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name, members in {"student_pack": student, "instructor_pack": instructor}.items():
        with zipfile.ZipFile(tmp_path / "made here" / f"{name}.zip") as archive:
            elsewhere = {path.removeprefix(f"{name}/"): archive.read(path) for path in archive.namelist()}
        assert sorted(elsewhere) == sorted(members)
        assert [path for path in members if members[path] != elsewhere[path]] == []
        assert hashlib.sha256(packs.zipped(members, name)).hexdigest() == hashlib.sha256((tmp_path / "made here" / f"{name}.zip").read_bytes()).hexdigest()

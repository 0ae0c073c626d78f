"""The files for learning management systems: valid by the published schemas, whole, without solutions, the same each time.

The schemas belong to their owners and are not in this repository: see ``SCHEMAS``. Where they are missing these tests
are skipped, unless ``ATL_DEMAND_SCHEMAS`` is set.
"""

import csv
import io
import json
import os
import posixpath
import re
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from acrosstheline.teach import bank, catalogue, dom, guide, lms, plan, rubrics
from acrosstheline.teach.catalogue import CourseError
from acrosstheline.teach.course import Course, Session
from acrosstheline.teach.lms import canvas, cartridge, contents, moodle, qti, readings, writing
from course import ROOT
from lxml import etree

pytestmark = pytest.mark.site

SCHEMAS = ROOT.parent / "shared" / "schemas"
CP = "{http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1}"
QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
CANVAS = "{http://canvas.instructure.com/xsd/cccv1p0}"
BY_ROOT = {
    f"{CP}manifest": "cc11/all.xsd",
    "{http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1}webLink": "cc11/ccv1p1_imswl_v1p1.xsd",
    "{http://www.imsglobal.org/xsd/imsccv1p1/imsdt_v1p1}topic": "cc11/ccv1p1_imsdt_v1p1.xsd",
    f"{QTI}questestinterop": "cc11/ccv1p1_qtiasiv1p2p1_v1p0.xsd",
}
# Canvas writes and reads these (lib/cc/module_meta.rb, assignment_resources.rb, topic_resources.rb); its schema does not know them.
UNKNOWN_TO_CANVAS_SCHEMA = {("assignment", "workflow_state"), ("topicMeta", "workflow_state"), ("item", "workflow_state"), ("item", "new_tab")}


@pytest.fixture(scope="module")
def course(site):
    chapters = ["five_voices", "words_at_war", "two_wars", "after_kabul_fell"]
    return plan.course(chapters=chapters, start="2027-03-01", weeks=5, zone="Asia/Karachi", name='Kabul & Islamabad: "two" capitals <2027>', book="https://example.org/atl/")


@pytest.fixture(scope="module")
def made(course):
    return lms.members(course)


@pytest.fixture(scope="module")
def plain(made):
    return files(made["lms/kabul-islamabad-two-capitals-2027.imscc"])


@pytest.fixture(scope="module")
def for_canvas(made):
    return files(made["lms/kabul-islamabad-two-capitals-2027-canvas.imscc"])


def files(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def schema():
    if not SCHEMAS.is_dir():
        told = f"the schemas of 1EdTech and Canvas are not at {SCHEMAS}"
        (pytest.fail if os.environ.get("ATL_DEMAND_SCHEMAS") else pytest.skip)(told)
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    loaded = {}

    def load(path):
        if path not in loaded:
            loaded[path] = etree.XMLSchema(etree.parse(SCHEMAS / path, parser))
        return loaded[path]

    return load


def read(data):
    return etree.fromstring(data, etree.XMLParser(no_network=True, resolve_entities=False))


# --- the schemas ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flavour", ["plain", "for_canvas"])
def test_every_file_of_common_cartridge_is_valid(flavour, schema, request):
    seen = Counter()
    for path, data in request.getfixturevalue(flavour).items():
        if path.endswith(".xml") and CANVAS not in (root := read(data)).tag:
            schema(BY_ROOT[root.tag]).assertValid(root)
            seen[root.tag] += 1
    assert seen == {tag: 1 if tag.endswith("manifest") else 4 for tag in BY_ROOT}


def test_what_canvas_adds_is_valid_but_for_what_its_schema_does_not_know(for_canvas, schema):
    found, seen = set(), Counter()
    for path, data in for_canvas.items():
        if not path.endswith(".xml") or CANVAS not in (root := read(data)).tag:
            continue
        for parent, child in UNKNOWN_TO_CANVAS_SCHEMA:
            for node in root.findall(f".//{CANVAS}{parent}/{CANVAS}{child}") + (root.findall(f"{CANVAS}{child}") if root.tag == CANVAS + parent else []):
                node.getparent().remove(node)
                found.add((parent, child))
        schema("canvas/cccv1p0.xsd").assertValid(root)
        seen[root.tag.removeprefix(CANVAS)] += 1
    assert found == UNKNOWN_TO_CANVAS_SCHEMA
    assert seen == {"assignment": 4, "quiz": 4, "topicMeta": 4, "modules": 1, "rubrics": 1, "assignmentGroups": 1}


def test_the_schemas_do_catch_a_mistake(plain, schema):
    broken = plain["imsmanifest.xml"].replace(b"1.1.0", b"1.1.1", 1)
    assert not schema("cc11/all.xsd").validate(read(broken))


# --- the packages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flavour", ["plain", "for_canvas"])
def test_the_manifest_lists_every_file_once_and_nothing_else(flavour, request):
    packed = request.getfixturevalue(flavour)
    manifest = read(packed["imsmanifest.xml"])
    listed = [node.get("href") for node in manifest.iter(f"{CP}file")]
    assert len(set(listed)) == len(listed)
    assert set(listed) | {"imsmanifest.xml"} == set(packed)
    for resource in manifest.iter(f"{CP}resource"):
        if resource.get("href"):
            assert resource.get("href") == resource.find(f"{CP}file").get("href")


@pytest.mark.parametrize("flavour", ["plain", "for_canvas"])
def test_identifiers_are_unique_names_and_every_reference_resolves(flavour, request):
    manifest = read(request.getfixturevalue(flavour)["imsmanifest.xml"])
    names = [node.get("identifier") for node in manifest.iter() if node.get("identifier")]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", name, re.ASCII) for name in names)
    resources = {node.get("identifier") for node in manifest.iter(f"{CP}resource")}
    referred = {node.get("identifierref") for node in manifest.iter(f"{CP}item", f"{CP}dependency")} - {None}
    assert referred == resources - {canvas_settings(manifest)}


def canvas_settings(manifest):
    """Return the resource that nothing refers to: Canvas's settings, found by their place."""
    found = [node.get("identifier") for node in manifest.iter(f"{CP}resource") if (node.get("href") or "").startswith("course_settings/")]
    return found[0] if found else None


def test_paths_are_plain_and_the_zips_have_one_date_and_are_sorted(made):
    for name, data in made.items():
        if data[:2] != b"PK":
            continue
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            assert names == sorted(names), name
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert all(re.fullmatch(r"[A-Za-z0-9_./-]+", path) and ".." not in path and path[0] != "/" for path in names)


def test_the_same_course_gives_the_same_bytes(course, made):
    assert lms.members(replace(course)) == made


def test_a_cartridge_stays_small(made):
    assert all(len(data) < 1_000_000 for data in made.values()), {name: len(data) for name, data in made.items()}


# --- what a week holds ----------------------------------------------------------------------------------------


def outline(packed):
    root = read(packed["imsmanifest.xml"]).find(f".//{CP}organization/{CP}item")
    return {module.findtext(f"{CP}title"): [item.findtext(f"{CP}title") for item in module.findall(f"{CP}item")] for module in root.findall(f"{CP}item")}


def test_each_meeting_is_a_module_with_reading_quiz_discussion_exercise_and_notebook(plain, for_canvas, course):
    found = outline(plain)
    assert found == outline(for_canvas)
    assert list(found) == ["About this course", *(f"Week {session.number}: {session.title}" for session in course.sessions)]
    unit = catalogue.unit("two_wars")
    assert found["Week 3: Two wars"] == [
        f"Read online: Two wars ({unit.minutes} minutes)",
        f"Read: Two wars ({unit.minutes} minutes)",
        "Check yourself: Two wars",
        "Discuss: Two wars",
        f"Exercise: {unit.exercise_title}",
        f"Notebook: {unit.exercise_title}",
    ]
    assert found[f"Week 5: {course.sessions[4].title}"] == []


def test_without_an_address_of_the_book_there_are_no_web_links_and_no_dead_ones(course):
    offline = replace(course, book="")
    packed = files(cartridge.cartridge(offline))
    assert not [title for titles in outline(packed).values() for title in titles if title.startswith("Read online")]
    for path, data in pages(packed):
        for node in dom.parse(data).all("a"):
            href = node.attributes.get("href", "")
            assert href.startswith(("http://", "https://", "#")) or inside(path, href) in packed, (path, href)


def pages(packed):
    return [(path, data.decode("utf-8")) for path, data in packed.items() if path.endswith(".html")]


def inside(path, href):
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), href.split("#")[0]))


@pytest.mark.parametrize("flavour", ["plain", "for_canvas"])
def test_no_solution_hidden_test_or_word_for_teachers_is_inside(flavour, request, course):
    packed = request.getfixturevalue(flavour)
    for unit in course.units:
        assert packed[f"web_resources/notebooks/{unit.exercise}"] == (ROOT / "exercises" / unit.exercise).read_bytes()
    kept = [
        line
        for unit in course.units
        for line in [*guide.of(unit.name).framings, *(part for part in guide.of(unit.name).sections["After"].splitlines() if len(part) > 40)]
    ]
    kept += [line for unit in course.units for line in solved(unit)]
    assert len(kept) > 20
    whole = "\n".join(data.decode("utf-8", "ignore") for data in packed.values())
    for text in ("### BEGIN SOLUTION", "### BEGIN HIDDEN TESTS", "For teachers", *kept):
        assert text not in whole, text
        assert contents.ascii_html(text) not in whole, text


def solved(unit):
    """Return the longer lines of an exercise's solutions that are not in the student's copy."""
    source = json.loads((ROOT / "exercises" / "solutions" / unit.exercise).read_text(encoding="utf-8"))
    copy = (ROOT / "exercises" / unit.exercise).read_text(encoding="utf-8")
    regions = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", "\n".join("".join(cell["source"]) for cell in source["cells"]), re.DOTALL)
    return [line for region in regions for line in region.splitlines() if len(line) > 60 and json.dumps(line)[1:-1] not in copy]


def test_a_chapter_read_twice_is_worked_on_once_in_its_last_week(site):
    unit, zone = catalogue.unit("closed_borders"), ZoneInfo("Europe/London")
    sessions = tuple(Session(number, date(2027, 3, 9 + 7 * number), (unit,), datetime(2027, 3, 14 + 7 * number, 23, 59, tzinfo=zone)) for number in (1, 2))
    course = Course("Twice", sessions, "Europe/London")
    packed = files(canvas.cartridge_for_canvas(course))
    first, last = list(outline(packed).values())[1:]
    assert [title.split(":")[0] for title in first] == ["Read"]
    assert [title.split(":")[0] for title in last] == ["Read", "Check yourself", "Discuss", "Exercise", "Notebook"]
    settings = [read(data) for path, data in packed.items() if path.endswith("assignment_settings.xml")]
    assert [root.findtext(f"{CANVAS}due_at") for root in settings] == ["2027-03-28T22:59:00"]  # summer time begins that day


def test_a_course_of_all_chapters_packs(site):
    course = plan.course(chapters=[unit.name for unit in catalogue.units()], start="2027-03-01")
    packed = files(cartridge.cartridge(course))
    assert sum(path.endswith("assessment_qti.xml") for path in packed) == 18
    assert sum(len(read(data).findall(f".//{QTI}item")) for path, data in packed.items() if path.endswith("assessment_qti.xml")) == 90


# --- readings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", catalogue.units(), ids=lambda unit: unit.name)
def test_a_reading_has_the_whole_argument_and_asks_no_host_for_anything(unit, site):
    course = Course("Alone", (Session(1, date(2027, 3, 2), (unit,), None),), "UTC")
    made = readings.reading(unit, course)
    page, built = dom.parse(made.html), dom.parse((site / unit.page).read_text(encoding="utf-8")).all("article")[0]
    assert [node.text for node in page.all("h1")] == [unit.title]
    assert [node.text for node in page.all("h2")] == [node.text.removesuffix("#") for node in built.all("h2")]
    prose = [node.text.strip() for node in built.all("section")[0].children if isinstance(node, dom.Node) and node.tag == "p"]
    said = page.text
    assert prose and all(text in said for text in prose if len(text) > 20)
    assert len(made.pictures) == len(built.all("div", "atl-wide")) >= 1
    assert [node.attributes["src"] for node in page.all("img")] == list(made.pictures)
    assert all(len(node.attributes["alt"]) > 80 for node in page.all("img"))
    assert not page.all("script") and not page.all("input") and not page.all("button") and not page.all("select") and not page.all("svg")
    assert not [node for node in page.all() if "src" in node.attributes and "//" in node.attributes["src"]]
    assert page.all("html")[0].attributes["lang"] == "en"
    for svg in made.pictures.values():
        root = read(svg.encode())
        assert root.tag == "{http://www.w3.org/2000/svg}svg" and root.get("viewBox")
        assert not re.search(r"<(?:script|image|use|foreignObject)\b|href=", svg)


def test_a_reading_leaves_the_quiz_to_the_quiz(plain):
    page = plain["web_resources/readings/two_wars.html"].decode()
    for question in bank.questions(catalogue.unit("two_wars")):
        assert contents.ascii_html(question.text) not in page
    assert "The five questions of this section are a quiz of the same week." in page


def test_pages_of_a_cartridge_link_to_each_other_and_else_to_the_book(plain):
    links = [node.attributes["href"] for node in dom.parse(plain["web_resources/readings/two_wars.html"].decode()).all("a") if "href" in node.attributes]
    assert "https://example.org/atl/book/the_life_of_a_number.html" in links  # not part of this course
    links = [node.attributes["href"] for node in dom.parse(plain["web_resources/readings/words_at_war.html"].decode()).all("a") if "href" in node.attributes]
    assert {"five_voices.html", "two_wars.html"} & {link.split("#")[0] for link in links}


def test_pages_questions_and_discussions_are_ascii_for_moodle(plain):
    for path, data in pages(plain):
        if not path.endswith("syllabus.html"):
            assert data.isascii(), path
    for path, data in plain.items():
        if path.endswith(".xml") and (root := read(data)).tag in list(BY_ROOT)[2:]:
            assert all(node.text.isascii() for node in root.iter() if node.get("texttype")), path


# --- quizzes --------------------------------------------------------------------------------------------------


def quiz_in(root):
    """Read an assessment as Moodle's importer does: `get_answers`, `get_score` and `get_feedback` of backup/cc/entity11.quiz.class.php."""
    for item in root.findall(f"{QTI}assessment/{QTI}section/{QTI}item"):
        conditions = item.findall(f"{QTI}resprocessing/{QTI}respcondition")
        assert {condition.get("continue") for condition in conditions} == {"No"}  # the others are shown after any answer
        assert [condition.findtext(f"{QTI}setvar") for condition in conditions] == ["100", *[None] * (len(conditions) - 1)]  # right first, for Open edX
        feedback = {node.get("ident"): node.findtext(f"{QTI}flow_mat/{QTI}material/{QTI}mattext") for node in item.findall(f"{QTI}itemfeedback")}
        choices = []
        for label in item.findall(f"{QTI}presentation/{QTI}response_lid/{QTI}render_choice/{QTI}response_label"):
            mine = [node for node in conditions if node.findtext(f"{QTI}conditionvar/{QTI}varequal") == label.get("ident")]
            told = [feedback[node.get("linkrefid")] for condition in mine for node in condition.findall(f"{QTI}displayfeedback")]
            scores = [node.text for condition in mine for node in condition.findall(f"{QTI}setvar")]
            choices.append((label.findtext(f"{QTI}material/{QTI}mattext"), scores == ["100"], " ".join(told)))
        yield item.findtext(f"{QTI}presentation/{QTI}material/{QTI}mattext"), choices


def expected(unit):
    ascii_html = contents.ascii_html
    return [(ascii_html(f"<p>{q.text}</p>"), [(ascii_html(c.text), c.right, ascii_html(c.feedback)) for c in q.choices]) for q in bank.questions(unit)]


def test_a_quiz_holds_the_books_questions_with_feedback_for_every_choice(plain, course):
    found = [list(quiz_in(read(data))) for path, data in plain.items() if path.endswith("assessment_qti.xml")]
    assert sorted(found) == sorted(expected(unit) for unit in course.units)


def test_identifiers_of_questions_are_unique_in_the_package(plain):
    names = [node.get("ident") for path, data in plain.items() if path.endswith("assessment_qti.xml") for node in read(data).iter(f"{QTI}item")]
    assert len(set(names)) == len(names) == 20


def test_the_package_of_questions_has_one_assessment_a_chapter(made, course):
    packed = files(made["lms/kabul-islamabad-two-capitals-2027-qti12-questions.zip"])
    manifest = read(packed["imsmanifest.xml"])
    listed = manifest.findall(".//{*}resource")
    assert {node.get("type") for node in listed} == {"imsqti_xmlv1p2"}
    assert [node.get("href") for node in listed] == [node.get("href") for node in manifest.iter("{*}file")]
    assert {node.get("href") for node in listed} | {"imsmanifest.xml"} == set(packed)
    roots = [read(packed[node.get("href")]) for node in listed]
    assert [root.find(f"{QTI}assessment").get("title") for root in roots] == [f"Check yourself: {unit.title}" for unit in course.units]
    assert [list(quiz_in(root)) for root in roots] == [expected(unit) for unit in course.units]


# --- Moodle's question bank -----------------------------------------------------------------------------------

# Where question/format/xml/format.php of Moodle reads each element of a multiple-choice question: `import_headers`,
# `import_multichoice`, `import_combined_feedback` and `import_question_tags`. Whatever is not here it passes over.
MOODLE_READS = set(
    "name questiontext generalfeedback defaultgrade penalty idnumber tags single shuffleanswers answernumbering "
    "showstandardinstruction answer correctfeedback partiallycorrectfeedback incorrectfeedback".split()
) | {"hidden"}  # which Moodle's own exports have
MOODLE_FORMATS = {"moodle_auto_format", "html", "plain_text", "wiki_like", "markdown"}  # `trans_format`
MOODLE_FRACTIONS = {"100", "0"}  # of the grades that Moodle knows, those that a question with one right answer needs
MOODLE_NUMBERINGS = {"abc", "ABCD", "123", "iii", "IIII", "none"}


def moodle_text(node):
    """Read a text as `import_text_with_files` does: the first text of the element, trimmed, in a format that it knows."""
    assert node.get("format") in MOODLE_FORMATS, node.tag
    assert [child.tag for child in node][:1] == ["text"], node.tag
    return (node.find("text").text or "").strip()


def moodle_reads(xml):
    """Read a file of questions by the rules of Moodle's importer, strictly: what it would pass over is an error."""
    root = ElementTree.fromstring(xml)
    assert root.tag == "quiz" and {node.tag for node in root} == {"question"}
    category, found = None, []
    for question in root:
        if question.get("type") == "category":
            category, about = question.find("category/text").text, question.find("info")
            assert moodle_text(about)
            assert category.startswith("$course$/top/")
            continue
        assert question.get("type") == "multichoice" and category
        assert {node.tag for node in question} <= MOODLE_READS
        assert all(len(question.findall(tag)) == 1 for tag in {node.tag for node in question} - {"answer"})
        assert question.find("single").text == question.find("shuffleanswers").text == "true"
        assert question.find("answernumbering").text in MOODLE_NUMBERINGS
        assert 0 <= float(question.find("penalty").text) <= 1 and float(question.find("defaultgrade").text) == 1
        answers = [(moodle_text(node), node.get("fraction"), moodle_text(node.find("feedback"))) for node in question.findall("answer")]
        assert {fraction for _, fraction, _ in answers} == MOODLE_FRACTIONS
        found.append(
            {
                "category": [step.replace("//", "/") for step in re.split(r"(?<!/)/(?!/)", category)],
                "name": question.find("name/text").text,
                "idnumber": question.find("idnumber").text,
                "text": moodle_text(question.find("questiontext")),
                "about": moodle_text(question.find("generalfeedback")),
                "answers": answers,
                "tags": [node.find("text").text for node in question.findall("tags/tag")],
            }
        )
    return found


def test_moodle_reads_every_question_with_its_category_feedback_and_tags(made, course):
    found = moodle_reads(made["lms/kabul-islamabad-two-capitals-2027-moodle-questions.xml"])
    wanted = [(unit, question) for unit in course.units for question in bank.questions(unit)]
    assert len(found) == len(wanted) == 20
    for read_back, (unit, question) in zip(found, wanted, strict=True):
        assert read_back["category"] == ["$course$", "top", course.name, f"{unit.number:02d} {unit.title}"]
        assert read_back["text"] == f"<p>{question.text}</p>"
        assert read_back["answers"] == [(choice.text, "100" if choice.right else "0", choice.feedback) for choice in question.choices]
        assert read_back["tags"][0] == "across-the-line" and len(read_back["tags"]) == 3
        assert course.book + unit.page in read_back["about"]
        assert len(read_back["name"]) <= 255
    assert len({read_back["idnumber"] for read_back in found}) == 20


def test_a_stroke_in_a_name_makes_no_category_of_its_own(site):
    course = plan.course(chapters=["two_wars"], start="2027-03-01", name="HIST/POL 210")
    assert {tuple(question["category"]) for question in moodle_reads(moodle.questions(course))} == {("$course$", "top", "HIST/POL 210", "09 Two wars")}


def test_all_ninety_questions_can_be_banked():
    course = plan.course(chapters=[unit.name for unit in catalogue.units()], start="2027-03-01")
    assert len(moodle_reads(moodle.questions(course))) == 90
    assert len(qti.quizzes(course)) == 18


# --- Canvas ---------------------------------------------------------------------------------------------------


def value(root, tag):
    return root.findtext(f"{CANVAS}{tag}")


def test_canvas_gets_due_times_in_utc(for_canvas, course):
    assert [session.due.isoformat() for session in course.sessions[:2]] == ["2027-03-07T23:59:00+05:00", "2027-03-14T23:59:00+05:00"]
    for path, tag in (("assignment_settings.xml", "assignment"), ("assessment_meta.xml", "quiz")):
        due = sorted(value(read(data), "due_at") for name, data in for_canvas.items() if name.endswith(path))
        assert due == [f"2027-03-{day:02d}T18:59:00" for day in (7, 14, 21, 28)], tag


def test_canvas_finds_each_assignment_with_its_page_points_upload_and_rubric(for_canvas, course):
    """By the rules of lib/cc/importer/canvas/assignment_converter.rb and rubrics_converter.rb."""
    manifest = read(for_canvas["imsmanifest.xml"])
    sheets = {node.get("identifier"): node for node in read(for_canvas["course_settings/rubrics.xml"])}
    found = {}
    for resource in manifest.iter(f"{CP}resource"):
        if not resource.get("type").endswith("learning-application-resource"):
            continue
        paths = [node.get("href") for node in resource.findall(f"{CP}file")]
        settings = [path for path in paths if path.endswith("assignment_settings.xml")]
        if settings:
            root, page = read(for_canvas[settings[0]]), next(path for path in paths if path.endswith(".html"))
            assert root.get("identifier") == resource.get("identifier")
            assert (value(root, "submission_types"), value(root, "allowed_extensions"), value(root, "grading_type")) == ("online_upload", "ipynb", "points")
            assert value(root, "workflow_state") == "unpublished"
            found[value(root, "title")] = (float(value(root, "points_possible")), sheets[value(root, "rubric_identifierref")], for_canvas[page].decode())
    assert len(found) == 4
    for unit in course.units:
        points, sheet, page = found[f"Exercise: {unit.exercise_title}"]
        asked = rubrics.tasks(unit.name)
        assert points == sum(task.points for task in asked if not task.optional)
        assert f'href="$IMS-CC-FILEBASE$/notebooks/{unit.exercise}"' in page
        assert f"web_resources/notebooks/{unit.exercise}" in for_canvas
        task = next(task for task in asked if task.rubric and not task.optional)
        assert value(sheet, "title").endswith(f"task {task.name}")
        assert float(value(sheet, "points_possible")) == task.points
    written = [task for unit in course.units for task in rubrics.tasks(unit.name) if task.rubric]
    assert len(sheets) == len(written)


def test_a_rubrics_ratings_go_from_full_points_to_none(for_canvas):
    for sheet in read(for_canvas["course_settings/rubrics.xml"]):
        criteria = sheet.findall(f"{CANVAS}criteria/{CANVAS}criterion")
        assert abs(sum(float(value(node, "points")) for node in criteria) - float(value(sheet, "points_possible"))) < 0.05
        for criterion in criteria:
            points = [float(value(node, "points")) for node in criterion.findall(f"{CANVAS}ratings/{CANVAS}rating")]
            assert points == sorted(set(points), reverse=True) and points[0] == float(value(criterion, "points")) and points[-1] == 0
            assert all(value(node, "description") and value(node, "long_description") for node in criterion.iter(f"{CANVAS}rating"))


def test_canvas_finds_each_quiz_where_its_importer_looks(for_canvas, course):
    """lib/cc/importer/canvas/quiz_converter.rb reads non_cc_assessments/ alone, quiz_metadata_converter.rb the file beside it."""
    assert "course_settings/canvas_export.txt" in for_canvas
    found = {}
    for path, data in for_canvas.items():
        if path.startswith("non_cc_assessments/"):
            root = read(data)
            name = root.find(f"{QTI}assessment").get("ident")
            assert path == f"non_cc_assessments/{name}.xml.qti"
            meta = read(for_canvas[f"{name}/assessment_meta.xml"])
            assert meta.get("identifier") == name
            assert (value(meta, "available"), value(meta, "quiz_type"), value(meta, "allowed_attempts"), value(meta, "shuffle_answers")) == ("false", "practice_quiz", "-1", "true")
            assert {node.findtext(f"{QTI}fieldentry") for node in root.iter(f"{QTI}qtimetadatafield") if node.findtext(f"{QTI}fieldlabel") == "question_type"} == {"multiple_choice_question"}
            found[value(meta, "title")] = list(quiz_in(root))
    assert found == {f"Check yourself: {unit.title}": expected(unit) for unit in course.units}


def test_canvas_finds_what_each_item_of_a_module_opens(for_canvas):
    """By lib/cc/importer/canvas/module_converter.rb and app/models/importers/context_module_importer.rb."""
    manifest = read(for_canvas["imsmanifest.xml"])
    kinds = {node.get("identifier"): node for node in manifest.iter(f"{CP}resource")}
    modules = read(for_canvas["course_settings/module_meta.xml"])
    assert [value(module, "title") for module in modules] == list(outline(for_canvas))
    assert {node.text for node in modules.iter(f"{CANVAS}workflow_state")} == {"unpublished"}
    topics = {value(root, "topic_id") for path, data in for_canvas.items() if path.endswith(".xml") and (root := read(data)).tag == f"{CANVAS}topicMeta"}
    for item in modules.iter(f"{CANVAS}item"):
        kind, name = value(item, "content_type"), value(item, "identifierref")
        resource = kinds[name]
        if kind == "Attachment":
            assert resource.get("type") == "webcontent" and resource.get("href").startswith("web_resources/")
        elif kind == "ExternalUrl":
            assert value(item, "url").startswith("https://example.org/atl/book/") and value(item, "new_tab") == "true"
        elif kind == "DiscussionTopic":
            assert name in topics
        elif kind == "Quizzes::Quiz":
            assert f"non_cc_assessments/{name}.xml.qti" in for_canvas
        else:
            assert kind == "Assignment" and f"{name}/assignment_settings.xml" in for_canvas
    positions = [[int(value(item, "position")) for item in module.iter(f"{CANVAS}item")] for module in modules]
    assert all(places == list(range(1, len(places) + 1)) for places in positions)


def test_nothing_in_the_file_for_canvas_changes_the_course_that_imports_it(for_canvas):
    assert {path for path in for_canvas if path.startswith("course_settings/")} == {f"course_settings/{name}" for name in ("canvas_export.txt", "assignment_groups.xml", "module_meta.xml", "rubrics.xml")}


# --- words ----------------------------------------------------------------------------------------------------


def test_a_discussion_asks_the_guides_question_and_offers_an_equal_way_out(plain):
    texts = {root[0].text: root[1].text for path, data in plain.items() if path.endswith(".xml") and (root := read(data)).tag.endswith("}topic")}
    asked = texts["Discuss: Five voices"]
    assert contents.ascii_html("What does the writer owe them?") in asked
    assert all("it counts the same" in text and "Nobody is asked to speak of their own family" in text for text in texts.values())


def test_a_chapter_without_a_question_for_discussion_asks_about_its_strongest_criticism(monkeypatch):
    def missing(_name):
        raise CourseError("no guide")

    monkeypatch.setattr(guide, "of", missing)
    text = contents.discussion(catalogue.unit("two_wars"))
    assert "strongest criticism" in text and "How many people were killed" in text


def test_instructions_say_when_it_is_due_in_the_language_of_the_course(course):
    moment = datetime(2027, 3, 7, 23, 59, tzinfo=ZoneInfo("Asia/Karachi"))
    assert contents.when(moment, course) == "Sunday 7 March 2027, 23:59 (Asia/Karachi)"
    urdu = contents.when(moment, replace(course, language="ur"))
    assert urdu.startswith('<span lang="ur" dir="rtl">') and urdu.endswith("(Asia/Karachi)")


@pytest.mark.parametrize("unit", ["two_wars", "words_at_war"])
def test_a_task_says_that_what_is_done_if_there_is_time_is_no_part_of_its_points(course, unit):
    """The gradebook, the feedback and the totals for an LMS count it apart."""
    said = contents._instructions(catalogue.unit(unit), course, None, 15)
    assert "counted by themselves" in said and "on top" not in said


def test_the_directions_name_each_file_and_say_what_was_not_tried(made, course):
    page = dom.parse(made["lms/how-to-import.html"].decode().partition("\n")[2])
    assert len(page.all("h1")) == 1
    said = page.text
    assert all(name.removeprefix("lms/") in said for name in made if not name.endswith(".html"))
    assert course.zone in said and "No file was imported into a running Moodle, Canvas, Blackboard or Brightspace." in said


def test_the_directions_say_what_marks_add_up_to_and_what_moodle_does_with_those_it_holds(made):
    said = dom.parse(made["lms/how-to-import.html"].decode().partition("\n")[2]).text
    assert said.count("Do written tasks weigh more in your course?") == 2, "for Moodle and for Canvas"
    assert said.index("Upload this before the pages.") < said.index("Upload multiple feedback files in a zip")
    assert "a comment that is empty in the file empties Moodle's" in said and "On a second upload" not in said


def test_the_calendar_and_the_table_of_dates_are_inside(plain):
    rows = list(csv.DictReader(io.StringIO(plain["web_resources/course/schedule.csv"].decode("utf-8-sig"))))
    assert rows and plain["web_resources/course/schedule.ics"].startswith(b"BEGIN:VCALENDAR")


def test_a_reading_packet_at_hand_goes_into_both_cartridges(course):
    made = lms.members(course, packet={"reading_packet.pdf": b"%PDF-1.7"})
    for name in list(made)[:2]:
        packed = files(made[name])
        assert packed["web_resources/course/reading_packet.pdf"] == b"%PDF-1.7"
        assert "Reading packet: all chapters in one file (PDF)" in outline(packed)["About this course"]


# --- bad input ------------------------------------------------------------------------------------------------


def test_a_book_that_is_not_built_is_asked_for(course, tmp_path, monkeypatch):
    monkeypatch.setattr(readings, "home", lambda: tmp_path)
    with pytest.raises(CourseError, match="make book"):
        lms.members(course)


@pytest.mark.parametrize("name", ["", "  ", "History\x0b210", "\ud800"])
def test_a_name_that_no_file_can_hold_is_refused(course, name):
    with pytest.raises(CourseError, match="course's name"):
        lms.members(replace(course, name=name))


def test_a_name_in_other_letters_is_kept_inside_and_the_files_get_a_plain_one(course):
    made = lms.members(replace(course, name="تاریخ ۲۱۰"))
    assert list(made) == [f"lms/across-the-line{ending}" for ending in (".imscc", "-canvas.imscc", "-moodle-questions.xml", "-qti12-questions.zip")] + ["lms/how-to-import.html"]
    assert "تاریخ ۲۱۰" in files(made["lms/across-the-line.imscc"])["imsmanifest.xml"].decode()


def test_xml_escapes_what_others_wrote(plain, course):
    title = read(plain["imsmanifest.xml"]).find(".//{http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest}string")
    assert title.text == course.name
    assert writing.document(writing.node("a", "<&>")) == b'<?xml version="1.0" encoding="UTF-8"?>\n<a>&lt;&amp;&gt;</a>\n'

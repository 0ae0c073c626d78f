"""The exercises: solutions that pass, mistakes that get their hint, and students' copies that hold no secret."""

import copy
import io
import json
import re
import zipfile

import nbformat
import pytest
from acrosstheline import answers, checks
from acrosstheline.site import exercises as released
from acrosstheline.site import notebooks
from acrosstheline.teach import release, tasks
from course import ROOT, read_notebook, text_of

SOURCES = released.sources()
NAMES = [release.exercise_of(path) for path in SOURCES]
RECORDS = {name: release.declared(read_notebook(path), name) for name, path in zip(NAMES, SOURCES)}
TASKS = [(name, record) for name in NAMES for record in RECORDS[name]]
TEXTS = (".html", ".ipynb", ".json", ".js", ".py", ".txt", ".csv")
CHECKED = [(name, record) for name, record in TASKS if record["kind"] != "essay"]


def label(value):
    return value["task"] if isinstance(value, dict) else value


def copy_of(name):
    return released.COPIES / f"{name}_exercise.ipynb"


def checker(name):
    return checks.Checker(name, checks.about(name)["tasks"])


def as_given(value, kind):
    """Turn a stored answer into what a student's cell would hold."""
    return set(value) if kind == "set" and isinstance(value, list) else value


# --- feedback ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name, record", CHECKED, ids=label)
def test_what_is_right_is_called_right(name, record):
    for right in record["right"]:
        feedback = checker(name).feedback(record["task"], as_given(right, record["kind"]))
        assert (feedback.state, feedback.text) == ("right", record["why"])


@pytest.mark.parametrize("name, record", CHECKED, ids=label)
def test_each_known_mistake_gets_its_own_hint(name, record):
    assert len(record["wrong"]) >= 2
    for wrong, hint in record["wrong"]:
        feedback = checker(name).feedback(record["task"], as_given(wrong, record["kind"]))
        assert (feedback.state, feedback.text) == ("hint", hint), wrong
    assert len({hint for _, hint in record["wrong"]}) == len(record["wrong"]), "two mistakes share one hint"


@pytest.mark.parametrize("name, record", [item for item in CHECKED if item[1]["kind"] == "number" and item[1]["within"]], ids=label)
def test_a_right_number_rounded_is_not_taken_for_a_mistake(name, record):
    for right in record["right"]:
        for rounded in {float(f"{right:.{digits}g}") for digits in (1, 2, 3)} | {round(right, digits) for digits in (1, 2)}:
            mistakes = {hint for wrong, hint in record["wrong"] if wrong != rounded}
            assert checker(name).feedback(record["task"], rounded).text not in mistakes, rounded


@pytest.mark.parametrize("name, record", CHECKED, ids=label)
def test_no_hint_gives_the_answer_away(name, record):
    hints = [record["hint"], *(hint for _, hint in record["wrong"])]
    for right in record["right"]:
        for form in spoken(right, record["kind"]):
            assert not [hint for hint in hints if re.search(rf"(?<![\w.]){re.escape(form)}(?![\w.]*\w)", hint)], form


def spoken(value, kind):
    """Return the forms in which a text could give a number or a name away."""
    if kind == "number":
        whole = float(value) == int(value)
        return [f"{int(value):,}", str(int(value))] if whole and abs(value) > 12 else []
    return [value] if kind == "text" and len(value) > 12 else []


@pytest.mark.parametrize("name, record", [item for item in TASKS if item[1]["kind"] == "essay"], ids=label)
def test_a_written_task_judges_form_alone_and_has_a_rubric(name, record):
    feedback = checker(name).feedback(record["task"], "Ten words that say little and cite nothing at all.")
    assert feedback.state == "form" and checks.FORM_ONLY in feedback.text
    prose = "\n".join(text_of(cell) for cell in read_notebook(copy_of(name))["cells"] if cell["cell_type"] == "markdown")
    section = prose.split(f"**Task {record['task']}.**")[1].split("**Task ")[0]
    assert section.count("\n|") >= 4, "no rubric with levels"


# --- the two copies ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
class TestCopies:
    def test_the_student_copy_is_in_step_with_its_source(self, name):
        path = released.SOURCES / f"{name}_exercise.ipynb"
        wanted = release.student_copy(nbformat.read(path, 4), name)
        got = nbformat.read(copy_of(name), 4)
        kept = [(cell.cell_type, cell.source, cell.get("id"), cell.metadata) for cell in got.cells]
        assert kept == [(c.cell_type, c.source, c.get("id"), c.metadata) for c in notebooks.normalise(wanted, path.stem).cells]

    def test_the_sealed_checks_are_in_step_with_the_source(self, name):
        path = released.SOURCES / f"{name}_exercise.ipynb"
        assert checks.about(name) == json.loads(json.dumps(release.sealed(read_notebook(path), name)))

    def test_on_day_one_every_task_is_not_answered_yet_and_nothing_fails(self, name):
        cells = [cell for cell in read_notebook(copy_of(name))["cells"] if cell["cell_type"] == "code" and text_of(cell).strip()]
        assert all(cell["execution_count"] for cell in cells)
        assert not [o for cell in cells for o in cell["outputs"] if o["output_type"] == "error" or o.get("name") == "stderr"]
        shown = str([o for cell in cells for o in cell["outputs"]])
        assert shown.count(checks.BLANK) >= len(RECORDS[name])
        assert "Right." not in shown

    def test_the_solutions_are_all_right(self, name):
        outputs = [o for c in read_notebook(released.SOURCES / f"{name}_exercise.ipynb")["cells"] for o in c.get("outputs", [])]
        shown = ["".join(o["data"].get("text/plain", "")) for o in outputs if "data" in o]
        for record in RECORDS[name]:
            mark = "Form." if record["kind"] == "essay" else "Right."
            said = next((text for text in shown if text.startswith(f"{record['task']}: {mark}")), None)
            assert said, record["task"]
            counted = re.findall(r"^(?:Sides among them: )?(\d+)[^;\n]*; the task asks for (\d+)", said, re.MULTILINE)
            assert "words: outside" not in said and all(int(found) >= int(asked) for found, asked in counted), said

    def test_nbgrader_could_use_the_source(self, name):
        cells = [cell for cell in read_notebook(released.SOURCES / f"{name}_exercise.ipynb")["cells"] if "nbgrader" in cell["metadata"]]
        ids = [cell["metadata"]["nbgrader"]["grade_id"] for cell in cells]
        assert len(set(ids)) == len(ids)
        for cell in cells:
            marks = cell["metadata"]["nbgrader"]
            assert marks["schema_version"] == 3 and {"grade", "solution", "locked", "task"} <= set(marks)
            assert ("### BEGIN SOLUTION" in text_of(cell)) <= marks["solution"]
            assert ("### BEGIN HIDDEN TESTS" in text_of(cell)) <= (marks["grade"] and "points" in marks)
        graded = [cell for cell in cells if cell["metadata"]["nbgrader"]["grade"]]
        assert len(graded) == len(RECORDS[name])

    def test_it_says_how_long_it_takes(self, name):
        said = checks.about(name)
        assert 20 <= said["minutes"] <= 90 if name == "first_steps" else 45 <= said["minutes"] <= 90
        assert said["title"] and said["practises"]


def test_a_missing_exercise_is_named(tmp_path):
    with pytest.raises(release.ReleaseError, match="no exercise nowhere"):
        released.release(["nowhere"])


def test_a_region_left_open_is_refused():
    cell = nbformat.v4.new_code_cell("answer = ...\n### BEGIN SOLUTION\nanswer = 7")
    with pytest.raises(release.ReleaseError, match="not closed"):
        release.student_copy(nbformat.v4.new_notebook(cells=[cell]), "trial")


# --- secrets -------------------------------------------------------------------------------------------


def hidden_lines(name):
    """Return the lines of code and the texts that only the solutions may hold."""
    for cell in read_notebook(released.SOURCES / f"{name}_exercise.ipynb")["cells"]:
        for region in release._REGION.finditer(text_of(cell)):
            yield from (line.strip() for line in region[0].splitlines()[1:-1] if len(line.strip()) > 25)
    for record in RECORDS[name]:
        yield from (record.get("why", "")[:60], *(hint[:60] for _, hint in record.get("wrong", [])))


def served():
    """Return every text that a student can be handed: copies, sealed checks, and what the package is made of."""
    yield from (path.read_text(encoding="utf-8") for path in released.COPIES.glob("*.ipynb"))
    yield from (path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*") if path.suffix in (".py", ".json"))


@pytest.mark.parametrize("name", NAMES)
def test_no_student_copy_and_no_package_file_holds_a_solution(name):
    told = "\n".join(served()).replace("\\n", "\n").replace('\\"', '"')
    shown = {text_of(cell) for cell in read_notebook(copy_of(name))["cells"]}
    secrets = {line for line in hidden_lines(name) if line and not any(line in cell for cell in shown)}
    assert secrets, "nothing was searched for"
    assert not [line for line in secrets if line in told]


@pytest.fixture(scope="module")
def published(site):
    """Every text of the site, also of those that a wheel packs, under its place; but for JupyterLite's own code, which is half of it."""
    theirs = site / "lite" / "build"
    files = {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.suffix in (*TEXTS, ".whl") and theirs not in path.parents}
    packed = {name: zipfile.ZipFile(io.BytesIO(files.pop(name))) for name in list(files) if name.endswith(".whl")}
    files |= {f"{name}/{member}": wheel.read(member) for name, wheel in packed.items() for member in wheel.namelist() if member.endswith(TEXTS)}
    return {name: held.replace(b"\\n", b"\n").replace(b'\\"', b'"') for name, held in files.items()}


@pytest.mark.site
@pytest.mark.parametrize("name", NAMES)
def test_the_site_and_its_wheels_hold_no_solution(name, published):
    assert any(f"acrosstheline/_checks/{name}.json" in place for place in published), "the course's wheel was not searched"
    secrets = [line.encode() for line in hidden_lines(name) if line and line not in "\n".join(map(text_of, read_notebook(copy_of(name))["cells"]))]
    assert not {place for place, held in published.items() if any(line in held for line in secrets)}


# --- what students do to notebooks -----------------------------------------------------------------------


# A loop without end, and a student who presses the stop button after two seconds.
ENDLESS = "import _thread, threading\nthreading.Timer(2, _thread.interrupt_main).start()\nwhile True:\n    pass"


def run(notebook):
    """Run a notebook as a student does, past every error, and return it."""
    from nbclient import NotebookClient

    notebook = copy.deepcopy(notebook)
    client = NotebookClient(notebook, timeout=300, allow_errors=True, kernel_name="python3",
                            resources={"metadata": {"path": str(released.COPIES)}})
    client.execute()
    return notebook


def said(notebook, task):
    """Return what the check of one task said."""
    texts = [str(o.get("data", {}).get("text/plain", "")) for cell in notebook.cells for o in cell.get("outputs", [])]
    return next((text for text in texts if text.startswith(f"{task}: ")), None)


class TestBadInput:  # with an exercise of each part: to try all would take long, and say no more
    @pytest.mark.parametrize("name", ["the_life_of_a_number"])
    def test_deleted_cells_an_exception_and_an_endless_loop_leave_the_other_checks_alone(self, name):
        notebook = nbformat.read(copy_of(name), 4)
        first, *_, last = [record["task"] for record in RECORDS[name]]
        notebook.cells = [c for c in notebook.cells if c.get("metadata", {}).get("nbgrader", {}).get("grade_id") != f"check-{first}"]
        for position, code in ((2, "1 / 0"), (3, ENDLESS), (4, "nowhere")):
            notebook.cells.insert(position, nbformat.v4.new_code_cell(code))
        done = run(notebook)
        assert said(done, first) is None
        assert said(done, last).startswith(f"{last}: {checks.BLANK}")
        assert "does not know the name nowhere" in str(done.cells)

    @pytest.mark.parametrize("name", ["war_and_refuge"])
    def test_a_notebook_saved_by_an_older_program_still_checks(self, name):
        notebook = nbformat.read(copy_of(name), 4)
        notebook.nbformat_minor = 4
        for cell in notebook.cells:
            cell.pop("id", None)
            cell.metadata = nbformat.from_dict({})
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        done = run(notebook)
        assert all(said(done, record["task"]).startswith(f"{record['task']}: {checks.BLANK}") for record in RECORDS[name])

    @pytest.mark.parametrize("name", ["the_options"])
    def test_a_renamed_variable_is_no_answer_and_stops_nothing(self, name):
        notebook = nbformat.read(copy_of(name), 4)
        tasks_there = [record["task"] for record in RECORDS[name]]
        for cell in notebook.cells:
            if cell.cell_type == "code" and f"answer_{tasks_there[0]} =" in cell.source:
                cell.source = cell.source.replace(f"answer_{tasks_there[0]} =", "mine =")
        done = run(notebook)
        assert all(said(done, task).startswith(f"{task}: {checks.BLANK}") for task in tasks_there)


def test_there_are_exercises():
    assert len(NAMES) >= 5
    assert set(answers.KINDS) >= {record["kind"] for _, record in TASKS}
    assert tasks.MIME not in "\n".join(path.read_text(encoding="utf-8") for path in released.COPIES.glob("*.ipynb"))

"""Marks: every kind of answer comes through the sandbox and is judged as in the notebook; no file stops the grader."""

import json
import os

import nbformat
import pytest
import submissions
from acrosstheline import checks
from acrosstheline.teach import marking, notebook_file, release, returned, sandbox

MISSING = sandbox._why_not()
needs_sandbox = pytest.mark.skipif(bool(MISSING) and not os.environ.get("ATL_DEMAND_SANDBOX"), reason=f"no sandbox here: {MISSING}")
NAME = "first_steps"


@pytest.fixture
def graded(tmp_path):
    """Return a function that grades a submission, given as a notebook or as bytes."""

    def grade(notebook):
        path = tmp_path / "submission.ipynb"
        path.write_bytes(notebook if isinstance(notebook, bytes) else submissions.written(notebook))
        return marking.grade(path)

    return grade


def states(result):
    return {task: said["state"] for task, said in result["tasks"].items()}


def kinds(result):
    return {item["kind"] for item in result["unusual"]}


# --- every exercise ----------------------------------------------------------------------------------


@needs_sandbox
@pytest.mark.parametrize("name", submissions.NAMES)
class TestEveryExercise:
    def test_the_solutions_get_full_marks(self, name, graded):
        result = graded(submissions.honest(name))
        assert (result["status"], result["exercise"], result["errors"], result["stopped"]) == ("graded", name, [], [])
        assert set(states(result).values()) <= {"right", "form"}
        assert result["score"] == result["out_of"] > 0 and result["extra"]["score"] == result["extra"]["out_of"]
        assert set(result["written"]) == {task for task, said in result["tasks"].items() if said["written"]}
        assert kinds(result) == set() and result["work"]

    def test_the_student_copy_has_nothing_answered(self, name, graded):
        result = graded(submissions.untouched(name))
        assert set(states(result).values()) == {"blank"}
        assert (result["score"], result["extra"]["score"], result["written"], result["errors"], result["unusual"], result["work"]) == (0, 0, {}, [], [], "")

    def test_every_known_answer_is_judged_as_in_the_notebook(self, name):
        exercise = marking.exercises()[name]
        checker = checks.Checker(name, exercise.keys)
        given = [(record["task"], value, record["kind"]) for record in submissions.records(name) if record["kind"] != "essay" for value in [*record["right"], *(wrong for wrong, _ in record["wrong"])]]
        cells = [submissions.code(f"answer_{number} = {submissions.literal(value, kind)}") for number, (_, value, kind) in enumerate(given)]
        run = marking._sandbox(True).run({"cells": cells}, [str(number) for number in range(len(given))])
        for number, (task, value, kind) in enumerate(given):
            feedback = checker.feedback(task, eval(submissions.literal(value, kind)))
            assert marking.judge(exercise, task, run.answers[str(number)]) == (feedback.state, feedback.text), value


ODD = """
import datetime, math
import altair as alt, numpy as np, pandas as pd, acrosstheline as atl
from acrosstheline import workbench
table = pd.DataFrame({"year": [2006, 2007, 2023], "people": [1.5, None, 3.0], "name": ["a", "b", "c"]})
"""
ODD_ANSWERS = [
    "...", "None", "'  '", "True", "False", "7", "7.0", "1e300", "-0.0", "10**40", "float('nan')", "float('inf')", "-math.inf", "3 + 4j", "b'x'", "len", "print", "table.sum",
    "'A text, with a comma'", "'1,730,000'", "'45%'", "'B.'", "(1, 730, 000)", "(1,)", "[]", "{}", "set()", "[...]", "[1, ...]", "['a', 'b']", "{'a'}", "frozenset({'a'})", "[['a'], ['b']]", "[1, 'a', None]",
    "{'a': 1, 'b': 2.5}", "{'a': ..., 'b': 2}", "{'a': 'many', 'b': '12'}", "{1: 'a', None: 'b'}", "{'a': {'b': 1}}", "np.int64(7)", "np.float64(2.5)", "np.bool_(True)", "np.array([1, 2])", "np.array([[1], [2]])", "np.array(['a'])",
    "pd.NA", "pd.NaT", "pd.Timestamp('2023-10-03')", "pd.Timedelta(days=3)", "datetime.date(2023, 10, 3)", "datetime.timedelta(3)", "pd.Series([1, 2])", "pd.Series([None, None])", "pd.Series([1.5, 2], index=['a', 'b'])", "pd.Series([1, 2], index=['a', 'a'])", "pd.Series([True, False])", "pd.Series(['a', 'b'])", "pd.Series([], dtype=float)", "pd.Series(['a'], dtype='category')", "pd.Series([pd.Timestamp('2023-10-03')])",
    "table", "table[['year']]", "table[['name', 'people']]", "table.set_index('name')[['people']]", "table.iloc[:0]", "table['year'] > 2006", "table['people']", "table['name']", "table['name'].unique()", "table.columns", "table.index", "table.groupby('name')", "table.groupby('name')['people']", "table.groupby('name')['people'].sum()", "table['people'].isna().sum()", "table['year'].max()", "table.loc[0]", "table.set_index(['year', 'name'])['people']", "pd.Categorical(['a', 'b'])", "pd.Index(['a', 'b'])", "range(3)", "iter([1])", "(x for x in 'ab')", "{'a': 1}.items()", "{'a': 1}.keys()",
    "alt.Chart(table)", "alt.Chart(table).mark_line()", "alt.Chart(table).mark_bar().encode(x='year:O', y='people:Q')", "alt.Chart(table).mark_bar().encode(x='people:N', y='name')", "alt.Chart(table).mark_bar().encode(x='nowhere', y='name')", "alt.Chart(table).mark_bar().encode(x=alt.X('people', bin=True), y='count()')", "alt.Chart(table).mark_line().encode(x='year:T', y='people').transform_filter('datum.year > 2006')",
    "alt.Chart(table).mark_point().encode(x='year:Q', y=alt.Y('people').scale(domain=[0, 1]))", "alt.Chart(table).mark_bar().encode(x='name', y=alt.Y('people').scale(zero=False), color='name', tooltip='year')", "alt.Chart(table).mark_line().encode(x='year') + alt.Chart(table).mark_point().encode(x='year')", "alt.Chart('data.csv').mark_bar().encode(x='a:N', y='b:Q')", "alt.Chart(table).mark_bar().encode(x='year:O', y='people:Q').to_dict()", "{'mark': 'bar', 'encoding': {'x': {'field': 'a'}}}",
    "atl.pick('Which one?', ['this', 'that'], chosen=...)", "atl.pick('Which?', ['this', 'that'], chosen='B')", "atl.pick('Who?', ['this', 'that'], chosen='elephant')", "object()", "type", "atl", "Exception('x')", "'a' * 90", "'word ' * 300", "'Claim 001_029_every_assault and DAWN_1779106, however [1]. ' * 20",
]  # fmt: skip


@needs_sandbox
@pytest.mark.parametrize("name", [NAME, "your_brief", "five_voices", "a_line_on_the_map"])
def test_odd_answers_are_judged_as_in_the_notebook(name):
    exercise, names = marking.exercises()[name], {}
    exec(ODD, names)
    cells = [submissions.code(ODD), *(submissions.code(f"answer_{number} = {answer}") for number, answer in enumerate(ODD_ANSWERS))]
    run = marking._sandbox(True).run({"cells": cells}, [str(number) for number in range(len(ODD_ANSWERS))])
    assert run.errors == [] and len(run.answers) == len(ODD_ANSWERS)
    one_of_each = {key["kind"]: task for task, key in exercise.keys.items()}
    differs = []
    for number, answer in enumerate(ODD_ANSWERS):
        for kind, task in one_of_each.items():
            if ("'mark'" in answer or "to_dict" in answer) and kind != "chart":
                continue  # no check but a chart's looks at what else a chart's dictionary holds
            feedback = checks.Checker(name, exercise.keys).feedback(task, eval(answer, names))
            told = marking.judge(exercise, task, run.answers[str(number)])
            if told != (feedback.state, feedback.text):
                differs.append((answer, exercise.keys[task]["kind"], told, (feedback.state, feedback.text)))
    assert not differs, "\n".join(map(str, differs))


# --- what students do --------------------------------------------------------------------------------


@needs_sandbox
class TestSubmissions:
    def test_known_wrong_answers_earn_nothing_and_get_their_hint(self, graded):
        result = graded(submissions.wrong(NAME))
        assert set(states(result).values()) == {"hint"} and result["score"] == 0
        hints = {record["task"]: record["wrong"][0][1] for record in submissions.records(NAME)}
        assert {task: said["text"] for task, said in result["tasks"].items()} == hints

    def test_half_of_it_earns_half(self, graded):
        result = graded(submissions.half(NAME))
        done = [record["task"] for record in submissions.records(NAME)]
        done = done[: len(done) // 2]
        assert {task for task, state in states(result).items() if state == "right"} == set(done)
        assert result["score"] == sum(result["tasks"][task]["out_of"] for task in done)

    def test_the_same_file_gives_the_same_result(self, graded):
        first, second = (graded(submissions.wrong("five_voices")) for _ in range(2))
        assert first | {"seconds": 0} == second | {"seconds": 0}

    def test_a_deleted_answer_and_a_deleted_check_are_named(self, graded):
        result = graded(submissions.without(submissions.honest(NAME), "answer-1a", "check-2a"))
        assert states(result)["1a"] == "blank" and states(result)["2a"] == "right"
        assert kinds(result) == {"deleted answer", "deleted check"}
        assert {"1a", "2a"} == {item["where"].removeprefix("task ") for item in result["unusual"]}

    def test_a_changed_check_and_a_changed_text_are_named_and_change_no_mark(self, graded):
        notebook = submissions.honest(NAME)
        submissions.set_source(notebook, "check-1a", 'print("1a: Right.")')
        submissions.set_source(notebook, "task-2a", "**Task 2a.** Rest.")
        result = graded(notebook)
        assert kinds(result) == {"changed check", "changed task"} and result["score"] == result["out_of"]

    def test_a_wrong_answer_stays_wrong_whatever_its_check_prints(self, graded):
        notebook = submissions.wrong(NAME)
        submissions.set_source(notebook, "check-1a", 'print("1a: Right.")')
        assert graded(notebook)["score"] == 0

    def test_an_answer_cell_that_fails_is_named(self, graded):
        notebook = submissions.honest(NAME)
        submissions.set_source(notebook, "answer-2a", "answer_2a = 1 / 0")
        result = graded(notebook)
        assert states(result)["2a"] == "blank" and "ZeroDivisionError" in result["tasks"]["2a"]["text"]
        assert result["score"] == result["out_of"] - result["tasks"]["2a"]["out_of"]
        assert result["errors"][0]["where"].startswith("cell ")

    def test_a_syntax_error_costs_that_cell_alone(self, graded):
        notebook = submissions.honest(NAME)
        submissions.set_source(notebook, "answer-2a", "answer_2a = (7")
        result = graded(notebook)
        assert result["score"] == result["out_of"] - 1 and "SyntaxError" in result["tasks"]["2a"]["text"]

    def test_an_answer_in_another_cell_counts_and_is_named(self, graded):
        notebook = submissions.honest(NAME)
        text = submissions.cell_of(notebook, "answer-2a")["source"]
        submissions.set_source(notebook, "answer-2a", "answer_2a = ...")
        notebook["cells"].append(submissions.code(text) | {"id": "mine"})
        result = graded(notebook)
        assert states(result)["2a"] == "right" and "answer elsewhere" in kinds(result)

    def test_the_last_answer_counts_that_was_not_blank(self, graded):
        notebook = submissions.wrong(NAME)
        right = submissions.cell_of(submissions.honest(NAME), "answer-2a")["source"]
        notebook["cells"] += [submissions.code(right), submissions.code("answer_2a = ...")]
        assert states(graded(notebook))["2a"] == "right"
        notebook["cells"].append(submissions.code("answer_2a = -1"))
        assert states(graded(notebook))["2a"] == "hint"

    def test_an_unknown_kernel_is_run_as_python_and_named(self, graded):
        notebook = submissions.honest(NAME)
        notebook["metadata"]["kernelspec"] = {"name": "julia-1.9", "language": "julia", "display_name": "Julia"}
        result = graded(notebook)
        assert result["score"] == result["out_of"] and kinds(result) == {"kernel"}

    def test_nbformat_3_is_converted_and_graded(self, graded):
        result = graded(submissions.version_3(submissions.honest(NAME)))
        assert result["score"] == result["out_of"] and kinds(result) == {"file"}

    def test_a_notebook_without_metadata_and_ids_is_graded(self, graded):
        notebook = submissions.honest(NAME)
        notebook["metadata"] = {}
        for cell in notebook["cells"]:
            cell["metadata"] = {}
            cell.pop("id", None)
        result = graded(notebook)
        assert result["score"] == result["out_of"] and kinds(result) == set()

    def test_ten_thousand_cells(self, graded):
        notebook = submissions.honest(NAME)
        notebook["cells"] += [submissions.code("x = 1")] * 10_000
        result = graded(notebook)
        assert result["score"] == result["out_of"]

    def test_which_exercise_it_is_follows_from_its_tasks(self, graded):
        notebook = submissions.honest(NAME)
        first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
        first["source"] = first["source"].replace(f'"{NAME}"', '"five_voices"')
        result = graded(notebook)
        assert result["exercise"] == NAME and kinds(result) >= {"exercise"} and result["score"] == result["out_of"]

    def test_work_is_the_same_for_copied_work_alone(self, graded):
        mine = submissions.half(NAME)
        copied = json.loads(json.dumps(mine))
        copied["metadata"]["authors"] = [{"name": "somebody else"}]
        for cell in copied["cells"]:
            cell["source"] = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            cell["source"] += "\n"
        works = [graded(notebook)["work"] for notebook in (mine, copied, submissions.wrong(NAME))]
        assert works[0] == works[1] != works[2]

    def test_what_a_student_writes_comes_back_whole(self, graded):
        notebook, text = submissions.untouched("your_brief"), "Ü <script>alert(1)</script> 'quotes' \\ \n\n- a list\n" * 20
        task = next(record["task"] for record in submissions.records("your_brief") if record["kind"] == "essay")
        submissions.set_source(notebook, f"answer-{task}", f"answer_{task} = {text!r}")
        result = graded(notebook)
        assert result["written"] == {task: text} and result["tasks"][task]["points"] is None and result["tasks"][task]["state"] == "form"


# --- files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", submissions.broken())
def test_a_broken_file_is_named_with_its_reason(kind, graded):
    data, word = submissions.broken()[kind]
    result = graded(data)
    assert result["status"] == "not graded" and word in result["reason"]
    assert set(result) == set(marking._not_graded("")) and len(result["reason"]) < 300
    assert json.loads(json.dumps(result)) == result


def test_a_link_a_folder_and_a_missing_file_are_refused(tmp_path):
    link = tmp_path / "link.ipynb"
    link.symlink_to(submissions.SOURCES / f"{NAME}_exercise.ipynb")
    os.mkfifo(tmp_path / "pipe.ipynb")
    for path, word in ((link, "link"), (tmp_path, "folder"), (tmp_path / "nowhere", "cannot be opened"), (tmp_path / "pipe.ipynb", "pipe")):
        assert word in marking.grade(path)["reason"]


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "huge.ipynb"
    with open(path, "wb") as file:
        file.truncate(notebook_file.MOST_BYTES + 1)
    assert "MB are not read" in marking.grade(path)["reason"]


def test_other_encodings_are_read_and_named(tmp_path):
    path = tmp_path / "submission.ipynb"
    for encoding in ("utf-8-sig", "utf-16"):
        path.write_bytes(submissions.written(submissions.untouched(NAME)).decode().encode(encoding))
        notebook, remarks = notebook_file.read(path)
        assert len(notebook["cells"]) > 20 and "encoding" in remarks[0]


def test_cells_keep_what_grading_reads():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", metadata={"nbgrader": {"grade_id": "answer-1a"}}), nbformat.v4.new_raw_cell("x")])
    read, _ = notebook_file.parsed(nbformat.writes(notebook).encode())
    assert [(cell["cell_type"], cell["source"], cell["grade_id"]) for cell in read["cells"]] == [("code", "1", "answer-1a"), ("raw", "x", "")]


# --- what comes back ---------------------------------------------------------------------------------


@pytest.mark.parametrize("told", [
    None, 7, "x", [], {}, {"is": "right"}, {"number": "x"}, {"number": True}, {"whole": "x" * 9}, {"list": 7}, {"mapping": [[1]]}, {"set": [{"list": []}] * 3, "cut": 9}, {"column": [[{"is": "dots"}]]}, {"table": 7, "rows": "x", "columns": 1},
    {"chart": 7}, {"chart": {"mark": 1}}, {"array": {"text": "x"}}, {"other": 7, "text": {}}, {"large": 9}, {"unread": "X"}, {"text": {"a": 1}}, {"list": [{"list": [{"list": [{"list": [{"list": [{"list": [{"list": [{"list": [{"list": [{"list": []}]}]}]}]}]}]}]}]}]},
])  # fmt: skip
def test_whatever_comes_back_is_a_value_or_refused(told):
    exercise = marking.exercises()[NAME]
    for task in exercise.keys:
        state, text = marking.judge(exercise, task, told)
        assert state in ("hint", "blank") and len(text) < 2000
    try:
        returned.value(told)
    except returned.Unreadable as error:
        assert str(error)


def test_the_grader_does_not_hash_a_million_values():
    exercise = marking.exercises()["your_brief"]
    task = next(task for task, key in exercise.keys.items() if key["kind"] == "set")
    state, text = marking.judge(exercise, task, {"list": [{"whole": str(number)} for number in range(1_900)]})
    assert state == "hint" and "far more" in text


def test_a_long_text_does_not_keep_the_grader_busy():
    """Some patterns for short names take time that grows with the square of a text's length."""
    for exercise in marking.exercises().values():
        for task, key in exercise.keys.items():
            for letter in "A_1 0":
                state, text = marking.judge(exercise, task, {"text": letter * 90_000})
                assert state in ("hint", "form", "blank") and len(text) <= 3 * marking.LONGEST_FEEDBACK
            assert key["kind"] != "essay" or marking.judge(exercise, task, {"text": "word " * 3_900})[1].startswith("3900 words")


def test_every_exercise_is_known_with_its_points():
    for name, exercise in marking.exercises().items():
        assert set(exercise.points) == set(exercise.keys) == {record["task"] for record in submissions.records(name)}
        assert release.exercise_of(submissions.COPIES / f"{name}_exercise.ipynb") == name

"""The checks: they never raise, never lie, and give each mistake its own hint."""

import json
import subprocess
import sys

import altair as alt
import numpy as np
import pandas as pd
import pytest

from acrosstheline import answers, checks, plain_errors
from acrosstheline.teach import tasks

NUMBER = dict(right=1_730_000, why="The minister's figure of 3 October 2023.", hint="Look at who counted.", wrong=[(4_400_000, "That is all Afghans."), (775_000, "That is UNHCR's.")])


@pytest.fixture
def checker():
    return checks.Checker("trial", {})


def declare(checker, task="1", answer=None, **options):
    checker.task(task, options["right"] if answer is None else answer, **options)
    return checker


@pytest.mark.parametrize("answer", [1_730_000, 1_730_000.0, np.int64(1_730_000), np.float64(1.73e6), pd.Series([1_730_000]).iloc[0]])
def test_a_right_number_is_right_in_every_form(checker, answer):
    feedback = declare(checker, **NUMBER).feedback("1", answer)
    assert (feedback.state, feedback.text) == ("right", NUMBER["why"])


@pytest.mark.parametrize("answer, hint", NUMBER["wrong"])
def test_a_known_mistake_gets_its_hint(checker, answer, hint):
    feedback = declare(checker, **NUMBER).feedback("1", answer)
    assert (feedback.state, feedback.text) == ("hint", hint)


def test_another_mistake_gets_the_general_hint(checker):
    assert declare(checker, **NUMBER).feedback("1", 5).text == NUMBER["hint"]


@pytest.mark.parametrize("answer", [..., None, "", "  ", "...", [..., ...], {"a": ..., "b": ""}, pd.Series(["", ""])])
def test_nothing_is_not_answered_yet(checker, answer):
    assert declare(checker, **NUMBER).feedback("1", answer).state == "blank"


@pytest.mark.parametrize(
    "answer, told",
    [
        ("1,730,000", "Written as a number, 1730000"),
        ("45,85", "Decimals come after a point"),
        ("1.730,5", "Decimals come after a point"),
        (True, "True or False"),
        (len, "round brackets"),
        (float("nan"), "gap"),
        (pd.NA, "gap"),
        (float("inf"), "divided by zero"),
        (np.float64("-inf"), "divided by zero"),
        ("year", "take the column first"),
        (pd.Timestamp("2023-09-21") - pd.Timestamp("2023-09-06"), ".days"),
        (pd.Series([1_730_000]), "taken out with .item()"),
        (pd.Series([1, 2]), "a column, a list or a table"),
        (pd.Series([1, 2], index=["2007", "2007"]), "a column, a list or a table"),
        (pd.DataFrame({"people": [1, 2]}), "asks for one number"),
        (1.73, "size is not"),
        (1730, "size is not"),
        (object(), "object"),
    ],
)
def test_an_answer_of_another_kind_is_told_apart(checker, answer, told):
    feedback = declare(checker, **NUMBER).feedback("1", answer)
    assert feedback.state == "hint" and told in feedback.text


def test_a_tolerance_is_kept(checker):
    declare(checker, right=42.5, within=0.5, why="Yes.", hint="No.", wrong=[(57.5, "The other share.")])
    assert checker.feedback("1", 42.1).state == checker.feedback("1", 42.9).state == "right"
    assert checker.feedback("1", 44).state == checker.feedback("1", 41).state == "hint"
    assert checker.feedback("1", 57.5).text == "The other share."


def test_a_set_says_how_much_of_it_is_right(checker):
    declare(checker, right={"UNHCR", "IOM", "SAFRON"}, why="Three offices.", hint="Count again.", wrong=[(["UNHCR"], "Only one.")])
    assert checker.feedback("1", ["iom", "Unhcr", "SAFRON"]).state == "right"
    assert checker.feedback("1", pd.Series(["IOM", "UNHCR", "SAFRON"])).state == "right"
    assert "2 of the 3" in checker.feedback("1", {"IOM", "UNHCR"}).text
    assert "Red Cross" in checker.feedback("1", ["IOM", "Red Cross"]).text
    assert "put brackets, [ ] or { }, around your values" in checker.feedback("1", "IOM").text


def test_a_list_keeps_its_order(checker):
    declare(checker, right=["1893", "1947"], why="In order.", hint="Sort them.", wrong=[(["1947", "1893"], "The other way round.")])
    assert checker.feedback("1", [1893, 1947]).state == "right"
    assert checker.feedback("1", ["1947", "1893"]).text == "The other way round."


def test_a_column_is_compared_label_by_label(checker):
    right = pd.DataFrame({"year": [2022, 2023, 2023], "people": [1, 2, 3]}).groupby("year")["people"].sum()
    declare(checker, right=right, why="Sums.", hint="Group by year.", wrong=[({"2022": 1, "2023": 2.5}, "That is the mean.")])
    assert checker.feedback("1", right).state == "right"
    assert checker.feedback("1", {2022: 1, 2023: 2.5}).text == "That is the mean."
    assert "2023" in checker.feedback("1", {2022: 1, 2023: 9}).text
    assert "Choose one" in checker.feedback("1", pd.DataFrame({"a": [1], "b": [2], "c": [3]})).text
    assert checker.feedback("1", right.reset_index()).state == checker.feedback("1", right.to_frame()).state == "right"


def test_labels_may_have_words_beside_them(checker):
    right = {"Paragraph 1": "nobody", "Paragraph 2": "Sarfraz Bugti"}
    declare(checker, right=right, why="One name.", hint="Read again.", wrong=[({"Paragraph 1": "Pakistan", "Paragraph 2": "Sarfraz Bugti"}, "Pakistan gives an order there.")])
    assert checker.feedback("1", {"Paragraph 1": "Nobody.", "Paragraph 2": "sarfraz bugti"}).state == "right"
    assert checker.feedback("1", right | {"Paragraph 1": "Pakistan"}).text == "Pakistan gives an order there."
    assert "Look again at: Paragraph 2" in checker.feedback("1", right | {"Paragraph 2": "UNHCR"}).text
    assert "1 of the 2 values is still to be filled in" in checker.feedback("1", right | {"Paragraph 2": ...}).text


def test_a_number_written_as_text_beside_a_label_is_told_apart(checker):
    declare(checker, right={"UN": 2}, why="Two.", hint="Count again.", wrong=[({"UN": 3}, "Three.")])
    assert 'Beside UN stands "2", between quotation marks' in checker.feedback("1", {"UN": "2"}).text


def test_a_number_written_as_text_beside_a_word_is_told_apart(checker):
    declare(checker, right={"A": "own"}, why="Its own.", hint="Read again.", wrong=[({"A": "reported"}, "Reported.")])
    told = checker.feedback("1", {"A": "1"}).text
    assert "several values" in checker.feedback("1", {"A": ["own", "reported"]}).text
    assert 'Beside A stands "1"' in told and "if it asks for a word" in told


TABLE = pd.DataFrame({"who": ["UNHCR", "IOM"], "people": [1, 2]})


@pytest.mark.parametrize(
    "answer, told",
    [
        (TABLE, "whole table"),
        (TABLE["who"] == "IOM", "column of True and False"),
        (TABLE.groupby("who"), "parted into groups"),
        (["UNHCR", TABLE["who"]], "Leave the outer brackets out"),
        ([TABLE["who"].tolist()], "Leave the outer brackets out"),
        (2, "If it counts them, give what you counted"),
        ("UNHCR", "put brackets, [ ] or { }, around your values."),
        ("UNHCR, IOM", "each between quotation marks of its own"),
        (TABLE["who"][TABLE["people"] > 9], "This is empty"),
        (True, "This is True or False"),
        (TABLE[["who"]], "2 of the 3"),
    ],
)
def test_what_is_no_set_is_told_apart(checker, answer, told):
    declare(checker, right={"UNHCR", "IOM", "SAFRON"}, why="Three.", hint="Count.", wrong=[({"ICRC"}, "Another.")])
    feedback = checker.feedback("1", answer)
    assert feedback.state == "hint" and told in feedback.text and "{'" not in feedback.text


def test_what_is_no_number_is_told_apart_by_what_was_meant(checker):
    declare(checker, **NUMBER)
    assert ".sum()" in checker.feedback("1", TABLE["people"] > 1).text
    assert "This is empty" in checker.feedback("1", TABLE[TABLE["people"] > 9]["people"]).text
    assert "gap" in checker.feedback("1", pd.NaT).text
    assert "a date" in checker.feedback("1", pd.Timestamp("2023-10-03")).text


def test_a_column_where_one_number_is_asked_gets_the_tasks_own_hint_too(checker):
    told = declare(checker, **NUMBER).feedback("1", TABLE["people"]).text
    assert ".sum()" in told and ".max()" in told and told.endswith(NUMBER["hint"])


def test_a_chart_is_read_by_what_it_draws(checker):
    table = pd.DataFrame({"year": [1], "people": [2], "who": ["x"]})
    right = alt.Chart(table).mark_line().encode(x="year:Q", y="people:Q", color="who:N")
    swapped = alt.Chart(table).mark_line().encode(x="people:Q", y="year:Q", color="who:N")
    declare(checker, right=right, why="A line.", hint="Look at x and y.", wrong=[(swapped, "The axes are swapped.")])
    assert checker.feedback("1", right.properties(title="Mine", width=300)).state == "right"
    assert checker.feedback("1", swapped).text == "The axes are swapped."
    assert "asks for a chart" in checker.feedback("1", table).text


def test_a_chart_with_a_misspelt_column_is_told_which(checker):
    table = pd.DataFrame({"year": [2007], "people": [3]})
    declare(checker, right=alt.Chart(table).mark_line().encode(x="year", y="people"), why="w", hint="h", wrong=[(alt.Chart(table).mark_bar().encode(x="year", y="people"), "bars")])
    told = checker.feedback("1", alt.Chart(table).mark_line().encode(x="year", y="peple")).text
    assert "Compare the names of its columns" in told and '"peple"' in told


def test_a_chart_may_have_shapes_and_tooltips_of_its_own(checker):
    right = alt.Chart(TABLE).mark_point().encode(x="people:Q", y="who:N")
    other = alt.Chart(TABLE.head(1)).mark_point().encode(x="people:Q", y="who:N")
    declare(checker, right=right, why="Points.", hint="Look.", wrong=[(alt.Chart(TABLE).mark_bar().encode(x="people:Q", y="who:N"), "Bars.")])
    for mine in (right.encode(shape="who:N"), right.encode(tooltip=["who", "people"]), right.encode(size="people:Q", order="people:Q")):
        assert checker.feedback("1", mine).state == "right"
    assert "draws another table" in checker.feedback("1", other.encode(tooltip="who")).text


MONTHS = pd.DataFrame({"year": [2007, 2008], "month": ["2023-01", "2023-11"], "people": [900, 1_730], "who": ["a", "b"]})


@pytest.mark.parametrize(
    "change, told",
    [
        (lambda chart: chart.transform_filter("datum.people > 1000"), "Keep the rows in the table first, then draw"),
        (lambda chart: chart.encode(x=alt.X("people:Q", bin=True)), "Leave bin out"),
        (lambda chart: chart.encode(x=alt.X("people:Q", stack="normalize")), "Leave stack out"),
        (lambda chart: chart.encode(x="people:N"), "people holds quantities"),
        (lambda chart: chart.encode(x="people:O"), "write :Q after its name. This chart takes it as :O"),
        (lambda chart: chart.encode(x=alt.X("people:Q").scale(domain=[0, 1000])), "not all values lie between them"),
        (lambda chart: chart.encode(x=alt.X("people:Q").scale(domainMin=1000)), "not all values lie between them"),
        (lambda chart: chart.encode(y=alt.Y("who:N").scale(domain=["a"])), "Leave the domain out"),
        (lambda chart: chart.encode(x=alt.X("people:Q").scale(reverse=True)), "runs backwards"),
        (lambda chart: chart.encode(x=alt.X("people:Q", sort="descending")), "runs backwards"),
        (lambda chart: chart.mark_bar().encode(x=alt.X("people:Q").scale(zero=False)), "do not begin at zero"),
        (lambda chart: chart.mark_bar().encode(x=alt.X("people:Q").scale(domain=[500, 2000])), "do not begin at zero"),
        (lambda chart: chart.encode(x="who:N", y="people:Q"), "other way round"),
        (lambda chart: chart.encode(x=alt.X("people:Q").scale(domain=[0, 2000])), None),
        (lambda chart: chart.encode(x=alt.X("people:Q").scale(zero=False)), None),
        (lambda chart: chart.encode(x=alt.X("people:Q").scale(type="log")), None),
        (lambda chart: chart.encode(y=alt.Y("who:N", sort="-x")), None),
        (lambda chart: chart.encode(x=alt.X("people:Q", stack="zero")), None),
    ],
)
def test_a_chart_is_right_only_if_it_shows_what_the_reason_says(checker, change, told):
    right = alt.Chart(MONTHS).mark_point().encode(x="people:Q", y="who:N")
    declare(checker, right=right, also=[right.mark_bar()], why="Points.", hint="Look.", wrong=[(right.encode(x="who:N", y="people:Q"), "The other way round: other way round.")])
    feedback = checker.feedback("1", change(right))
    assert (feedback.state == "right") is (told is None) and (told or "") in feedback.text


def test_an_axis_of_time_must_be_read_as_time_and_years_may_be_names_where_the_task_allows_it(checker):
    bars = alt.Chart(MONTHS).mark_bar()
    months, years = bars.encode(x="month:T", y="people:Q"), bars.encode(x="year:O", y="people:Q")
    for task, right in (("1", months), ("2", years)):
        declare(checker, task=task, right=right, why="Bars.", hint="Look.", wrong=[(right.mark_line(), "Line.")])
    assert checker.feedback("1", months).state == "right"
    assert "month holds points in time" in checker.feedback("1", months.encode(x="month")).text
    assert "Leave timeUnit out" in checker.feedback("1", months.encode(x="year(month):T")).text
    assert {checker.feedback("2", years.encode(x=x)).state for x in ("year:O", "year:N", "year:Q")} == {"right"}


def test_a_chart_that_may_stand_or_lie_needs_its_quantities_on_either_axis(checker):
    lying, upright = (alt.Chart(MONTHS).mark_bar().encode(**{x: "people:Q", y: "who:N"}) for x, y in (("x", "y"), ("y", "x")))
    declare(checker, right=lying, also=[upright], why="Bars.", hint="Look.", wrong=[(lying.mark_line(), "Line.")])
    assert {checker.feedback("1", chart).state for chart in (lying, upright)} == {"right"}
    assert "write :Q" in checker.feedback("1", lying.encode(x="people:N")).text and "write :Q" in checker.feedback("1", upright.encode(y="people:N")).text
    assert "who" not in json.dumps(checker.keys["1"]["types"])


def test_a_chart_without_a_mark_is_told_so(checker):
    right = alt.Chart(TABLE).mark_bar().encode(x="people:Q", y="who:N")
    declare(checker, right=right, why="Bars.", hint="Look.", wrong=[(right.mark_line(), "Line.")])
    assert "no mark yet" in checker.feedback("1", alt.Chart(TABLE).encode(x="people:Q", y="who:N")).text


def test_a_chart_of_another_table_is_told_apart(checker):
    table, other = pd.DataFrame({"year": [1, 2], "people": [3, 4]}), pd.DataFrame({"year": [1], "people": [3]})

    def drawn(rows, x, y):
        return alt.Chart(rows).mark_line().encode(x=x, y=y)

    declare(checker, right=drawn(table, "year:Q", "people:Q"), why="A line.", hint="Look at x and y.", wrong=[(drawn(table, "people:Q", "year:Q"), "The axes are swapped.")])
    assert "draws another table" in checker.feedback("1", drawn(other, "year:Q", "people:Q")).text
    assert checker.feedback("1", drawn(other, "people:Q", "year:Q")).text == "The axes are swapped."
    assert checker.feedback("1", drawn(table.assign(note="more"), "year:Q", "people:Q")).state == "right"


def test_a_chart_declared_without_its_table_is_judged_by_its_columns(checker):
    right = {"mark": "bar", "encoding": {"x": {"field": "year"}}}
    declare(checker, right=right, kind="chart", why="Bars.", hint="Bars, please.", wrong=[(right | {"mark": "line"}, "A line joins years that are no series.")])
    assert checker.feedback("1", alt.Chart(pd.DataFrame({"year": [1]})).mark_bar().encode(x="year:O")).state == "right"


def test_a_share_given_as_a_fraction_is_told_its_unit_and_a_small_number_is_not(checker):
    declare(checker, right=31.3, within=1, why="Yes.", hint="Another base.", wrong=[(12.3, "All Afghans.")])
    assert "(percent?)" in checker.feedback("1", 0.313).text
    assert checker.feedback("1", 0.1).text == checker.feedback("1", 0).text == "Another base."


@pytest.mark.parametrize("answer, right", [("Bugti", True), ("  bugti. ", True), ("Kakar", False), (["Bugti"], True)])
def test_a_text_is_compared_without_case_and_points(checker, answer, right):
    declare(checker, right="Bugti", why="The minister.", hint="Paragraph 3.", wrong=[("Kakar", "The prime minister.")])
    assert (checker.feedback("1", answer).state == "right") is right


def test_a_written_answer_is_told_its_form_and_that_its_opinion_is_not_judged(checker):
    form = {"words": [5, 50], "cites": 2, "known": r"00[0-4]_\d{3}\w*", "names": ["UNHCR"], "at_least": 1}
    checker.task("4", "UNHCR counted 002_001_bugti_number and 003_004_other, and they differ.", form=form)
    feedback = checker.feedback("4", "I think so.")
    assert feedback.state == "form" and "outside the 5 to 50" in feedback.text and "does not judge your opinion" in feedback.text
    assert "0 short names cited" in feedback.text and "Words looked for: UNHCR. 0 of 1 appear;" in feedback.text
    checker.task("5", "It will be repatriated.", form={"words": [1, 9], "names": ["repatriat*"], "at_least": 1})
    assert "repatriat* (* for any ending). 1 of 1 appear" in checker.feedback("5", "Repatriation is a word.").text
    assert "1 of 1 appear;" in checker.feedback("4", "UNHCR counts.").text


def test_a_written_answer_is_told_from_how_many_sides_its_identifiers_come(checker):
    groups = {"sc_1": "Pakistani state", "sc_2": "Pakistani state", "sc_3": "UN"}
    form = {"words": [1, 50], "cites": 2, "known": r"sc_\d", "groups": groups, "from_groups": 2}
    checker.task("4", "Two sides: sc_1 and sc_3.", form=form)
    assert "among them: 2 (Pakistani state, UN)" in checker.feedback("4", "sc_1, sc_2 and sc_3").text
    told = checker.feedback("4", "sc_1, sc_2 and sc_9").text
    assert "among them: 1 (Pakistani state)" in told and "Not among those that this task names: sc_9." in told
    checker.task("5", "One: sc_1.", form=form | {"from_groups": 1})
    assert "among them" not in checker.feedback("5", "sc_1").text


def test_what_was_released_of_an_exercise_is_read_whole(tmp_path, monkeypatch):
    (tmp_path / "_checks").mkdir()
    said = {"title": "A trial", "minutes": 50, "practises": "Trying.", "tasks": {}}
    (tmp_path / "_checks" / "trial.json").write_text(json.dumps(said), encoding="utf-8")
    monkeypatch.setattr(checks.resources, "files", lambda _package: tmp_path)
    assert checks.about("trial") == said
    assert checks.about("nowhere")["tasks"] == {}


def test_a_check_never_raises(checker):
    class Hostile:
        def __getattr__(self, name):
            raise RuntimeError("no")

        def __eq__(self, other):
            raise RuntimeError("no")

    declare(checker, **NUMBER)
    for answer in [Hostile(), {1: object()}, [..., 2], 1j, 10**400, "x" * 10**6, {"a": {"b": 1}}, float("inf")]:
        assert checker.feedback("1", answer).state == "hint"
    assert "no task 9z" in checker.feedback("9z", 1).text
    checker("1", Hostile())


def test_the_keys_hold_nothing_in_clear(checker):
    declare(checker, **NUMBER)
    text = json.dumps(checker.keys)
    for secret in ("1730000", "1,730,000", "4400000", NUMBER["why"], "all Afghans"):
        assert secret not in text


def test_a_hint_that_holds_for_the_right_answer_is_refused(checker):
    with pytest.raises(ValueError, match="counts as right"):
        declare(checker, right=10, why="a", hint="b", wrong=[(10.0, "c")])
    with pytest.raises(ValueError, match="known wrong answers"):
        declare(checker, right=10, why="a", hint="b")


def test_a_wrong_solution_fails_its_notebook(checker):
    with pytest.raises(AssertionError, match="Not yet"):
        declare(checker, answer=4_400_000, **NUMBER)


def test_progress_counts_what_was_answered(checker, capsys):
    declare(checker, "1", **NUMBER)
    declare(checker, "2", **NUMBER)
    checker("1", 1_730_000)
    checker("2", ...)
    checker.progress()
    assert "1 of 2 tasks answered; 1 of the 2" in capsys.readouterr().out


def test_optional_tasks_are_counted_by_themselves(checker, capsys):
    declare(checker, "1", **NUMBER)
    declare(checker, "2", optional=True, **NUMBER)
    checker("2", 1_730_000)
    checker.progress()
    assert "0 of 1 tasks answered; 0 of the 1 with one right answer are right. If you have time: 1 of 1 more tasks answered; 1 of the 1" in capsys.readouterr().out


@pytest.mark.parametrize("answer, said", [(68.0, "a"), (68.9, "a"), (69.2, "b"), (70.0, "b"), (71.2, "general"), (67.0, "general")])
def test_two_mistakes_near_each_other_keep_their_own_hints(checker, answer, said):
    declare(checker, right=30.0, within=1, why="w", hint="general", wrong=[(68.4, "a"), (69.8, "b")])
    assert checker.feedback("1", answer).text == said


def test_the_checks_need_the_standard_library_alone():
    code = "import sys, acrosstheline.checks as c; c.Checker('x', {})('1', 2); assert not {'pandas', 'altair', 'numpy'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "code, told",
    [
        ("nowhere", "does not know the name nowhere"),
        ("answer = C", 'between quotation marks: "C"'),
        ("import pandas as pd; pd.DataFrame({'a': [1]})['b']", "The table has no column 'b'"),
        ("print('a'", "opened and not closed"),
        ("... + 1", "still has ..."),
        ("(...).head()", "still has ..."),
        ("import nothere", "nothere is not installed"),
        ("raise ValueError", None),
    ],
)
def test_an_error_is_explained_in_plain_words(code, told):
    with pytest.raises(BaseException) as caught:
        exec(compile(code, "cell", "exec"), {})
    sentence = plain_errors.plain(caught.value)
    assert sentence is None if told is None else told in sentence


def test_a_column_of_gaps_is_no_blank_and_none_is_explained(checker):
    declare(checker, **NUMBER)
    gaps = pd.Series([1.0], index=[1]) - pd.Series([1.0], index=[2])
    assert checker.feedback("1", gaps).state == "hint" and ".item()" in checker.feedback("1", gaps).text
    assert checker.feedback("1", None).state == "blank" and "print" in checker.feedback("1", None).text
    assert checker.feedback("1", (1, 730, 0)).text.endswith("1730000.")


CELLS = pd.Series(["a", None], dtype=object)


@pytest.mark.parametrize("answer", [CELLS, CELLS.unique(), CELLS.tolist(), set(CELLS)], ids=["column", "unique", "tolist", "set"])
def test_an_empty_cell_of_a_table_is_not_called_unfilled(checker, answer):
    declare(checker, right={"a", "b"}, why="Two.", hint="Look at the names.", wrong=[({"a"}, "And?")])
    told = checker.feedback("1", answer).text
    assert "empty cell of a table" in told and "Look at the names." in told


def test_a_gap_to_fill_is_called_unfilled_whatever_stands_beside_it(checker):
    declare(checker, right={"a", "b"}, why="Two.", hint="Look at the names.", wrong=[({"a"}, "And?")])
    for answer in (["a", ...], ["a", ..., None]):
        assert "still to be filled in" in checker.feedback("1", answer).text
    assert checker.feedback("1", [None, None]).state == "blank"


def test_where_a_step_is_missing_the_hint_of_the_task_follows(checker):
    declare(checker, **NUMBER)
    for answer in (float("nan"), pd.NA, pd.Series([pd.NA, pd.NA]), [1, 2]):
        assert checker.feedback("1", answer).text.endswith(NUMBER["hint"])
    assert "brackets off" in checker.feedback("1", [1_730_000]).text


def test_a_word_that_the_task_does_not_offer_is_named(checker):
    right = {"A": "fact", "B": "value"}
    declare(checker, right=right, why="So.", hint="Look again.", words=["fact", "value", "limit"], wrong=[(right | {"A": "value"}, "A."), (right | {"B": "fact"}, "B.")])
    assert checker.feedback("1", right | {"B": "a value"}).text == "Beside B stands 'a value'. The task offers these words: fact, value, limit."
    assert "without a letter" in checker.feedback("1", right | {"B": "7"}).text
    assert "Look again at: A" in checker.feedback("1", {"A": "limit", "B": "Value"}).text


def test_the_salt_tells_nothing_of_the_right_answer():
    records = [{"task": "1", "kind": "number", "within": 0, "why": "So.", "hint": "Look.", "right": [right], "wrong": [[9, "Nine."]]} for right in (3, 4)]
    assert len({tasks.sealed_key("trial", record)["salt"] for record in records}) == 1


@pytest.mark.parametrize("name, told", [("first_step", "Did you mean 'first_steps'?"), ("elephants", "There are: a_line_on_the_map,")])
def test_an_exercise_that_does_not_exist_is_named(name, told, capsys):
    check = checks.exercise(name)
    assert told in check.feedback("1a", 5).text
    assert ("Did you mean" in capsys.readouterr().out) == ("Did you mean" in told)


@pytest.mark.parametrize("text, count", [("stockings overflow", 0), ("Stocks and a flow.", 2), ("the stock's flow", 2), ("unflowing stock", 1)])
def test_only_whole_words_are_counted(checker, text, count):
    checker.task("4", "Stock, flow.", form={"words": [1, 9], "names": ["stock", "flow"], "at_least": 2})
    assert f"{count} of 2 appear" in checker.feedback("4", text).text


def test_no_message_counts_what_the_task_asks_to_count(checker):
    declare(checker, right=47, why="Years.", hint="Count.", wrong=[(48, "One too many.")])
    for answer in (pd.DataFrame({"a": range(47)}), pd.Series(range(47)), list(range(47))):
        assert "47" not in checker.feedback("1", answer).text


def test_a_tolerance_is_kept_to_the_letter(checker):
    declare(checker, right=12.3, within=1, why="Yes.", hint="No.", wrong=[(14.5, "The other share.")])
    assert [checker.feedback("1", value).state for value in (11.3, 12.0, 13.3)] == ["right"] * 3
    assert [checker.feedback("1", value).state for value in (11.2, 11.0, 13.4)] == ["hint"] * 3
    assert checker.feedback("1", 14).text == "The other share."
    assert checker.feedback("1", 13.45).text == "No."


def test_a_rounded_number_is_told_so(checker):
    declare(checker, right=829_431, why="Yes.", hint="No.", wrong=[(5, "Five.")])
    assert "rounded" in checker.feedback("1", 829_000).text and "rounded" in checker.feedback("1", 829_400).text


def test_the_right_number_rounded_too_far_is_not_taken_for_a_mistake(checker):
    wrong = [(3.515, "Iran is in it."), (4.0, "Rounded to a whole number.")]
    declare(checker, right=3.5457, within=0.02, why="Yes.", hint="No.", wrong=wrong)
    assert "rounded too far" in checker.feedback("1", 3.5).text
    assert checker.feedback("1", 3.51).text == checker.feedback("1", 3.515).text == "Iran is in it."
    assert checker.feedback("1", 3.55).state == checker.feedback("1", 3.546).state == "right"
    assert checker.feedback("1", 4).text == "Rounded to a whole number."


@pytest.mark.parametrize("right", [{"a": 2.94}, {1, 2}, [1, 2], "two", pd.Series({"a": 2.94})])
def test_a_tolerance_is_refused_where_it_cannot_hold(checker, right):
    with pytest.raises(ValueError, match="a single number alone"):
        declare(checker, right=right, within=0.1, why="w", hint="h", wrong=[({"a": 3}, "n"), ({"a": 4}, "m")])


def test_a_name_is_compared_letter_by_letter(checker):
    declare(checker, right="people", kind="name", why="The column.", hint="Read the headings.", wrong=[("year", "That is when.")])
    assert checker.feedback("1", "people").state == "right"
    assert "Capital" in checker.feedback("1", "People").text
    assert "quotation marks" in checker.feedback("1", ["people"]).text


def test_a_chart_of_the_right_columns_and_other_values_is_wrong(checker):
    right = alt.Chart(pd.DataFrame({"who": ["a", "b"], "persons": [1, 2]})).mark_bar().encode(x="persons:Q", y="who:N")
    claims = alt.Chart(pd.DataFrame({"who": ["a", "b"], "persons": [5, 9]})).mark_bar().encode(x="persons:Q", y="who:N")
    made_up = alt.Chart(pd.DataFrame({"who": ["a", "b"], "persons": [7, 7]})).mark_bar().encode(x="persons:Q", y="who:N")
    declare(checker, right=right, why="Persons.", hint="Look.", wrong=[(claims, "These bars are claims.")])
    assert checker.feedback("1", right.properties(height=90)).state == "right"
    assert checker.feedback("1", claims).text == "These bars are claims."
    assert "rows are not" in checker.feedback("1", made_up).text


def test_what_has_no_order_is_no_list(checker):
    declare(checker, right=["b", "a"], why="In order.", hint="Sort.", wrong=[(["a", "b"], "Reversed.")])
    assert "no order" in checker.feedback("1", {"b", "a"}).text


class TestInANotebook:
    @pytest.fixture
    def shell(self):
        from IPython.core.interactiveshell import InteractiveShell

        InteractiveShell.clear_instance()
        shell = InteractiveShell.instance()
        yield shell
        InteractiveShell.clear_instance()

    def test_a_deleted_answer_is_not_answered_and_stops_nothing(self, shell, capsys):
        shell.run_cell("import acrosstheline as atl; check = atl.exercise('first_steps'); task = next(iter(check.keys))")
        shell.run_cell("check(task, globals()['answer_' + task])")
        assert checks.BLANK in capsys.readouterr().out

    def test_no_check_speaks_of_an_older_answer(self, shell, capsys):
        shell.run_cell("from acrosstheline import checks; check = checks.Checker('trial', {}); checks._stay_beside(check)")
        shell.run_cell("check.task('1', 10, right=10, why='Ten.', hint='No.', wrong=[(9, 'Nine.')])")
        shell.run_cell("answer_1 = 10")
        shell.run_cell("answer_1 = nowhere")
        shell.run_cell("said = check.feedback('1', answer_1)")
        assert shell.user_ns["said"].text.startswith(checks.STOPPED) and "answer_1 =" in shell.user_ns["said"].text
        shell.run_cell("answer_1 = 10")
        shell.run_cell("said = check.feedback('1', answer_1)")
        assert shell.user_ns["said"].state == "right"

    @pytest.mark.parametrize("mended", ["  answer_1 = 1730", "answer_1: int = 1730", "answer_1 = 1730", "made = 1730; check('1', made)", "check('1', 1730)", "answer_1, other = 1730, 2"])
    def test_a_mended_answer_is_judged_however_it_is_given(self, shell, mended):
        shell.run_cell("from acrosstheline import checks; check = checks.Checker('trial', {}); check.task('1', 1730, right=1730, why='Yes.', hint='No.', wrong=[(9, 'Nine.')]); checks._stay_beside(check)")
        for first in ("answer_1 = 9", "answer_1 = nowhere"):
            shell.run_cell(first)
        shell.run_cell("check('1', answer_1)")
        assert shell.user_ns["check"].given["1"].text.startswith(checks.STOPPED)
        shell.run_cell(mended)
        shell.run_cell("" if "check" in mended else "check('1', answer_1)")
        assert shell.user_ns["check"].given["1"].state == "right"

    def test_a_result_without_its_name_is_told_what_is_missing(self, shell):
        shell.run_cell("from acrosstheline import checks; check = checks.Checker('trial', {}); check.task('1', 10, right=10, why='Ten.', hint='No.', wrong=[(9, 'Nine.')]); checks._stay_beside(check)")
        shell.run_cell("5 + 5")
        shell.run_cell("answers = check.feedback('1', ...).text")
        assert "begins answer_1 =" in shell.user_ns["answers"]
        shell.run_cell("answer_1 = ...")
        shell.run_cell("answers = check.feedback('1', ...).text")
        assert shell.user_ns["answers"] == checks.BLANK

    def test_what_stopped_and_was_never_answered_is_not_answered(self, shell, capsys):
        shell.run_cell("from acrosstheline import checks; check = checks.Checker('trial', {}); check.task('1', 10, right=10, why='Ten.', hint='No.', wrong=[(9, 'Nine.')]); checks._stay_beside(check)")
        shell.run_cell("answer_1 = nowhere")
        shell.run_cell("check('1', answer_1)")
        assert "Not answered yet. The cell above stopped with an error" in capsys.readouterr().out
        assert shell.user_ns["check"].given["1"].state == "blank"
        shell.run_cell("check.progress()")
        assert "0 of 1 tasks answered" in capsys.readouterr().out


def test_a_number_typed_with_commas_and_a_strange_task_raise_nothing(checker, capsys):
    declare(checker, **NUMBER)
    for values in ((1, 730, 0), (45, 85)):  # the second may be a decimal comma: no advice may make 4585 of it
        checker("1", *values)
        assert answers.COMMAS in checker.given["1"].text
    for task in (["1a"], {}, None):
        checker(task, 1)
        assert "no task" in checker.given[str(task)].text
    checker()
    assert "has no task without a number" in capsys.readouterr().out


def test_an_answer_that_leaves_python_stops_nothing_and_the_student_may_stop_a_check(checker):
    class Leaves:
        def __init__(self, error):
            self.error = error

        def __str__(self):
            raise self.error

    declare(checker, right=["a"], why="One.", hint="No.", wrong=[(["b"], "B.")])
    assert "SystemExit" in checker.feedback("1", [Leaves(SystemExit())]).text
    with pytest.raises(KeyboardInterrupt):
        checker.feedback("1", [Leaves(KeyboardInterrupt())])


def test_a_choice_may_be_clicked_or_typed_and_a_letter_astray_is_told(checker):
    from acrosstheline import workbench

    choices = ["the minister", "the agency"]
    declare(checker, right="B", why="The agency.", hint="Read again.", wrong=[("A", "The minister spoke of it.")])
    for chosen in ("B", "b.", "the agency"):
        assert checker.feedback("1", workbench.pick("Who?", choices, chosen=chosen)).state == "right"
    for chosen in (2, "both"):
        assert "letter of your choice" in checker.feedback("1", workbench.pick("Who?", choices, chosen=chosen)).text
    astray = workbench.pick("Who?", choices, chosen="E")
    assert astray.value is ... and checker.feedback("1", astray).state == "hint" and "A to B" in astray._said()
    assert checker.feedback("1", "B").state == "right"

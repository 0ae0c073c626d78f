"""What beginners' mistakes are called in plain words: the right thing, or nothing."""

import nbformat
import pytest
from nbclient import NotebookClient

import acrosstheline as atl
from acrosstheline import plain_errors

SETUP = """import altair as alt
import pandas as pd
import acrosstheline as atl
refugees = atl.load("refugees")
by_country = refugees.groupby("country_of_asylum")["people"].sum()
by_year = refugees.groupby("year")[["people"]].sum()
years = [1893, 1905]
answer_1a = ..."""

SAID = [
    # names
    ("refugess", "Did you mean refugees?"),
    ("Print(5)", "Did you mean print?"),
    ("true", "Did you mean True?"),
    ("after", "know the name after. If a cell above"),
    ("answer_1b", "There is no answer_1b yet"),
    ("answer_1A", "it knows answer_1a: capital and small letters are different"),
    ("refugees[refugees == refugees.head()]", "If one of them is meant as a word"),
    ("Bugti", "put quotation marks around it"),
    ("refugees[people]", 'If you mean the column, write "people"'),
    ("check('1a', 5)", "first code cell"),
    ("answer_1a = B", 'between quotation marks: "B"'),
    ('by_country["PAK"] + by_country[IRN]', 'If you mean the label of a row, write "IRN"'),
    ("length_km(refugees)", "write atl and a dot before it: atl.length_km."),
    ("alt.Chart(table)", "Write the name of yours in its place"),
    ("import panda", "Did you mean pandas?"),
    ("import seaborn", "only the ones in their first cell"),
    # quotation marks, brackets, signs
    ("print(“hello”)", "word processor"),
    ("name = ‘Bugti’", "word processor"),
    ("x = 5 – 3", "dash"),
    ("x = ۱۹۷۹", "English keyboard"),
    ("x = [1893، 1905]", "English keyboard"),
    ("x =\u00a05", "cannot be seen"),
    ('print("hello)', "not ended with the same one"),
    ('x = """hello', "three quotation marks"),
    ('refugees["year")', "opened with [ and closed with )"),
    ("print(5))", "no opening one"),
    ("print(5", "not closed"),
    ("years = [1893 1905]", "missing comma"),
    ("x = (5.000.000 - 1)", "at most one point"),
    ("x = (29 days)", "without its unit"),
    ("x = 97%", "without its unit"),
    ('years = ["in 29 days" 1905]', "missing comma"),
    ('set("a", "b")', "set([...])"),
    ("len([1], [2])", "len([...])"),
    ("refugees[0]", "column by its name"),
    ('by_year[2007, "people"]', "table.loc[2007, 'people']"),
    ("refugees[2007]", 'table[table["year"] == 2007]'),
    ('people = refugees["people"]\nrefugees[people]', "table['people']"),
    ('by_country["PAK", "IRN"]', "column['PAK'] + column['IRN']"),
    ('import altair as alt\nalt.Chart(refugees).mark_line().encode("year", "people", "z")', 'x="year:Q"'),
    ("print 5", "round brackets"),
    ("if years == 5\n    print(1)", "colon"),
    # = and ==, names that are none
    ("if years = 5:\n    print(1)", "write =="),
    ('refugees[refugees["year"] = 2007]', "write =="),
    ('refugees.query("year = 2007")', "write =="),
    ('answer_1a = alt.Chart(refugees).mark_line().encode(x="year"), y="people"', "closes too early"),
    ("my name = 5", "write my_name"),
    ('refugees[refugees["year"] =! 2007]', "write != in place of =!"),
    ('alt.Chart(refugees).mark_line().encode(x=year:Q, y="people")', "between quotation marks"),
    ("answer_2b = Sarfraz Bugti", 'around it: "Sarfraz Bugti"'),
    ("answer 1a = 5", "write answer_1a"),
    ("class = 5", "belongs to Python itself"),
    ("1x = 5", "digit and a letter"),
    ("x = 01", "does not begin with 0"),
    ("x = (2,245 / 2,022 - 1) * 100", "A comma stands in a number"),
    ("alt.Chart(refugees)\n.mark_line()", "does not begin with a dot"),
    ("answer_1a =", "Nothing stands on the right"),
    # indentation
    ("if True:\nprint(1)", "four spaces"),
    ("x = 1\n  y = 2", "too far"),
    # tables
    ('refugees["Year"]', "no column 'Year'. Did you mean year?"),
    ('refugees["peple"]', "Did you mean people?"),
    ('refugees[["year", "peple"]]', "no column 'peple'. Did you mean people?"),
    ('refugees["zzz"]', "Its columns are: year, "),
    ('refugees.groupby("yaer")', "Did you mean year?"),
    ('refugees.sort_values("peple")', "Did you mean people?"),
    ('refugees.query("yeer == 2007")', "no column 'yeer'. Did you mean year?"),
    ("refugees.peple", "Did you mean people?"),
    ('refugees["year", "people"]', "[['year', 'people']]"),
    ('refugees["year" == 2007]', "name the table twice"),
    ('refugees.iloc[0]["peple"]', "no label 'peple' here. Did you mean people?"),
    ('refugees.apply(lambda row: row["peple"], axis=1)', "no label 'peple' here. Did you mean people?"),
    ('refugees.merge(refugees, on="yeer")', "Did you mean year?"),
    ('refugees[refugees["year"] == 1900].iloc[0]', "any row is left"),
    ('refugees["note"].iloc[1].upper()', "empty cell"),
    ("if True:\n        x = 1\n\ty = 2", "Tabs and spaces"),
    ('refugees["year"]["people"]', "start again from the table"),
    # .loc
    ('refugees.loc["2007"]', "No row has the number 2007 at its left"),
    ("refugees.loc[5000]", "No row has the number 5000 at its left"),
    ('refugees["year"][5000]', "No row has the number 5000"),
    ('refugees.loc["year"]', "'year' is a column, and .loc takes rows first"),
    ('refugees.loc[:, "peple"]', "no column 'peple'. Did you mean people?"),
    ('refugees.loc[0, "peple"]', "no column 'peple'. Did you mean people?"),
    ('refugees.loc[:, ["year", "peple"]]', "no column 'peple'. Did you mean people?"),
    ('refugees.set_index("peple")', "no column 'peple'. Did you mean people?"),
    ('refugees.loc[refugees["year"] == 2007, "year", "people"]', "square brackets of their own"),
    ('by_year["people"].loc[1979-1989]', "a span has a colon"),
    ('by_year["people"].loc[1800]', "no label 1800 here. The labels are: 1979, 1980"),
    ('by_year.loc[1800, "people"]', "no label 1800 here"),
    ('by_year.loc[[1979, 1800], "people"]', "no label 1800 here"),
    ('by_year["people"][1800]', "no label 1800 here"),
    ('by_year["people"].loc["1979"]', "without quotation marks"),
    ('by_year[by_year["people"] < 0]["people"].loc[1979]', "No row is left"),
    ('refugees.groupby(["year", "country_of_asylum"])["people"].sum().loc[1800]', None),
    # charts
    ('alt.Chart(refugees).encode(x="year").to_dict()', "no mark yet"),
    ('alt.Chart(refugees).mark_line().encode(x="yaer").to_dict()', "no column 'yaer'. Did you mean year?"),
    ('alt.Chart(by_country).mark_bar().encode(x="people:Q").to_dict()', "takes a whole table"),
    ('alt.Chart("refugees").mark_line().encode(x="year").to_dict()', "without quotation marks"),
    ('alt.Chart(refugees).mark_line().encode(x="year:Q").properties(width="wide").to_dict()', None),
    # one and several
    ('{refugees["year"]}', "a column stands in its place"),
    ("{years}", "a list stands in its place"),
    ("len(5)", "single number"),
    ('table = 7\ntable["count"]', "a single value, which has no parts"),
    ('table = "refugees"\ntable["count"]', "stand after a text"),
    ("set(5)", "Several values are needed"),
    ('refugees[refugees["year"] > "2007"]', "A number and a text"),
    ('refugees["year"] == by_year["people"]', "Two tables or columns of different rows"),
    ('{"UNHCR, "IOM"}', "not ended with the same one"),
    ('refugees["year]', "not ended with the same one"),
    ('refugees("year")', "no function, but a table"),
    ("len[years]", "round brackets"),
    ("years(0)", "no function, but a list"),
    ('refugees[refugees["year"] == 2007 and refugees["people"] > 5]', "write & for and"),
    ('refugees[refugees["year"] == 2007 & refugees["country_of_asylum"] == "PAK"]', "round brackets before you join"),
    ('refugees[refugees["year"] == 2007]["people"].item()', "Not exactly one value"),
    ("refugees.iloc[999]", "counts from 0"),
    ("years[5]", "counts from 0"),
    ('years["1893"]', "by position"),
    ('atl.load("refugee")', "Did you mean refugees?"),
    ('atl.laod("refugees")', "Did you mean load?"),
    ('pd.read_csv("x.csv")', "no file 'x.csv'"),
    ("alt.Chart(refugees).mark_lin()", "Did you mean mark_line?"),
    ("refugees.len()", "not after a dot: len(table)."),
    ('refugees["people"].print()', "print(column)"),
    ("years.max()", "max(...)"),
    ("alt.Chart(refugees).mark_circle.encode(x='year')", "Add ( ) after mark_circle."),
    ('refugees["people"].max.item()', "Add ( ) after max."),
    ("check = atl.exercise('first_steps')\ncheck['2a']", "check takes round brackets"),
    ("1 / 0", "divided by zero"),
    ("1 // 0", "divided by zero"),
    # nothing, texts and numbers
    ("answer_1a + 1", "still has ..."),
    ('answer_1a["people"]', "still has ..."),
    ("x = print(5)\nx + 1", "None"),
    ('"5" + 5', "A number and a text"),
    ('"1,730,000" - 5', "A number and a text"),
    ('pd.DataFrame({"mixed": ["x", 1.5]}).max()', "ask one column of it"),
    ("'1730000' / '5'", "Both are texts"),
    ("x = 1,730,000\nx - 5", "Decimals come after a point"),
    ("[1, 2] - [2]", "curly brackets"),
    ("(1, 2) - (2,)", "curly brackets"),
    ('refugees["people"].mean / 2', "round brackets after the name"),
    ('refugees[refugees["people"] >= 500,000]', "A comma stands in a number"),
    ('{"a": 1,\n "b": 1,923,439}', "no commas"),
    ('refugees.drop_duplicates("source")', "no column source"),
    ('refugees.groupby("year")["peopel"].max()', "no column peopel"),
    ('alt.Chart(refugees).mark_point().encode(x="year:t", y="people").to_dict()', "capital letters"),
    ('alt.Chart(refugees).mark_point().encode(x="year", colour="people")', "spelled color"),
    # dates that are texts, brackets forgotten, whole rows
    ("pd.Timestamp('2023-10-03') - pd.Timestamp('2010-06-23') / 365.25", "cannot be divided"),
    ("'1994-11-03' - '1994-10-29'", "A text is no date yet"),
    ("'1994-11-03' - pd.Timestamp('1994-10-29')", "A text is no date yet"),
    ("pd.Timestamp('1994-11-03') - pd.Timestamp('1994-10-29').days", "(later - earlier).days"),
    ('pd.Series(["x", 1], dtype=object) / pd.Series(["y", 2], dtype=object)', "name the column too"),
    ('{"Beg" = "ruler"}', "stands a colon"),
    ('int("1,730,000")', "no commas"),
    ("atl.show()", "Something is missing"),
    ("raise TypeError(\"NDFrame.last() missing 1 required positional argument: 'offset'\")", "].last()"),  # pandas 2, in the browser
    ('refugees["people"].abs <= 15', "Add a pair of round brackets"),
    ('pd.Series([1], index=["000"])[0:1].loc[0]', 'write "000", with quotation marks'),
    ("refugees.rename(colums={})", "no option called colums"),
    # nothing sure can be said
    ("raise ValueError('hi')", None),
    ("{'a': 1}['b']", None),
    ('refugees.drop("peple")', None),
    ('refugees.drop(columns="peple")', None),
    ('refugees.groupby("year").get_group(1900)', None),
    ('atl.excerpt("nothing")', None),
    ("sum({1: 2}['x'])", None),
]


@pytest.mark.parametrize("code, told", SAID)
def test_a_beginners_mistake_is_explained_or_passed_over(code, told):
    names = {}
    exec(SETUP, names)
    with pytest.raises(Exception) as caught:
        exec(compile(code, "cell", "exec"), names)
    sentence = plain_errors.plain(caught.value)
    assert sentence is None if told is None else told in sentence


@pytest.mark.parametrize("answers, named", [(["answer_1a = 5"], "answer_1b"), (["value = 5", "print(value)"], "answer_2a")])
def test_no_answers_name_is_taken_for_another_answers(answers, named):
    names = {}
    exec("\n".join(answers), names)
    with pytest.raises(NameError) as caught:
        exec(named, names)
    assert "Did you mean" not in plain_errors.plain(caught.value)


def test_a_built_in_function_that_was_hidden_is_named(tmp_path):
    cell = tmp_path / "cell.py"
    cell.write_text("sum = 5\nsum([1, 2])\n")
    with pytest.raises(TypeError) as caught:
        exec(compile(cell.read_text(), str(cell), "exec"), {})
    assert "hides Python's function sum" in plain_errors.plain(caught.value)


def test_every_table_can_be_misspelt():
    for name in ("evnts", "Returns", "claim"):
        with pytest.raises(atl.TableError) as caught:
            atl.load(name)
        assert "Did you mean" in plain_errors.plain(caught.value)


def test_in_a_notebook_the_error_ends_at_the_students_own_line():
    first = 'import acrosstheline as atl\nimport altair as alt\nfrom acrosstheline import plain_errors\nplain_errors.explain_in_notebook()\nplain_errors.explain_in_notebook()\nrefugees = atl.load("refugees")'
    cells = [first, 'refugees["peple"]', "print('a'", "1 / 0", "alt.Chart(refugees).encode(x='year')"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, allow_errors=True, kernel_name="python3").execute()
    _, column, bracket, zero, chart = [next((output["traceback"] for output in cell.outputs if output["output_type"] == "error"), None) for cell in notebook.cells]
    trace = "\n".join(column)
    assert "KeyError" in trace and "peple" in trace and "pandas" not in trace and len(trace.splitlines()) < 12
    assert column[-1] == "In plain words: The table has no column 'peple'. Did you mean people?"
    assert "Count the\nbrackets" in bracket[-1]
    assert "Something is divided by zero" in zero[-1]
    assert chart[-1].startswith("In plain words: This chart has no mark yet")
    assert len(chart) < 6 and sum("In plain words" in line for line in chart) == 1


@pytest.mark.parametrize("platform, lines", [("linux", 2), ("emscripten", 1)])
def test_a_phone_breaks_the_lines_itself(monkeypatch, platform, lines):
    monkeypatch.setattr(plain_errors.sys, "platform", platform)
    assert len(plain_errors._lines("word " * 30).splitlines()) == lines


@pytest.mark.parametrize(
    "given, used, says",
    [("check = 5", 'check("1a", 3)', "first code cell"), ("pd = 5", "pd.DataFrame()", "The name pd was given to something else.")],
)
def test_a_name_of_the_first_cell_that_was_given_away_is_named(given, used, says):
    from IPython.core.interactiveshell import InteractiveShell

    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.run_cell(given)
    error = shell.run_cell(used).error_in_exec
    InteractiveShell.clear_instance()
    assert says in plain_errors.plain(error)

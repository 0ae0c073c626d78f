"""Tables as exercises print them."""

import acrosstheline as atl
import nbformat
import pandas as pd
from acrosstheline import printed
from nbclient import NotebookClient

LEFT = ' style="text-align: left">'


def test_words_begin_at_the_left_and_numbers_end_at_the_right():
    html = printed.aligned(pd.DataFrame({"who": ["UNHCR", None], "people": [1_730_000, 5], "share": [1e-9, float("nan")]}, index=["October", "November"]))
    assert f"<th{LEFT}who</th>" in html and f"<td{LEFT}UNHCR</td>" in html
    assert "<th>people</th>" in html and "<td>1730000</td>" in html and "<td>NaN</td>" in html and "<th>October</th>" in html


def test_a_day_stays_on_one_line():
    html = printed.aligned(pd.DataFrame({"date": ["2023-10-03", "2023-11"], "people": [1_730_000, 5]}))
    assert '<td style="white-space: nowrap">2023-10-03</td>' in html and '<td style="white-space: nowrap">2023-11</td>' in html and "<td>5</td>" in html


def test_a_groups_headings_stay_over_their_columns():
    counted = atl.load("refugees").groupby("country_of_asylum")[["people"]].max().reset_index()
    assert f"<th{LEFT}country_of_asylum</th>" in printed.aligned(counted) and "<th>people</th>" in printed.aligned(counted)


def test_an_exercise_prints_so():
    cells = ["import pandas as pd, acrosstheline as atl", 'atl.exercise("first_steps")', 'pd.DataFrame({"who": ["UNHCR"]})']
    cells += ["pd.Series([829179]).sum()", "pd.Series([14.5]).max()", 'pd.Series(["UNHCR"]).to_numpy().astype(str)[0]', "pd.Series([1]).sum() > 0"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, kernel_name="python3").execute()
    assert LEFT in notebook.cells[2].outputs[0].data["text/html"]
    assert [cell.outputs[0].data["text/plain"] for cell in notebook.cells[3:]] == ["829179", "14.5", "'UNHCR'", "True"]

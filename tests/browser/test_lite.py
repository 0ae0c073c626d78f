"""The exercises in the browser: Python starts, every cell runs, answers get their feedback, and work is kept.

Python is a stand-in (see tests/stand_in): the release that the site uses cannot be fetched where tests run.
"""

import json
import re
import threading
import zipfile
from functools import partial
from http.server import ThreadingHTTPServer

import nbformat
import pytest
from acrosstheline import checks
from acrosstheline.site import exercises as released
from acrosstheline.site import lite, notebooks
from acrosstheline.teach import release
from axe_playwright_python.sync_playwright import Axe
from browser.conftest import Quiet, Visit
from browser.test_accessibility import RULES
from course import ROOT, SITE, read_notebook
from stand_in import build as stand_in

pytestmark = [pytest.mark.browser, pytest.mark.site]

NAMES = [path.stem for path in lite.exercises()]
# Five begin with a Python of their own, as every exercise does. The cells of the others run in one Python: it need not start each time.
ALONE, TOGETHER = NAMES[:5], NAMES[5:]
STARTING = 240_000  # milliseconds; 15 s on a machine with nothing else to do
KNOWN = [
    "atisf(ied|ying) version",  # the stand-in's JupyterLab is older than the widgets' extension
    "Menu entry for command .* is duplicated",  # JupyterLab's own
    "No exact match found for python",  # the notebook names a kernel of a computer, and gets the browser's
    "Pyodide contents will NOT be synced",  # no file system is wanted: the tables are in the wheel
    "Uploader widget not found|Skipping .* default shortcut",  # JupyterLab's own
    "Connection lost, reconnecting in 0 seconds",  # Python that was asked to start anew
    "undefined .*'(isRunning|cellRef)'",  # JupyterLab's table of contents, when one notebook takes the place of another
    "was preloaded using link preload but not used within a few seconds",
]
WORKBOOK = ["# A workbook\n\n[Five voices](../book/five_voices.ipynb), [First steps](first_steps_exercise.ipynb)", "import acrosstheline as atl\nimport altair as alt\nimport ipywidgets as widgets", "atl.load('refugees').head()",
            "alt.Chart(atl.load('refugees').head(9)).mark_line().encode(x='year:O', y='people:Q').properties(description='A line.')",
            "slider = widgets.IntSlider(value=2, max=10, description='Side')\nsquare = widgets.Label('4')\n"
            "slider.observe(lambda change: setattr(square, 'value', str(change['new'] ** 2)), names='value')\nwidgets.VBox([slider, square])",
            "mine = ..."]  # fmt: skip
MENUS_AND_CARD = """counts = atl.load("status_counts").set_index("row_id", drop=False).loc[["sc_2023_06_undocumented", "sc_2023_10_undocumented_interior"]]
display(atl.corroboration_builder("000_005_one_point_seven_million", ["DAWN_1779106", "DAWN_20231015"]))
display(atl.definition_switch(counts, "as_described", "people", "{value} people"))"""


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    """A notebook with one of everything that exercises use."""
    first, *cells = WORKBOOK
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(first), *map(nbformat.v4.new_code_cell, cells)])
    notebooks.normalise(notebook, "workbook")
    path = tmp_path_factory.mktemp("workbook") / "workbook.ipynb"
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def base(browser, workbook):
    """The address of the site with the stand-in's exercises in it."""
    folder = stand_in.build([*lite.exercises(), workbook])

    class Joined(Quiet):
        def translate_path(self, path):
            whole = super().translate_path(path)
            return whole.replace(str(SITE / "lite"), str(folder), 1)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Joined, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class Exercise:
    """An exercise open in the browser, used as a student would."""

    def __init__(self, seen):
        self.seen, self.page = seen, seen.page
        self.lost = []
        self.page.on("response", lambda response: self.lost.append(response.url) if response.status >= 400 else None)

    def open(self, name):
        self.page.goto(f"{self.seen.base}/lite/start.html?open={name}")
        return self.wait()

    def wait(self):
        self.page.wait_for_selector("html[data-python=ready], #trouble:not([hidden])", timeout=STARTING, state="attached")
        assert not self.page.is_visible("#trouble"), self.page.inner_text("#trouble")
        return self

    @property
    def notebook(self):
        return self.page.query_selector("iframe").content_frame()

    def cells(self):
        return self.notebook.evaluate("jupyterapp.shell.currentWidget.context.model.toJSON().cells")

    def run_all(self):
        self.notebook.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        return self.cells()

    def become(self, notebook):
        """Show another notebook, whose cells find nothing of what ran before."""
        assert self.complaints() == []
        self.seen.complaints.clear()
        notebook = {**notebook, "cells": [nbformat.v4.new_code_cell("%reset -f"), *notebook["cells"]]}
        self.notebook.evaluate("notebook => jupyterapp.shell.currentWidget.context.model.fromJSON(notebook)", notebook)

    def write(self, position, source):
        self.notebook.evaluate("([at, text]) => jupyterapp.shell.currentWidget.content.widgets[at].model.sharedModel.setSource(text)", [position, source])

    def run(self, position):
        """Run one cell and return the text of what it showed."""
        self.notebook.evaluate("at => { jupyterapp.shell.currentWidget.content.activeCellIndex = at; return jupyterapp.commands.execute('notebook:run-cell'); }", position)
        return "\n".join(shown(self.cells()[position]))

    def complaints(self):
        return [text for text in self.seen.complaints if not any(re.search(known, text) for known in KNOWN)]


def shown(cell):
    """Return the texts that a cell shows."""
    texts = [output.get("data", {}).get("text/plain", output.get("text", output.get("evalue", ""))) for output in cell.get("outputs", [])]
    return ["".join(text) for text in texts]


def source(cell):
    return "".join(cell["source"])


def an_answer(name, cells):
    """Return one task of an exercise that is answered by typing: its declaration, and the places of its answer and its check."""
    for record in release.declared(read_notebook(released.SOURCES / f"{name}_exercise.ipynb"), name):
        check = next((at for at, cell in enumerate(cells) if re.search(rf'^check\("{record["task"]}", (\w+)\)', source(cell), re.MULTILINE)), None)
        if record["kind"] in ("set", "number", "text") and check is not None:
            variable = re.search(r"^check\(\S+ (\w+)\)", source(cells[check]), re.MULTILINE)[1]
            answer = next((at for at, cell in enumerate(cells) if source(cell).rstrip().endswith(f"{variable} = ...")), None)
            if answer is not None:
                return record, variable, answer, check
    return None


def reach(seen, name):
    """Open an exercise as a reader does: from its chapter, or from its own address where it has none."""
    chapter = name.removesuffix("_exercise")
    if (SITE / "book" / f"{chapter}.html").is_file():
        seen.open(f"book/{chapter}.html").page.click(f'a[href$="start.html?open={name}"]')
    else:
        start(seen, name)


def works(exercise, name):
    """Run every cell, then give a right and a wrong answer to one task."""
    cells = exercise.run_all()
    assert [output["evalue"] for cell in cells for output in cell.get("outputs", []) if output["output_type"] == "error"] == []
    said = "\n".join(text for cell in cells for text in shown(cell))
    tasks = re.findall(r'^check\("(\w+)"', "\n".join(map(source, cells)), re.MULTILINE)
    unanswered = rf"(?:{re.escape(checks.BLANK)}|Not yet\. \d+ of the \d+ values (?:is|are) still to be filled in)"
    assert tasks and [task for task in tasks if not re.search(rf"^{task}: {unanswered}", said, re.MULTILINE)] == []

    chapter = name.removesuffix("_exercise")
    found = an_answer(chapter, cells)
    if found:
        record, variable, answer, check = found
        checker = checks.Checker(chapter, checks.about(chapter)["tasks"])
        for value in (record["right"][0], record["wrong"][0][0]):
            given = set(value) if record["kind"] == "set" else value
            exercise.write(answer, f"{variable} = {given!r}")
            exercise.run(answer)
            assert repr(checker.feedback(record["task"], given)) in exercise.run(check)
    assert exercise.seen.outside() == [] and exercise.lost == []
    assert exercise.complaints() == []


@pytest.mark.parametrize("name", ALONE)
def test_an_exercise_opens_from_its_chapter_and_runs_from_first_to_last_cell(visit, base, name):
    exercise = Exercise(visit(base=base))
    reach(exercise.seen, name)
    works(exercise.wait(), name)


@pytest.mark.parametrize("name", TOGETHER)
def test_an_exercise_opens_from_its_chapter(visit, base, name):
    seen = visit(base=base)
    seen.page.route("**/pandas-*.whl", lambda route: None)  # Python need not come
    reach(seen, name)
    seen.page.wait_for_selector("#download:not([disabled])", timeout=STARTING)
    opened = [source(cell) for cell in Exercise(seen).cells()]
    assert opened == [source(cell) for cell in read_notebook(ROOT / "exercises" / f"{name}.ipynb")["cells"]]


@pytest.fixture(scope="module")
def python(browser, base):
    """A notebook with a Python of its own, for the cells of many exercises."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield Exercise(Visit(context, base)).open("workbook")
    context.close()


@pytest.mark.parametrize("name", TOGETHER)
def test_every_cell_of_an_exercise_runs_in_the_browser(python, name):
    python.become(read_notebook(ROOT / "exercises" / f"{name}.ipynb"))
    works(python, name)


def test_tables_charts_and_widgets_work_and_work_is_kept(visit, base):
    seen = visit(base=base, accept_downloads=True)
    exercise = Exercise(seen).open("workbook")
    cells = exercise.run_all()
    assert [cell.get("execution_count") for cell in cells[1:]] == list(range(1, len(cells)))
    assert "1979" in shown(cells[2])[0]
    exercise.notebook.wait_for_selector(".vega-embed svg, .vega-embed canvas, .jp-RenderedVegaCommon5 canvas")
    exercise.notebook.click(".widget-slider .noUi-base")  # in the middle: 5 of 10
    exercise.notebook.wait_for_selector(".widget-label:text-is('25')")

    for text, target in (("Five voices", "/book/five_voices.html"), ("First steps", "/lite/start.html?open=first_steps_exercise")):
        with seen.page.context.expect_page() as opened:
            exercise.notebook.click(f"a:text-is('{text}')")
        assert opened.value.url == base + target
        opened.value.close()

    exercise.write(5, "mine = 'kept'")
    exercise.run(5)
    with seen.page.expect_download() as download:
        seen.page.click("#download")
    assert download.value.suggested_filename == "workbook.ipynb"
    assert source(json.loads(download.value.path().read_text(encoding="utf-8"))["cells"][5]) == "mine = 'kept'"
    exercise.notebook.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty", timeout=60_000)
    seen.page.reload()
    exercise.wait()
    assert source(exercise.cells()[5]) == "mine = 'kept'"
    assert "Run All Above Selected Cell" in seen.page.inner_text("#status")
    exercise.write(5, "check")
    exercise.run(5)
    assert "In plain words: Python does not know the name check" in "".join(exercise.cells()[5]["outputs"][0]["traceback"])

    seen.page.click("#afresh")
    seen.page.click("#sure button[value=yes]")
    seen.page.wait_for_selector("#status:has-text('This is the notebook as we give it')", timeout=STARTING)
    assert source(exercise.cells()[5]) == "mine = ..."
    exercise.run(1)
    assert "1979" in exercise.run(2)
    assert exercise.complaints() == [] and seen.outside() == []


def test_menus_and_cards_fit_a_phone_and_a_desk_and_take_keys(visit, base):
    exercise = Exercise(visit(base=base, width=360)).open("workbook")
    exercise.write(5, MENUS_AND_CARD)
    exercise.run(1)
    exercise.run(5)
    exercise.notebook.wait_for_selector(".atl-bench dt >> nth=3")
    menus_and_cards_fit(exercise)
    exercise.page.set_viewport_size({"width": 1280, "height": 800})
    menus_and_cards_fit(exercise)
    menus_take_keys(exercise)


def menus_take_keys(exercise):
    cells = len(exercise.cells())
    _, origin = exercise.notebook.query_selector_all(".atl-bench select")[:2]
    for key, label in (("ArrowDown", "Pakistani state"), ("a", "Afghan authorities")):
        origin.focus()
        exercise.page.keyboard.press(key)
        assert origin.evaluate("menu => menu.selectedOptions[0].text").replace("\xa0", " ") == label
    assert len(exercise.cells()) == cells
    exercise.page.keyboard.press("Shift+Enter")
    exercise.notebook.wait_for_function("!document.activeElement.matches('select')")


def menus_and_cards_fit(exercise):
    boxes = "selector => [...document.querySelectorAll(selector)].map(one => { const box = one.getBoundingClientRect(); return [box.left, box.top, box.right, box.bottom]; })"
    menus = exercise.notebook.evaluate(boxes, ".atl-bench select, .atl-bench .widget-dropdown > label")
    assert len(menus) == 8 and all(lower[1] >= upper[3] or lower[0] >= upper[2] for upper, lower in zip(menus, menus[1:]))
    assert all(bottom - top >= 19 for _, top, _, bottom in menus)
    labels, facts = (exercise.notebook.evaluate(boxes, f".atl-bench {tag}") for tag in ("dt", "dd"))
    assert all(fact[1] >= label[3] or (fact[1] == label[1] and fact[0] >= label[2]) for label, fact in zip(labels, facts))
    assert all(later[1] >= fact[3] for fact, later in zip(facts, labels[1:]))
    radios = exercise.notebook.evaluate("() => [...document.querySelectorAll('.atl-bench .widget-radio-box')].map(box => box.scrollWidth - box.clientWidth)")
    assert radios and max(radios) <= 1


def test_a_cell_that_is_run_before_python_is_there_runs_when_it_is(visit, base):
    seen = visit(base=base)
    held = []
    seen.page.route("**/pandas-*.whl", lambda route: held.append(route))
    exercise = Exercise(seen)
    page = start(seen)
    page.wait_for_selector("#download:not([disabled])", timeout=STARTING)
    exercise.notebook.click(".jp-CodeCell >> nth=0 >> .cm-content")
    page.keyboard.press("Shift+Enter")
    exercise.notebook.click("[data-command='notebook:run-cell-and-select-next'], jp-button[title^='Run this cell']")
    page.wait_for_selector("#status:has-text('The cell with the star runs as soon as Python is here.')")
    prompts = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].slice(0, 3).map(prompt => prompt.textContent)"
    assert exercise.notebook.evaluate(prompts) == ["[*]:", "[*]:", "[ ]:"]
    for route in held:
        route.continue_()
    page.unroute("**/pandas-*.whl")
    exercise.wait()
    exercise.notebook.wait_for_function(f"JSON.stringify({prompts}) === JSON.stringify(['[1]:', '[2]:', '[ ]:'])", timeout=STARTING)
    assert "1979" in shown(exercise.cells()[2])[0] and "star" not in page.inner_text("#status")


def test_the_site_as_published_opens_a_notebook_and_asks_only_for_pyodide(visit, address):
    """With the JupyterLite that is published, and its Pyodide out of reach."""
    seen = visit()
    seen.page.route("https://**", lambda route: route.abort())
    page = start(seen, NAMES[0])
    page.wait_for_selector("#trouble", timeout=STARTING)
    page.query_selector("iframe").content_frame().wait_for_selector(".jp-Cell", timeout=STARTING)
    home = lite.pyodide().entry.removesuffix("pyodide.mjs")
    assert seen.outside() and all(url.startswith(home) for url in seen.outside())


# --- the page around the notebook ----------------------------------------------------------------------


def start(seen, name="workbook"):
    seen.page.goto(f"{seen.base}/lite/start.html?open={name}")
    return seen.page


def test_a_browser_without_webassembly_is_told_what_to_do(visit, base):
    seen = visit(base=base)
    seen.page.add_init_script("delete window.WebAssembly")
    page = start(seen)
    page.wait_for_selector("#trouble")
    assert "WebAssembly" in page.inner_text("#why")
    assert page.get_attribute("#file", "href") == "../exercises/workbook.ipynb"
    assert not page.query_selector("iframe")


@pytest.mark.parametrize("lacking", ["delete Object.hasOwn", "syntax"])
def test_an_old_browser_is_told_that_it_is_too_old_and_gets_the_notebook(visit, base, lacking):
    seen = visit(base=base)
    if lacking == "syntax":  # as a browser meets words that it does not know
        seen.page.route("**/start.html*", lambda route: route.fulfill(content_type="text/html", body=lite.START.read_text(encoding="utf-8").replace("const course =", "const course ?=")))
    else:
        seen.page.add_init_script(lacking)
    page = start(seen)
    page.wait_for_selector("#trouble")
    assert "too old" in page.inner_text("#why") and "did not start" in page.inner_text("#status")
    assert page.get_attribute("#file", "href") == "../exercises/workbook.ipynb"


def test_a_page_opened_from_a_folder_says_so(visit, base):
    page = start(visit(base=SITE.as_uri()), NAMES[0])
    page.wait_for_selector("#trouble")
    assert "folder" in page.inner_text("#why") and not page.is_visible("#again")
    assert (SITE / "lite" / page.get_attribute("#file", "href")).resolve().is_file()


def test_a_part_that_does_not_arrive_is_named(visit, base):
    seen = visit(base=base)
    seen.page.route("**/python_stdlib.zip", lambda route: route.abort())
    page = start(seen)
    page.wait_for_selector("#trouble", timeout=STARTING)
    assert "did not arrive" in page.inner_text("#why") and page.is_visible("#again")
    page.wait_for_timeout(1000)  # parts that arrive later do not speak over it
    assert "did not start" in page.inner_text("#status") and not page.is_visible("#coming")


def test_the_notebook_comes_before_python_and_until_then_the_page_says_so(visit, base):
    seen, held = visit(base=base), []
    seen.page.route("**/notebooks/index.html*", lambda route: held.append(route))
    page = start(seen)
    page.wait_for_selector("#coming")
    page.wait_for_timeout(1000)
    assert "on its way" in page.inner_text("#coming") and not [url for url in seen.requests if "/pyodide/" in url]
    for route in held:
        route.continue_()
    page.unroute("**/notebooks/index.html*")
    page.query_selector("iframe").content_frame().wait_for_selector(".jp-Cell", timeout=STARTING)
    page.wait_for_selector("#coming", state="hidden")


def test_while_python_starts_the_page_says_how_far_it_is(visit, base):
    seen = visit(base=base)
    seen.page.route("**/pandas-*.whl", lambda route: None)  # never arrives
    page = start(seen)
    page.wait_for_selector("#status:has-text('Fetching Python')")
    page.wait_for_function("document.getElementById('progress').value >= 5")
    assert page.is_visible("#progress") and re.search(r"\d+ of \d+ parts, \d+ MB", page.inner_text("#status"))


def test_without_a_name_the_page_lists_the_exercises(visit, base):
    page = start(visit(base=base), "no_such_exercise")
    listed = [link.get_attribute("href") for link in page.query_selector_all("#list a")]
    assert listed == [f"?open={name}" for name in [*NAMES, "workbook"]] and NAMES[0] == "first_steps_exercise"
    on_the_page = re.findall(r"start\.html\?open=(\w+)", (SITE / "book" / "exercises.html").read_text(encoding="utf-8"))
    assert on_the_page == NAMES


def test_without_scripts_the_page_says_so(visit, base):
    page = start(visit(base=base, java_script_enabled=False))
    assert "JavaScript" in page.inner_text("body")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["list", "trouble", "loading"])
def test_the_page_breaks_no_rule_of_accessibility_and_fits_a_phone(visit, base, scheme, state):
    seen = visit(width=360, scheme=scheme, base=base)
    if state != "list":
        seen.page.route("**/python_stdlib.zip", lambda route: route.abort() if state == "trouble" else None)
    page = start(seen, "nothing" if state == "list" else "workbook")
    page.wait_for_selector({"list": "#list", "trouble": "#trouble", "loading": "#progress"}[state], timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    found = Axe().run(page, options=RULES, context={"exclude": [["iframe"]]}).response["violations"]
    assert [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found] == []


# --- what is served ------------------------------------------------------------------------------------


def configuration(folder):
    whole = json.loads((folder / "jupyter-lite.json").read_text(encoding="utf-8"))
    return whole["jupyter-config-data"]


def test_the_site_starts_the_pyodide_that_its_kernel_wants(site):
    from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_PYTHON_VERSION

    kernel = configuration(site / "lite")["litePluginSettings"][lite.KERNEL_PLUGIN]
    assert kernel["pyodideUrl"] == f"{PYODIDE_CDN_URL}/pyodide.mjs"
    assert kernel["disablePyPIFallback"] is True
    assert lite.PUBLIC_PYTHON == PYODIDE_PYTHON_VERSION


def test_a_new_build_does_not_lose_work(site):
    """Browsers keep work under these names: they must never change."""
    assert configuration(site / "lite")["contentsStorageName"] == "across-the-line"
    listed = json.loads((site / "lite" / "api" / "contents" / "all.json").read_text(encoding="utf-8"))["content"]
    assert [entry["path"] for entry in listed] == [f"{name}.ipynb" for name in NAMES]


def test_what_is_served_is_light_and_asks_nobody(site):
    files = [path for path in (site / "lite").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 24e6
    assert not [path for path in files if path.suffix == ".map"]
    sheets = [path for path in files if path.suffix in (".css", ".html")]
    assert not [path for path in sheets if re.search(r"url\(['\"]?https?:|@import ['\"]?https?:|src=\"https?:", path.read_text(encoding="utf-8"))]


def test_the_wheels_are_what_pyodide_lacks_and_the_course_has_no_solution_in_it(site):
    wheels = {path.name.split("-")[0]: path for path in (site / "lite" / "wheels").rglob("*.whl")}
    assert set(wheels) == {"acrosstheline", "comm", "ipywidgets", "jupyterlab_widgets"}
    with zipfile.ZipFile(wheels["acrosstheline"]) as archive:
        names = archive.namelist()
    assert "acrosstheline/_data/datapackage.json" in names
    assert not [name for name in names if name.endswith(".ipynb") or "solutions/" in name]


def test_a_wheel_is_the_same_each_time(tmp_path):
    packages, _ = lite.installed(lite.sys.executable)
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        lite.course_wheel(tmp_path / folder)
        lite.pack(packages["ipywidgets"], tmp_path / folder)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_nothing_is_built_twice(site):
    assert lite.build(site / "lite") is False


def test_an_address_or_a_folder_may_be_named_for_pyodide(tmp_path):
    assert lite.pyodide("https://example.org/pyodide").entry == "https://example.org/pyodide/pyodide.mjs"
    with pytest.raises(FileNotFoundError, match="PYODIDE_DIST"):
        lite.pyodide(tmp_path)

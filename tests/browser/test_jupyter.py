"""The exercises on a student's own computer: in JupyterLab and in Notebook 7, from first to last cell, by menu and keyboard."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from acrosstheline import checks
from acrosstheline.site import exercises as released
from acrosstheline.teach import release
from course import ROOT, read_notebook

pytestmark = pytest.mark.browser

EXERCISE, TASK = "first_steps", "2a"
PROGRAMS = {"lab/tree/in_lab_exercise.ipynb": "JupyterLab", "notebooks/in_notebook_exercise.ipynb": "Notebook 7"}
STARTING = 180  # seconds; a few on a machine with nothing else to do


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of what `python -m acrosstheline.study` starts, in a folder with the same exercise twice."""
    course, home = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("home")
    (course / "exercises").mkdir()
    for page in PROGRAMS:
        shutil.copy(released.COPIES / f"{EXERCISE}_exercise.ipynb", course / "exercises" / page.rpartition("/")[2])
    port = free_port()
    options = ["--no-browser", "--allow-root", f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token="]
    settings = {f"JUPYTER{name}": str(home) for name in ("_CONFIG_DIR", "_RUNTIME_DIR", "_DATA_DIR", "LAB_SETTINGS_DIR", "LAB_WORKSPACES_DIR")}
    paths = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))
    with open(home / "log", "w") as log:
        study = subprocess.Popen([sys.executable, "-m", "acrosstheline.study", *options], cwd=course, env=os.environ | settings | {"PYTHONPATH": paths}, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/status", study, home / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(study.pid, signal.SIGTERM)  # it, and the Jupyter that it started, which ends its kernels
        study.wait()


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def wait_for(address, process, log):
    for _ in range(STARTING * 5):
        try:
            return urlopen(address).close()
        except URLError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.2)
    pytest.fail(f"Jupyter did not start. {log.read_text()}")


class Notebook:
    """A notebook open in Jupyter, used by its menu and the keyboard alone."""

    def __init__(self, page):
        self.page, self.cells = page, page.locator(".jp-Notebook .jp-Cell")

    def open(self, address, cells):
        """Open a notebook and wait until all its cells are drawn and its kernel waits for them."""
        self.page.goto(address)
        self.page.wait_for_function("cells => document.querySelectorAll('.jp-Notebook .jp-Cell').length === cells", arg=cells, timeout=STARTING * 1000)
        self.page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', state="attached", timeout=STARTING * 1000)
        return self

    def run_all(self):
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    def answer(self, place, line):
        """Write a line in place of a cell's code, and run this cell and the next."""
        self.cells.nth(place).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(line)
        self.page.keyboard.press("Shift+Enter")
        self.page.keyboard.press("Shift+Enter")

    def says(self, place, text):
        """Wait until a cell shows a text."""
        self.cells.nth(place).locator(".jp-OutputArea-output").filter(has_text=text).first.wait_for(timeout=STARTING * 1000)

    def try_to_delete(self, place):
        self.cells.nth(place).locator(".jp-InputPrompt").click()
        self.page.keyboard.press("d")
        self.page.keyboard.press("d")


@pytest.mark.parametrize("page", PROGRAMS, ids=PROGRAMS.get)
def test_an_exercise_runs_and_answers_what_is_typed(browser, server, page):
    given = read_notebook(released.COPIES / f"{EXERCISE}_exercise.ipynb")["cells"]
    place = {cell["metadata"].get("nbgrader", {}).get("grade_id"): at for at, cell in enumerate(given)}
    records = release.declared(read_notebook(released.SOURCES / f"{EXERCISE}_exercise.ipynb"), EXERCISE)
    task = next(record for record in records if record["task"] == TASK)
    mistake, hint = task["wrong"][0]
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        notebook = Notebook(context.new_page()).open(f"{server}/{page}", len(given))
        notebook.try_to_delete(1)
        notebook.run_all()
        notebook.says(place[f"check-{records[-1]['task']}"], checks.BLANK)
        assert notebook.cells.count() == len(given), "a cell that is given could be deleted"
        assert notebook.page.locator(".jp-OutputArea-output", has_text=re.compile("Error|Traceback")).count() == 0
        notebook.answer(place[f"answer-{TASK}"], f"answer_{TASK} = {mistake}")
        notebook.says(place[f"check-{TASK}"], f"Not yet. {hint}")
        notebook.answer(place[f"answer-{TASK}"], f"answer_{TASK} = {task['right'][0]}")
        notebook.says(place[f"check-{TASK}"], f"Right. {task['why']}")

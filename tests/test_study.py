"""A student's own folder: copies of the exercises in which nothing was run, nothing else, and no work lost."""

import ast
import json
import os
import runpy
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from acrosstheline import study
from course import ROOT


@pytest.fixture
def course(tmp_path):
    """A course's folder with two exercises, and a solution beside them."""
    for path in ("exercises/first_steps_exercise.ipynb", "exercises/the_plan_exercise.ipynb", "exercises/solutions/the_plan_exercise.ipynb"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text((ROOT / path).read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def test_the_folder_holds_the_exercises_not_yet_run_and_nothing_else(course):
    mine, new = study.prepare(course)
    assert [path.name for path in sorted(mine.rglob("*"))] == ["first_steps_exercise.ipynb", "the_plan_exercise.ipynb"]
    assert new == ["first_steps_exercise", "the_plan_exercise"]
    for path in mine.iterdir():
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")]
        assert "BEGIN SOLUTION" not in path.read_text(encoding="utf-8")


def test_what_a_student_wrote_is_kept(course):
    mine, _ = study.prepare(course)
    (mine / "the_plan_exercise.ipynb").write_text("my work")
    (mine / "first_steps_exercise.ipynb").unlink()
    assert study.prepare(course)[1] == ["first_steps_exercise"]
    assert (mine / "the_plan_exercise.ipynb").read_text() == "my work"


def test_jupyterlab_opens_that_folder_alone(course, monkeypatch, capsys):
    called = []
    monkeypatch.setattr(study.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(study.subprocess, "call", lambda command: called.append(command) or 0)
    monkeypatch.setattr(study.signal, "signal", lambda *_: None)
    assert study.main(course, ["--no-browser"]) == 0
    assert called[0][1:4] == ["-m", "jupyter", "lab"] and called[0][-2:] == ["--no-browser", str(course / study.FOLDER)]
    assert "2 of them are new" in capsys.readouterr().out


def test_a_wrong_folder_and_a_missing_jupyterlab_are_told_in_words(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(study.importlib.util, "find_spec", lambda name: object())
    assert study.main(tmp_path) == 2 and "the course's folder" in capsys.readouterr().err
    monkeypatch.setattr(study.importlib.util, "find_spec", lambda name: None)
    assert study.main(tmp_path) == 2 and 'pip install ".[student]"' in capsys.readouterr().err


# --- the script that sets up and opens -----------------------------------------------------------------------


@pytest.fixture
def opener(monkeypatch):
    """The script as a module, with the commands that it runs written down, and how each one ends."""
    script = runpy.run_path(str(ROOT / "exercises" / "open.py"))
    done, fails = [], set()

    def call(command, **_):
        words = " ".join(command[1:])
        done.append(words)
        if "-m venv" in words:
            Path(command[-1]).mkdir(parents=True)
        return int(any(fault in words for fault in fails))

    monkeypatch.setattr(subprocess, "call", call)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    return SimpleNamespace(main=script["main"], done=done, fails=fails)


def test_one_command_makes_a_place_fills_it_once_and_opens_the_exercises(opener, tmp_path):
    opener.fails.add("import acrosstheline")
    assert opener.main(tmp_path, ["--no-browser"]) == 0
    steps = ["-c import acrosstheline, jupyterlab", f"-m venv {tmp_path / '.venv'}", "-m pip --version", "-m pip install .[student]", "-m acrosstheline.study --no-browser"]
    assert opener.done == steps
    opener.done.clear()
    opener.fails.clear()
    assert opener.main(tmp_path) == 0 and opener.done == [steps[0], "-m acrosstheline.study"]


@pytest.mark.parametrize(("fault", "said", "kept"), [("-m venv", "python3-venv", False), ("install .[student]", "run this again", True)])
def test_what_cannot_be_set_up_is_told_in_words_and_opens_nothing(opener, tmp_path, capsys, fault, said, kept):
    opener.fails.update({"import acrosstheline", fault})
    assert opener.main(tmp_path) == 2 and said in capsys.readouterr().err
    assert (tmp_path / ".venv").exists() == kept and not [words for words in opener.done if "acrosstheline.study" in words]


JUPYTER = """#!{python}
import signal, sys, time
heard = []
signal.signal(signal.SIGINT, lambda *_: heard.append(1))
print("ready", flush=True)
while len(heard) < 2:
    time.sleep(0.02)
    if len(heard) == 1:
        print("Shut down? Press again.", flush=True)
        time.sleep(0.5)
sys.exit(7)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a group are of Linux and Mac")
def test_ctrl_c_is_left_to_jupyterlab_which_asks_before_it_stops(course):
    fake = course / "python"
    fake.write_text(JUPYTER.format(python=sys.executable))
    fake.chmod(0o755)
    program = f"import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from acrosstheline import study; sys.executable = {str(fake)!r}; sys.exit(study.main({str(course)!r}))"
    running = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    for sign in ("ready", "again"):
        assert any(sign in line for line in iter(running.stdout.readline, "")), running.stderr.read()
        os.killpg(running.pid, signal.SIGINT)
    said = running.communicate(timeout=20)[1]
    assert running.returncode == 7 and "Traceback" not in said, said


def test_an_older_python_is_told_to_be_too_old(opener, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    assert opener.main(tmp_path) == 2 and "3.11 or newer" in capsys.readouterr().err and opener.done == []


def test_it_needs_nothing_that_an_old_python_does_not_have():
    """An older Python must get as far as the sentence that says so."""
    ast.parse((ROOT / "exercises" / "open.py").read_text(encoding="utf-8"), feature_version=(3, 6))

"""A student's own folder: copies of the exercises in which nothing was run, nothing else, and no work lost."""

import json

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
    assert study.main(course, ["--no-browser"]) == 0
    assert called[0][1:4] == ["-m", "jupyter", "lab"] and called[0][-2:] == ["--no-browser", str(course / study.FOLDER)]
    assert "2 of them are new" in capsys.readouterr().out


def test_a_wrong_folder_and_a_missing_jupyterlab_are_told_in_words(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(study.importlib.util, "find_spec", lambda name: object())
    assert study.main(tmp_path) == 2 and "the course's folder" in capsys.readouterr().err
    monkeypatch.setattr(study.importlib.util, "find_spec", lambda name: None)
    assert study.main(tmp_path) == 2 and 'pip install ".[student]"' in capsys.readouterr().err

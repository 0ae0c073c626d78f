"""The course as a package: it carries its data, and a student's install stays small."""

import re
import subprocess
import sys
import tomllib
import zipfile

import pytest

from acrosstheline import tables
from course import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_every_table(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {f"acrosstheline/_data/{entry['path']}" for entry in tables.manifest()["resources"]} <= names
    assert "acrosstheline/_data/datapackage.json" in names


def test_the_wheel_works_without_the_checkout(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = "import acrosstheline as atl; assert '_data' in str(__import__('acrosstheline.tables').tables.data_folder()); print(len(atl.load('refugees')))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path), "PATH": ""}, capture_output=True, text=True)
    assert done.stdout.strip() == str(len(tables.load("refugees"))), done.stderr


def test_a_students_install_is_three_packages_and_what_they_need():
    assert [re.split(r"[<>=\[]", need)[0] for need in PROJECT["dependencies"]] == ["pandas", "altair", "ipywidgets"]


@pytest.mark.parametrize("need", [n for group in [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()] for n in group])
def test_a_requirement_has_a_lower_bound(need):
    assert ">=" in need


def test_the_lock_holds_every_requirement():
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))
    wanted = {re.split(r"[<>=\[]", n)[0] for group in [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()] for n in group}
    assert wanted <= locked, wanted - locked


def test_the_students_lock_has_nothing_that_builds_or_tests():
    student = (ROOT / ".binder" / "requirements.txt").read_text(encoding="utf-8")
    for name in ("jupyter-book", "sphinx==", "pytest", "nbval", "playwright", "frictionless"):
        assert name not in student


@pytest.mark.parametrize("module", ["tables", "claims", "sources", "cards", "explore", "figures", "quizzes", "live", "prose", "charts.theme"])
def test_the_teaching_tools_never_import_the_sphinx_side(module):
    code = f"import sys, acrosstheline.{module}; sys.exit(any(n.split('.')[0] in ('sphinx', 'myst_nb', 'docutils') or n.startswith('acrosstheline.site') for n in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0

"""What the tests share: the checkout, its notebooks, its table of contents, and the built site."""

import json
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"


def read_notebook(path):
    return json.loads(path.read_text(encoding="utf-8"))


def text_of(cell):
    return "".join(cell["source"])


CHAPTERS = sorted((ROOT / "book").glob("*.ipynb"))


@pytest.fixture(scope="session")
def toc():
    return yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def site():
    if not (SITE / "index.html").is_file():
        pytest.fail("The book is not built: run `make book` first (`make test` does).")
    return SITE

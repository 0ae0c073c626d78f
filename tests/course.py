"""Where things are, for every test."""

import json
from pathlib import Path

import yaml
from acrosstheline.site import build

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
CHAPTERS = sorted((ROOT / "book").glob("*.ipynb"))
PAGES = [f"{page}.html" for page in build.pages(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))]


def read_notebook(path):
    """Return a notebook as a dictionary."""
    return json.loads(path.read_text(encoding="utf-8"))


def text_of(cell):
    """Return a cell's source as one text."""
    return "".join(cell["source"])

"""What the tests share: the table of contents and the built site."""

import pytest
import yaml
from course import ROOT, SITE


@pytest.fixture(scope="session")
def toc():
    return yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def site():
    if not (SITE / "index.html").is_file():
        pytest.fail("The book is not built: run `make book` first (`make test` does).")
    return SITE

"""Build the book: ``python -m acrosstheline.site.build``, which is what ``make book`` runs."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

from acrosstheline.site import lite

ROOT = Path(__file__).parents[3]
SITE = ROOT / "_build" / "html"


def pages(toc):
    """Return the pages that a table of contents names, in order.

    Parameters
    ----------
    toc : dict
        ``_toc.yml`` in Jupyter Book's format.

    Returns
    -------
    list of str
    """
    entries = [entry for part in toc["parts"] for entry in part["chapters"]]
    return [toc["root"], *(entry["file"] for entry in entries)]


def missing_pages(root=ROOT, site=SITE):
    """Return the pages that the table of contents names and the built site lacks."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    return [page for page in pages(toc) if not (site / f"{page}.html").is_file()]


def build():
    """Build the book with warnings as errors, and beside it the exercises that run in a browser.

    Returns
    -------
    int
        The exit code: 0 when every page that the table of contents names was built.
    """
    command = [str(Path(sys.executable).parent / "jupyter-book"), "build", str(ROOT), "-W", "-n", "--keep-going", "-q"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        sys.stderr.write("The book was not built: mend the warnings above.\n")
        return done.returncode
    missing = missing_pages()
    if missing:
        sys.stderr.write(f"The book lacks pages that _toc.yml names: {', '.join(missing)}.\n")
        return 1
    lite.build(SITE / "lite", where=os.environ.get("PYODIDE_DIST"))
    print(f"The book is built. Open {(SITE / 'index.html').relative_to(ROOT)} in a browser, or run `make serve`.")
    return 0


if __name__ == "__main__":
    sys.exit(build())

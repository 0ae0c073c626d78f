"""Execute the notebooks and make the result byte-stable: ``python -m acrosstheline.site.notebooks [FILE ...]``.

No stock tool makes executed notebooks the same on every run: execution times, cell ids, widget ids and
object addresses differ. Widget views are dropped, since the page shows each explorer's HTML.
"""

import hashlib
import json
import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from importlib.metadata import version
from pathlib import Path

import nbformat

from acrosstheline.site.build import ROOT

RECORD = ROOT / "book" / "assets" / "execution.json"
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
_WIDGET = "application/vnd.jupyter.widget-view+json"
_SHOWN_VERSIONS = ["jupyter-book", "pandas", "altair", "ipywidgets", "nbval", "vl-convert-python"]


def normalise(notebook, stem):
    """Make an executed notebook the same for the same code and outputs.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Changed in place.
    stem : str
        The notebook's name, from which cells without an identifier get theirs.
    """
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}, "language_info": {"name": "python"}}
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    seen, count = set(), 0
    for position, cell in enumerate(notebook.cells):
        if not cell.get("id") or cell["id"] in seen:
            cell["id"] = hashlib.sha256(f"{stem}-{position}".encode()).hexdigest()[:8]
        seen.add(cell["id"])
        kept = {key: cell.metadata[key] for key in ("tags", "nbgrader", "jupyter", "editable", "deletable") if key in cell.metadata}
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type == "code" and cell.source.strip():
            count += 1
            cell.execution_count = count
            for output in cell.outputs:
                _normalise_output(output, count)
    return notebook


def _normalise_output(output, count):
    if output.output_type == "execute_result":
        output.execution_count = count
    if "text" in output:
        output.text = _ADDRESS.sub("0x0", output.text)
    if "data" in output:
        output.data.pop(_WIDGET, None)
        if isinstance(output.data.get("text/plain"), str):
            output.data["text/plain"] = _ADDRESS.sub("0x0", output.data["text/plain"])
    if "metadata" in output:
        glued = {"scrapbook": output.metadata["scrapbook"]} if "scrapbook" in output.metadata else {}
        output.metadata = nbformat.from_dict(glued)


def execute(path):
    """Execute one notebook in a clean kernel, in its own folder, and write it normalised.

    Returns
    -------
    dict
        Its name, its number of code cells, the date, and the seconds it took.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails. The file is then left as it was.
    """
    from nbclient import NotebookClient

    path = Path(path)
    notebook = nbformat.read(path, 4)
    started = time.perf_counter()
    NotebookClient(notebook, timeout=300, kernel_name="python3", coalesce_streams=True, resources={"metadata": {"path": str(path.parent)}}).execute()
    seconds = time.perf_counter() - started
    normalise(notebook, path.stem)
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    return {"notebook": path.relative_to(ROOT).as_posix(), "cells": cells, "executed": date.today().isoformat(), "seconds": round(seconds, 1)}


def every_chapter():
    """Return the notebooks of the book, in a stable order."""
    return sorted((ROOT / "book").glob("*.ipynb"))


def main(names):
    """Execute the notebooks named, or all chapters, two at a time, and record what was done."""
    paths = [Path(name).resolve() for name in names] or every_chapter()
    with ProcessPoolExecutor(2) as pool:
        done = list(pool.map(execute, paths))
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {"notebooks": []}
    kept = {entry["notebook"]: entry for entry in [*record["notebooks"], *done] if (ROOT / entry["notebook"]).exists()}
    record["notebooks"] = [kept[name] for name in sorted(kept)]
    record["versions"] = {"Python": sys.version.split()[0], **{name: version(name) for name in _SHOWN_VERSIONS}}
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    for entry in done:
        print(f"{entry['notebook']}: {entry['cells']} code cells in {entry['seconds']:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:])

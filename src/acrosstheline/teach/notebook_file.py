"""Read a file that somebody sent as a notebook. It may be anything: each refusal has its reason, in words for an instructor."""

import json
import os
import stat
import warnings

MOST_BYTES = 20_000_000
MOST_CELLS = 20_000


class NotANotebook(Exception):
    """A file that cannot be graded; the text says why, and mostly what to ask for."""


def read(path):
    """Return a notebook in nbformat 4, as plain dictionaries and lists.

    Parameters
    ----------
    path : path

    Returns
    -------
    dict
        With ``cells``, each with ``cell_type``, ``source`` (a text), ``metadata`` and, where it is code, ``outputs``.
    list of str
        What was done to the file to read it, such as a conversion; mostly none.

    Raises
    ------
    NotANotebook
    """
    return parsed(_bytes(path))


def parsed(data):
    """Return the notebook in some bytes; see `read`."""
    text, remarks = _text(data)
    try:
        notebook = json.loads(text)
    except RecursionError:
        raise NotANotebook("The file holds lists within lists without end. It is no notebook.") from None
    except ValueError as error:
        raise NotANotebook(_no_json(text, error)) from None
    if not isinstance(notebook, dict) or "nbformat" not in notebook and "cells" not in notebook:
        raise NotANotebook("The file is JSON, and not a notebook: it has no cells.")
    notebook, converted = _in_version_4(notebook)
    return _sound(notebook), remarks + converted


def _bytes(path):
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        if os.path.islink(path):
            raise NotANotebook("This is a link to another file, and links are not followed. Ask for the notebook itself.") from None
        raise NotANotebook(f"The file cannot be opened ({error.strerror}).") from None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise NotANotebook("This is no file but a folder, a pipe or a device.")
    with open(descriptor, "rb") as file:
        if found.st_size > MOST_BYTES:
            raise NotANotebook(f"The file has {found.st_size / 1e6:,.0f} MB; more than {MOST_BYTES / 1e6:,.0f} MB are not read. Ask for it without its outputs (menu Kernel, Restart and Clear Outputs).")
        return file.read(MOST_BYTES + 1)


def _text(data):
    if not data.strip():
        raise NotANotebook("The file is empty.")
    for begins, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(begins):
            try:
                return data.decode(encoding), [f"The file was in the encoding {encoding}, not in UTF-8; its text was read all the same."]
            except UnicodeDecodeError:
                break
    if data.startswith(b"PK\x03\x04"):
        raise NotANotebook("This is a zip file under a notebook's name. Unpack it, and grade what is in it.")
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        raise NotANotebook(f"The file is not text in UTF-8 (byte {error.start:,}): it is damaged, or no notebook.") from None


def _no_json(text, error):
    start = text.lstrip()[:15].lower()
    if start.startswith(("<!doctype", "<html")):
        return "This is a web page, not a notebook. Ask for the .ipynb file (menu File, Download)."
    if start.startswith("{"):
        where = f" (line {error.lineno})" if hasattr(error, "lineno") else ""
        at_end = getattr(error, "pos", 0) >= len(text.rstrip()) - 1 or "Unterminated" in str(error)
        return f"The file is cut off{where}: the upload or the download was not complete. Ask for it again." if at_end else f"The file is damaged JSON{where}. Ask for it again."
    return "The file is not JSON, so it is no notebook. Ask for the .ipynb file (menu File, Download)."


def _in_version_4(notebook):
    """Return a notebook in nbformat 4, and what was said of it."""
    version = notebook.get("nbformat", 4)
    if type(version) is not int or version < 3:
        raise NotANotebook(f"The notebook is in nbformat {str(version)[:20]}, which is too old to be read. Ask for it to be opened and saved in a current Jupyter.")
    if version > 4:
        raise NotANotebook(f"The notebook is in nbformat {str(version)[:20]}, which is newer than this program knows.")
    if version == 4:
        return notebook, []
    try:
        return _converted(notebook), ["The notebook was in nbformat 3, an old form, and was converted."]
    except NotANotebook:
        raise
    except Exception as error:
        raise NotANotebook(f"The notebook is in nbformat 3 and could not be converted ({type(error).__name__}). Ask for it to be opened and saved in a current Jupyter.") from None


def _converted(notebook):
    """Return a notebook of nbformat 3 in nbformat 4; the identifiers that this makes up are left out."""
    import nbformat

    _refuse_many(sum(len(sheet["cells"]) for sheet in notebook["worksheets"]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        converted = nbformat.convert(nbformat.from_dict(notebook), 4)
    for cell in converted["cells"]:
        cell.pop("id", None)
    return converted


def _refuse_many(cells):
    if cells > MOST_CELLS:
        raise NotANotebook(f"The notebook has {cells:,} cells; more than {MOST_CELLS:,} are not run.")


def _sound(notebook):
    """Return a notebook with as much as grading reads, every part of the type that it must have."""
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise NotANotebook("The file is JSON, and not a notebook: it has no list of cells.")
    _refuse_many(len(cells))
    sound = [_sound_cell(cell, place) for place, cell in enumerate(cells)]
    if not sound:
        raise NotANotebook("The notebook has no cells.")
    metadata = notebook.get("metadata")
    return {"cells": sound, "metadata": metadata if isinstance(metadata, dict) else {}, "nbformat": 4}


def _sound_cell(cell, place):
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        raise NotANotebook(f"Cell {place + 1} of the notebook is damaged: it is no cell of code, text or raw text.")
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise NotANotebook(f"Cell {place + 1} of the notebook is damaged: it holds no text.")
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    marks = metadata.get("nbgrader")
    identifier = cell.get("id")
    return {
        "cell_type": cell["cell_type"],
        "source": source.encode("utf-8", "replace").decode("utf-8"),
        "id": identifier if isinstance(identifier, str) else "",
        "grade_id": str(marks.get("grade_id", ""))[:100] if isinstance(marks, dict) else "",
    }

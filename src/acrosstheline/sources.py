"""The five documents: their words, their fingerprints, and whether a quotation is exact.

The documents are not redistributed. ``fingerprints.csv`` holds, for each paragraph, salted hashes
of its overlapping eight-word windows, so that anyone can check a quotation without the text.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from acrosstheline import tables

WINDOW = 8
_SALT = "across-the-line/1"
_WORD = re.compile(r"[\w$%]+(?:[.,'/-][\w%]+)*")
_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": " ", "*": "", "\\": ""})


def words(text):
    """Split a text into the words that a quotation must repeat exactly.

    Case counts; punctuation between words, emphasis marks and the shape of quotation marks do not.

    Returns
    -------
    list of str
    """
    return _WORD.findall(unicodedata.normalize("NFKC", text).translate(_QUOTES))


def paragraphs(text):
    """Split a document into paragraphs: runs of lines that are not blank, numbered from 1.

    Returns
    -------
    dict of int to str
    """
    blocks, lines = [], []
    for line in [*text.splitlines(), ""]:
        if line.strip():
            lines.append(line.strip())
        elif lines:
            blocks.append(" ".join(lines))
            lines = []
    return dict(enumerate(blocks, start=1))


def _hash(document_id, paragraph, window):
    text = "|".join([_SALT, document_id, str(paragraph), *window])
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _windows(tokens, size):
    return [tokens[i : i + size] for i in range(len(tokens) - size + 1)]


def fingerprints(texts, quotations):
    """Compute the fingerprints of the documents.

    Parameters
    ----------
    texts : dict of str to str
        The full text of each document, by its id.
    quotations : pandas.DataFrame
        Columns ``document_id``, ``paragraph`` and ``quotation``. A quotation of fewer than eight
        words gets a window of its own length, if its words do stand in the paragraph.

    Returns
    -------
    pandas.DataFrame
        Columns ``document_id``, ``paragraph``, ``words`` (length of the windows) and ``hashes``
        (sorted, ten hexadecimal digits each, separated by spaces).
    """
    found = {}
    for document_id, text in texts.items():
        tokens = {number: words(body) for number, body in paragraphs(text).items()}
        for number, body in tokens.items():
            if len(body) >= WINDOW:
                found[document_id, number, WINDOW] = {_hash(document_id, number, w) for w in _windows(body, WINDOW)}
        for row in quotations[quotations["document_id"] == document_id].itertuples():
            quoted, body = words(row.quotation), tokens.get(row.paragraph, [])
            if 0 < len(quoted) < WINDOW and quoted in _windows(body, len(quoted)):
                key = (document_id, row.paragraph, len(quoted))
                found.setdefault(key, set()).add(_hash(document_id, row.paragraph, quoted))
    rows = [(*key, " ".join(sorted(hashes))) for key, hashes in sorted(found.items())]
    return pd.DataFrame(rows, columns=["document_id", "paragraph", "words", "hashes"])


@dataclass(frozen=True)
class Mismatch:
    """A quotation whose words do not stand, in this order, in the paragraph named."""

    table: str
    record: str
    document_id: str
    paragraph: int
    quotation: str
    reason: str

    def __str__(self):
        return f'{self.table} {self.record}: {self.reason} ({self.document_id}, paragraph {self.paragraph}: "{self.quotation}")'


def _index(prints):
    return {(r.document_id, r.paragraph, r.words): set(r.hashes.split()) for r in prints.itertuples()}


def check_quotation(document_id, paragraph, quotation, index):
    """Say why a quotation is not exact, or return None if it is.

    Parameters
    ----------
    index : dict
        The fingerprints by document, paragraph and window length.
    """
    quoted = words(quotation)
    if not quoted:
        return "the quotation is empty"
    size = min(len(quoted), WINDOW)
    known = index.get((document_id, paragraph, size))
    if known is None:
        return f"no window of {size} words is on record for that paragraph"
    missing = [w for w in _windows(quoted, size) if _hash(document_id, paragraph, w) not in known]
    if not missing:
        return None
    return f"{len(missing)} of {len(quoted) - size + 1} windows are not in that paragraph, first at '{' '.join(missing[0])}'"


def quotations(folder=None):
    """Return every quotation of the five documents in the course's tables.

    Returns
    -------
    pandas.DataFrame
        Columns ``table``, ``record``, ``document_id``, ``paragraph`` and ``quotation``.
    """
    parts = []
    for table, key in (("excerpts", "excerpt_id"), ("claims", "claim_id")):
        rows = tables.load(table, folder)
        parts.append(rows.rename(columns={key: "record"}).assign(table=table))
    framings = tables.load("framings", folder)
    framings = framings[framings["is_quotation"] == "yes"]
    parts.append(
        framings.rename(columns={"event_id": "record", "source_id": "document_id", "framing": "quotation"}).assign(table="framings")
    )
    columns = ["table", "record", "document_id", "paragraph", "quotation"]
    return pd.concat([part[columns] for part in parts], ignore_index=True)


def verify(quoted=None, prints=None, folder=None):
    """Check every quotation against the fingerprints.

    Parameters
    ----------
    quoted, prints : pandas.DataFrame, optional
        Quotations and fingerprints to use in place of the course's own.

    Returns
    -------
    list of Mismatch
        Empty when every word of every quotation stands where it is said to stand.
    """
    quoted = quotations(folder) if quoted is None else quoted
    index = _index(tables.load("fingerprints", folder) if prints is None else prints)
    wrong = []
    for row in quoted.itertuples():
        reason = check_quotation(row.document_id, row.paragraph, row.quotation, index)
        if reason:
            wrong.append(Mismatch(row.table, row.record, row.document_id, row.paragraph, row.quotation, reason))
    return wrong


def read_documents(folder, data=None):
    """Read the five documents from a folder whose file names begin with their numbers, 000 to 004.

    Raises
    ------
    FileNotFoundError
        If a document is missing; the message says which file name was looked for.
    """
    texts = {}
    for number, document_id in enumerate(tables.load("documents", data)["document_id"]):
        match = sorted(Path(folder).glob(f"{number:03d}_*.txt"))
        if not match:
            raise FileNotFoundError(f"No file {number:03d}_*.txt for document {document_id!r} in {folder}.")
        texts[document_id] = match[0].read_text(encoding="utf-8-sig")
    return texts

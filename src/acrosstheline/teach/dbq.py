"""Document-based questions, from ``kit/dbq/``: a sheet for students, and one with rubric and model answers for instructors.

The documents are passages, claims, notes of evidence and rows that the course's tables hold already.
The form of the files is described in `acrosstheline.teach.guide`.
"""

import re
from collections import namedtuple
from functools import lru_cache
from html import escape

from acrosstheline import claims, markup, tables
from acrosstheline.cards import BADGE_NAMES
from acrosstheline.charts.theme import ORIGIN_NAMES
from acrosstheline.prose import in_words
from acrosstheline.teach import catalogue, guide, page
from acrosstheline.teach.catalogue import CourseError

HEAD = ("title", "part", "question", "minutes", "documents")
LEVELS = ("strong", "middling", "weak")
SECTIONS = ("Task", "Rubric", *(f"Model answer: {level}" for level in LEVELS))
MINUTES = (40, 120)

Question = namedtuple("Question", "name head sections")
Document = namedtuple("Document", "kind names body origin key")
Document.__doc__ = "One document: its kind, its short names, its words and its sourcing line as HTML, and what only an instructor reads."


def members(course):
    """Return the document-based questions of the parts of the book from which a course has a chapter.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course

    Returns
    -------
    dict of str to bytes
        ``dbq/<name>-student.html`` and ``dbq/<name>-instructor.html`` for each.

    Raises
    ------
    CourseError
        If a question is broken: the text says what to mend.
    """
    parts = {unit.part for unit in course.units}
    made = {}
    for question in questions():
        if question.head["part"] in parts:
            made[f"dbq/{question.name}-instructor.html"] = instructor_sheet(question).encode()
            made[f"dbq/{question.name}-student.html"] = student_sheet(question).encode()
    return made


@lru_cache(maxsize=1)
def questions():
    """Return every document-based question, in the order of the book's parts.

    Returns
    -------
    tuple of Question
    """
    found = [_read(path) for path in sorted((guide.KIT / "dbq").glob("*.md"))]
    return tuple(sorted(found, key=lambda question: (catalogue.PARTS.index(question.head["part"]), question.name)))


def _read(path):
    read = Question(*guide.leaf(path))
    where = f"teach/kit/dbq/{path.name}"
    if missing := [key for key in HEAD if key not in read.head]:
        raise CourseError(f"The head of {where} lacks {', '.join(missing)}.")
    if read.head["part"] not in catalogue.PARTS:
        raise CourseError(f"{where}: there is no part {read.head['part']!r}; the parts are {', '.join(catalogue.PARTS)}.")
    if tuple(read.sections) != SECTIONS:
        raise CourseError(f"{where}: its sections are {list(read.sections)}, and should be {list(SECTIONS)}.")
    if not MINUTES[0] <= read.head["minutes"] <= MINUTES[1]:
        raise CourseError(f"{where}: {read.head['minutes']} minutes; {MINUTES[0]} to {MINUTES[1]} are asked for.")
    return read


# --- the documents --------------------------------------------------------------------------------------------


def documents(question):
    """Return the documents of a question, in order.

    Raises
    ------
    CourseError
        If one of them is in no table.
    """
    return [_document(entry, question.name) for entry in question.head["documents"]]


def _document(entry, where):
    kind, names = entry["kind"], entry["id"] if isinstance(entry["id"], list) else [entry["id"]]
    rows = [_row({"excerpt": "excerpts", "claim": "claims"}.get(kind, kind), name, where) for name in names]
    if kind in ("excerpt", "claim"):
        return _passage(kind, names, rows[0])
    return _evidence(names, rows[0]) if kind == "evidence" else _rows(kind, names, rows)


def _row(table, name, where):
    """Return a row of a table that has a key of one column."""
    try:
        return tables.load(table).set_index(tables.resource(table)["schema"]["primaryKey"]).loc[name]
    except (KeyError, tables.TableError) as error:
        raise CourseError(f"teach/kit/dbq/{where}.md: there is no {name!r} in the table {table!r}.") from error


def _passage(kind, names, row):
    """Return a passage of one of the five documents, as an excerpt or as the words that carry a claim."""
    document = tables.load("documents").set_index("document_id").loc[row["document_id"]]
    speaker = tables.load("people").set_index("person_id").loc[row["speaker_id"]]
    role = "" if markup.is_gap(speaker["role"]) else f", {speaker['role']}"
    date = in_words(document["date_stated"]) if document["date_stated"] != "not stated" else f"not stated ({document['date_inference'].rstrip('.')})"
    origin = f"{markup.escape(speaker['name'] + role)}, in <em>{markup.escape(document['short_title'])}</em>, paragraph {row['paragraph']}. Date: {markup.escape(date)}. Published in: {markup.escape(document['published_in'])}."
    words = "" if kind == "excerpt" else f"<p>In our words: {markup.escape(row['statement'])}</p>"
    group = ORIGIN_NAMES[speaker["origin_group"]]
    key = f"{group}; badge of the claim: {BADGE_NAMES[claims.badge(names[0])]}" if kind == "claim" else group
    return Document(kind, names, f"<blockquote><p>“{markup.escape(row['quotation'])}”</p></blockquote>{words}", _stopped(origin), key)


def _evidence(names, row):
    """Return what one source says, in our words."""
    source = tables.load("sources").set_index("source_id").loc[row["source_id"]]
    evidence = claims.evidence_for(row["claim_id"]).set_index("evidence_id").loc[names[0]]
    claim = tables.load("claims").set_index("claim_id").loc[row["claim_id"]]
    text = tables.load("documents").set_index("document_id").loc[claim["document_id"]]["short_title"]
    key = f"{ORIGIN_NAMES[evidence['origin_group']]}; in the ledger: {markup.escape(row['relation'])}"
    origin = f"A note on: {_source(source)}<br>It was made on a claim in <em>{markup.escape(text)}</em>: {markup.escape(claim['statement'])}"
    return Document("evidence", names, f"<p>{markup.escape(row['note'])}</p>", origin, key)


def _rows(table, names, rows):
    """Return rows of a table as a table, with the sources behind them."""
    sources = tables.load("sources").set_index("source_id")
    fields = [field["name"] for field in tables.resource(table)["schema"]["fields"] if not field["name"].endswith(("_id", "_hash"))]
    kept = [field for field in fields if any(field in row and not markup.is_gap(row[field]) for row in rows)]
    cells = [[markup.shown(row[field]) for field in kept] for row in rows]
    used = list(dict.fromkeys(row["source_id"] for row in rows if "source_id" in row and not markup.is_gap(row["source_id"])))
    title = tables.resource(table)["title"]
    return Document(table, names, page.table([field.replace("_", " ") for field in kept], cells, title), " ".join(f"{_source(sources.loc[name])}" for name in used), f"table {escape(table)}")


def _source(row):
    date = "no date" if markup.is_gap(row["date"]) else in_words(row["date"])
    weak = f" Note: {markup.escape(row['weak_reason'])}." if row["strength"] == "weak" and not markup.is_gap(row["weak_reason"]) else ""
    return _stopped(f"{markup.escape(row['publisher'])}, {markup.link(row['url'], row['title'])}, {date}.{weak}")


def _stopped(text):
    return re.sub(r"\.(</a>)?\.", r".\1", text)


# --- the sheets -----------------------------------------------------------------------------------------------


def student_sheet(question):
    """Return the sheet for students: the question, the task and the documents."""
    head = question.head
    body = (
        f"<h1>{escape(head['title'])}</h1><p class=\"lead\">{escape(head['question'])}</p><p>About {head['minutes']} minutes. Name: <span class=\"blank\"></span></p>"
        f"<h2>Task</h2>{page.markdown(question.sections['Task'])}<h2>Documents</h2>{''.join(_shown(place, document) for place, document in enumerate(documents(question), start=1))}"
    )
    return _page(f"Document-based question: {head['title']}", body)


def _shown(place, document):
    return f'<section class="card"><h3>Document {place}</h3>{document.body}<p class="small">{document.origin}</p></section>'


def instructor_sheet(question):
    """Return the sheet for instructors: the rubric, model answers with a reader's notes, and what stands behind each document."""
    head = question.head
    rows = [[str(place), " ".join(f"<code>{escape(name)}</code>" for name in document.names), document.key] for place, document in enumerate(documents(question), start=1)]
    answers = "".join(_answer(level, question.sections[f"Model answer: {level}"]) for level in LEVELS)
    body = (
        f"<h1>{escape(head['title'])}: for instructors</h1><p><em>This sheet holds rubric and model answers; please do not hand it to students.</em></p>"
        f"<p class=\"lead\">{escape(head['question'])}</p><p>Part: {escape(head['part'])}. About {head['minutes']} minutes. The students’ sheet: <a href=\"{question.name}-student.html\">{escape(head['title'])}</a>.</p>"
        f"<h2>Rubric</h2>{page.markdown(question.sections['Rubric'])}{answers}"
        f"<h2>Behind the documents</h2><p>Students do not see this table. It names each document in the course’s tables, the group from which its information comes, and what it bears on.</p>"
        f"{page.table(['Document', 'Short name', 'Origin, and what it bears on'], rows, 'What stands behind each document')}"
    )
    return _page(f"{head['title']}: rubric and model answers", body)


def _answer(level, text):
    """Return a model answer with the notes of a reader after it."""
    answer, _, notes = text.partition("\nNotes:\n")
    noted = f'<aside class="note" aria-label="Notes on the {level} answer"><p><strong>A reader’s notes</strong></p>{page.markdown(notes)}</aside>' if notes else ""
    return f'<section class="sheet"><h2>Model answer: {level}</h2>{page.markdown(answer)}{noted}</section>'


def _page(title, body):
    return page.page(title, body).replace("\n</style>", "\n.blank { display: inline-block; min-width: 14em; border-bottom: 1px solid var(--edge); } .card h3 { margin-top: 0; }\n</style>", 1)

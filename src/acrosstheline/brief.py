"""A policy brief and its form: what can be counted without reading the argument.

The same rules stand in ``book/assets/brief.js``; a test in a browser holds the two word for word equal.
None of them reads what a brief argues: they count words, short names and parts. A reader gives the points.
"""

import re
from functools import lru_cache
from html import escape
from importlib import resources
from typing import NamedTuple

import pandas as pd

from acrosstheline import claims, markup, tables
from acrosstheline.charts.theme import ORIGIN_NAMES

WORDS = (500, 800)  # what fits on two pages, short names left out
LEAST_CITED, LEAST_GROUPS, LEAST_PART = 6, 3, 15
SMALLEST_SPOKEN = 100_000  # a smaller disputed figure is known only by the short name of its claim
OPEN = ("disputed", "contradicted", "depends")
FORM_ONLY = "This looks at form alone. It does not read your argument and does not judge your opinion; a reader gives the points."


class Criterion(NamedTuple):
    """One of the seven criteria: a point each."""

    key: str
    name: str
    earned: str
    not_yet: str


RUBRIC = [
    Criterion("decision", "One decision", "One reader who can act, and one thing that this reader is asked to decide.", "A topic, or advice to everybody."),
    Criterion("evidence", "Evidence", "What carries the case is cited, and each sentence claims no more than its badge allows.", "Facts without a short name, or a single origin written as settled."),
    Criterion("origins", "Origins", "Three or more groups, and not ten printings of one office.", "One side’s offices alone, or one number printed by many."),
    Criterion("figures", "Figures", "Who counted, whom, from when to when; a disputed figure beside a rival; no flow taken from a stock.", "A bare number, or two definitions in one sum."),
    Criterion("fairness", "Fairness", "The strongest objection, as its holders would sign it, with its evidence; then an answer that says what is left of it.", "No objection, the easiest one, or one in words that mock it."),
    Criterion("doubt", "Doubt", "What is not known, and what evidence would change the author’s mind.", "No doubt, or only doubt."),
    Criterion("clarity", "Clarity", "Two pages, plain words, and a reader in a hurry knows what to do next.", "Longer, or the decision has to be looked for."),
]

# How the lines that open a part may begin; what follows a colon, or the next lines, is its body.
PARTS = {
    "to": ("To", "to"),
    "decision": ("Decision", "decision"),
    "objection": ("Objection", "(?:the )?(?:strongest )?objection"),
    "limits": ("Limits", "limits?"),
    "change": ("What would change my mind", "what would change (?:my|our) mind"),
}
OTHERS = "from|date|summary|evidence|answer|sources"  # parts that a brief may have besides
_MARKS = "[ #*]*"
_NAME = re.compile("[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+")
_HEADING = re.compile(f"^{_MARKS}({'|'.join(pattern for _, pattern in PARTS.values())}|{OTHERS}){_MARKS}(?::{_MARKS}|$)", re.IGNORECASE | re.MULTILINE)
_NO_WORD = re.compile("^(?:[^A-Za-z0-9\u0080-\U0010ffff]|[\u2000-\u206f])+$")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_NO_FIGURE = re.compile(f"{_NAME.pattern}|[0-9]{{1,2}} (?:{_MONTHS})|(?:Articles?|[Ss]ections?|[Dd]ocuments?|[Pp]aragraphs?) [0-9]+|^[0-9]{{1,2}}[.] ", re.MULTILINE)
_FIGURE = re.compile("[0-9]+(?:[.,][0-9]+)*(?: (?:million|billion))?")
_YEAR = re.compile("(?:1[89]|20)[0-9][0-9]")
TEMPLATE = """To:

Decision:

Evidence:

Objection:

Answer:

Limits:

What would change my mind:
"""


class Line(NamedTuple):
    """What the form of a brief shows for one criterion."""

    key: str
    there: bool
    said: str


class Form:
    """The form of one brief: seven lines, one for each criterion. Made by `brief_form`."""

    def __init__(self, lines):
        self.lines = lines

    def __repr__(self):
        return "\n".join([*(f"{_state(line)} {_NAMES[line.key]}: {line.said}" for line in self.lines), FORM_ONLY])

    def _repr_html_(self):
        items = "".join(
            f'<li data-form="{line.key}" data-there="{str(line.there).lower()}"><strong>{_state(line)} {_NAMES[line.key]}.</strong> <span>{escape(line.said)}</span></li>' for line in self.lines
        )
        return f'<div class="atl-brief-form"><ol>{items}</ol><p>{FORM_ONLY}</p></div>'


_NAMES = {criterion.key: criterion.name for criterion in RUBRIC}


def _state(line):
    return "[there]" if line.there else "[look again]"


def brief_form(text):
    """Say what the form of a brief shows, one line for each criterion of the rubric.

    Parameters
    ----------
    text : str
        The brief, with short names of claims and sources from the course's tables.

    Returns
    -------
    Form
        It prints in a notebook; ``lines`` holds the seven lines.

    Raises
    ------
    TypeError
        If the brief is no text.
    """
    if not isinstance(text, str):
        raise TypeError("Give the brief as text, between quotation marks.")
    text = text.replace("\r\n", "\n")
    known, parts = facts(), _parts(text)
    cited = short_names(text)
    real = [name for name in cited if name in known["groups"]]
    lines = [
        Line("decision", *_decision(parts)),
        Line("evidence", *_evidence(text, cited, real, known)),
        Line("origins", *_origins(real, known)),
        Line("figures", *_figures(text, known)),
        Line("fairness", *_fairness(parts, known)),
        Line("doubt", *_doubt(parts)),
        Line("clarity", *_clarity(text)),
    ]
    return Form(lines)


def short_names(text):
    """Return each text with the form of a short name once, in the order of the brief; it need not be in a table."""
    return list(dict.fromkeys(_NAME.findall(text)))


def _parts(text):
    """Return the body of each part by its key: from its heading to the next."""
    found, marks = {}, list(_HEADING.finditer(text))
    for place, mark in enumerate(marks):
        end = marks[place + 1].start() if place + 1 < len(marks) else len(text)
        for key, (_, pattern) in PARTS.items():
            if re.fullmatch(pattern, mark[1], re.IGNORECASE):
                found[key] = f"{found.get(key, '')} {text[mark.end() : end]}"
    return found


def count_words(text):
    """Return how many words a text has; short names and lone marks are no words."""
    return len([word for word in _NAME.sub(" ", text).split() if not _NO_WORD.match(word)])


def _decision(parts):
    missing = [PARTS[key][0] for key in ("to", "decision") if not count_words(parts.get(key, ""))]
    if missing:
        return False, f"Nothing stands after: {', '.join(missing)}."
    return True, f"There is a reader, and a decision in {count_words(parts['decision'])} words."


def _evidence(text, cited, real, known):
    said = [f"{len(real)} short names of the tables; {LEAST_CITED} or more are asked for."]
    strange = [name for name in cited if name not in known["groups"]]
    if strange:
        said.append(f"Not in the tables: {', '.join(strange)}. Compare the spelling.")
    bare = [part for part in _paragraphs(text) if _has_figure(part) and not any(name in known["groups"] for name in _NAME.findall(part))]
    if bare:
        said.append(f"Paragraphs with a figure and no short name: {len(bare)}. The first begins: {' '.join(bare[0].split()[:6])}.")
    return len(real) >= LEAST_CITED and not strange and not bare, " ".join(said)


def _paragraphs(text):
    return [part.strip() for part in re.split("\n[ \t]*\n", text) if part.strip()]


def _has_figure(part):
    return any(not _YEAR.fullmatch(figure) for figure in _FIGURE.findall(_NO_FIGURE.sub(" ", part)))


def _origins(real, known):
    groups = sorted({known["groups"][name] for name in real} - {"unknown"})
    names = f": {', '.join(ORIGIN_NAMES[group] for group in groups)}" if groups else ""
    return len(groups) >= LEAST_GROUPS, f"{len(groups)} groups of origin{names}; {LEAST_GROUPS} or more are asked for."


def _figures(text, known):
    held, alone = [], []
    for part in _paragraphs(text):
        names = _NAME.findall(part)
        for shown, claim in _disputed_in(part, names, known):
            (held if any(rival in names for rival in known["rivals"][claim]) else alone).append(shown)
    if alone:
        return False, f"Open in the ledger, and without a rival in the same paragraph: {', '.join(dict.fromkeys(alone))}."
    if held:
        return True, f"Open in the ledger, each with a rival beside it: {', '.join(dict.fromkeys(held))}."
    return True, "No figure here is one that the ledger shows as open."


def _disputed_in(part, names, known):
    """Yield each open figure of a paragraph, as it is written there, with the claim that it belongs to."""
    for name in names:
        if name in known["lead"]:
            yield name, known["lead"][name]
    for figure in _FIGURE.findall(_NAME.sub(" ", part)):
        if figure in known["spoken"]:
            yield figure, known["spoken"][figure]


def _fairness(parts, known):
    if "objection" not in parts:
        return False, "No part begins with Objection."
    body = parts["objection"]
    names = {name for name in _NAME.findall(body) if name in known["groups"]}
    count = count_words(body)
    return count >= LEAST_PART and bool(names), f"The objection has {count} words and {len(names)} short names; {LEAST_PART} words and one short name are the least."


def _doubt(parts):
    counts = {PARTS[key][0]: count_words(parts.get(key, "")) for key in ("limits", "change")}
    said = "; ".join(f"{name}: {count} words" for name, count in counts.items())
    return all(count >= LEAST_PART for count in counts.values()), f"{said}. {LEAST_PART} words each are the least."


def _clarity(text):
    count, (least, most) = count_words(text), WORDS
    verdict = "within" if least <= count <= most else "outside"
    return verdict == "within", f"{count} words without short names: {verdict} the {least} to {most} that fill two pages."


# --- what the tables say of short names ------------------------------------------------------------------


@lru_cache
def facts():
    """Return what the form needs from the tables.

    Returns
    -------
    dict
        ``groups``: the origin group of every source, and of whoever speaks in every claim; a claim that repeats
        another has the other's. ``lead``: for every figure that the ledger shows as open, the claim that leads it.
        ``rivals``: for each such lead, the sources that say otherwise. ``spoken``: how such a figure is written.
    """
    ledger = claims.ledger()
    lead = ledger["same_as"].fillna(ledger["claim_id"])
    speakers = tables.load("people").set_index("person_id")["origin_group"]
    speaker = ledger.set_index("claim_id")["speaker_id"]
    groups = tables.load("sources").set_index("source_id")["origin_group"].to_dict()
    groups |= {claim: speakers[speaker[first]] for claim, first in zip(ledger["claim_id"], lead)}
    open_figures = ledger[(ledger["kind"] == "figure") & ledger["badge"].isin(OPEN)]
    leads = dict(zip(open_figures["claim_id"], lead[open_figures.index]))
    spoken = {}
    for row in open_figures[open_figures["badge"] != "depends"].itertuples():
        for form in _written(row):
            spoken.setdefault(form, leads[row.claim_id])
    return {"groups": groups, "lead": leads, "rivals": {first: _rivals(first) for first in dict.fromkeys(leads.values())}, "spoken": spoken}


def _rivals(claim_id):
    """Return the sources that dispute an open figure, or show that it holds under one definition only."""
    evidence = claims.evidence_for(claim_id)
    return sorted(evidence.loc[evidence["relation"].isin(["disputes", "depends"]), "source_id"].unique())


def _written(claim):
    """Return how a disputed figure is written, and what the sources that support it write; nothing for a range."""
    if not markup.is_gap(claim.quantity_high) and claim.quantity_high != claim.quantity_low:
        return []
    evidence = claims.evidence_for(claim.claim_id)
    supporting = pd.to_numeric(evidence.loc[evidence["relation"] == "supports", "quantity"], errors="coerce")
    return [form for quantity in (claim.quantity_low, *supporting) for form in _spoken(quantity)]


def _spoken(quantity):
    """Return how a large figure is written: 1.7 million and 1,700,000."""
    if markup.is_gap(quantity) or quantity < SMALLEST_SPOKEN:
        return []
    forms = [f"{int(quantity):,}"]
    for size, word in ((10**9, "billion"), (10**6, "million")):
        if quantity >= size:
            return [*forms, f"{quantity / size:.10g} {word}"]
    return forms


# --- the model briefs ------------------------------------------------------------------------------------

LEVELS = ("strong", "middling", "weak")
DRAWN_WITH = 20231003  # the day of the announcement, so that nobody could choose the draw
_FAULT = re.compile(r"\{\{(.+?)\}\}")


class Note(NamedTuple):
    """A reader's note on a paragraph: whether it earns a point of the rubric or loses it, and why."""

    key: str
    earns: bool
    text: str


class Model(NamedTuple):
    """A model brief: the option that it argues for, its level, and its paragraphs with the reader's notes."""

    option_id: str
    level: str
    paragraphs: list

    @property
    def text(self):
        """The brief as a student would hand it in."""
        return "\n\n".join(_FAULT.sub(r"\1", paragraph) for paragraph, _ in self.paragraphs)

    @property
    def points(self):
        """The criteria that the brief earns, in the order of the rubric."""
        notes = [note for _, notes in self.paragraphs for note in notes]
        lost = {note.key for note in notes if not note.earns}
        return [criterion.key for criterion in RUBRIC if criterion.key not in lost and any(note.key == criterion.key for note in notes)]


def models():
    """Return the model briefs by level, the strong one first.

    Returns
    -------
    dict of str to Model
    """
    files = [file for file in resources.files("acrosstheline").joinpath("_briefs").iterdir() if file.name.endswith(".txt")]
    found = {model.level: model for model in map(_read, files)}
    return {level: found[level] for level in LEVELS}


def _read(file):
    """Read a model brief: paragraphs between empty lines, each with notes under it that begin with + or -."""
    level, *blocks = file.read_text(encoding="utf-8").strip().split("\n\n")
    return Model(file.name.removesuffix(".txt"), level.strip(), [_paragraph(block.split("\n")) for block in blocks])


def _paragraph(lines):
    body = [line for line in lines if not re.match("[+-] ", line)]
    notes = [re.fullmatch(r"([+-]) ([a-z]+): (.+)", line) for line in lines if re.match("[+-] ", line)]
    return "\n".join(body), [Note(note[2], note[1] == "+", note[3]) for note in notes]

"""Sheets to print for a discussion: the claims of each chapter with their evidence, and a structured academic controversy.

A controversy is about two of the course's options. Every option has a role sheet and an evidence sheet of the same
form, so that any two of them make a pair. A role is that of an advocate of a position, and never that of a person
who is expelled, of an officer or of a fighter.
"""

import hashlib
import json
import re
from functools import lru_cache
from html import escape
from itertools import combinations

from acrosstheline import briefing, claims, debate, markup, options, tables
from acrosstheline.cards import badge_html, badge_key
from acrosstheline.charts.theme import ORIGIN_NAMES
from acrosstheline.prose import in_words
from acrosstheline.teach import catalogue, guide, page

_CLAIM = re.compile(r"\b00\d_\d{3}_[a-z0-9_]+\b")
_NAME = re.compile(r"<code>([A-Za-z0-9_]+)</code>")
# Each step of the controversy: its lesson, its name, its minutes, and what is done in it.
STEPS = (
    (1, "Read", 15, "Each pair reads its own role sheet and the evidence sheet of its option, chooses the order of its three reasons, and marks the objection that is hardest for it."),
    (1, "Argue", 20, "The first pair presents for five minutes; the second says it back for five, until the first agrees that this is what it meant. Then the same the other way round."),
    (1, "Note", 5, "Everyone writes down the best point of the others, with its short name."),
    (2, "Reverse", 15, "The pairs exchange their sheets and prepare for five minutes. Each then presents the other position for five, and adds one point that its own advocates had left out."),
    (2, "Drop the roles", 10, "Everyone writes alone, in silence: which sentence moved me, and is it a fact, a value or a limit? Whoever wants to, reads one line aloud. Anyone may pass."),
    (2, "Consensus", 20, "The four fill in one consensus sheet: what all can sign, where they part and over what, and which evidence would help."),
)
RULES = (
    "You argue a position, and not a person: nobody plays somebody who was sent away, an officer, a minister or a fighter, and nobody acts out an arrest, an attack or a journey.",
    "You criticise sentences, and not people.",
    "You say a short name for every fact, and its badge where it has one.",
    "Nobody is asked where they come from, or what they think, before the roles are dropped. After that, anyone may pass.",
    "Nobody wins. What is marked is the page that the four write, and no position.",
)
POINTS = (
    "Every fact has its short name, and claims no more than its badge allows.",
    "Each position is stated so that its advocates would sign it.",
    "Each disagreement is named: over a fact, a value or a limit.",
    "It says which evidence would help, and who has it.",
)
STYLE = """
.atl-badge { display: inline-block; padding: 0 .5rem; border: 1px solid currentColor; border-radius: 1rem; font: 600 .8rem/1.5 var(--sans); white-space: nowrap; }
.atl-key { list-style: none; padding: 0; font-size: .9rem; } .atl-card { font-family: var(--sans); font-size: .95rem; } .atl-card ol { margin: 0; }
.atl-brief-sheet { margin: 0 0 1.4rem; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: 4px; } .atl-card-title { font-size: 1.1rem; }
.evidence { font-size: .93rem; } .evidence li { margin: .35rem 0; } .sources li { overflow-wrap: anywhere; font-size: .9rem; }
.claim { margin: 0 0 1.6rem; } .claim h3 { margin-top: 1.2em; } .clock td:not(:last-child) { white-space: nowrap; } .blank { display: inline-block; min-width: 9em; border-bottom: 1px solid var(--edge); }
.lines + p { margin-top: 1.3em; } .form { width: 100%; } .form td { height: 3.2em; border: 1px solid var(--edge); } .form th { border: 1px solid var(--edge); }
@media print { .atl-brief-sheet { break-inside: auto; border: 0; padding: 0; } .claim { break-inside: auto; } }
"""


def members(course, pair=None):
    """Return the sheets of a course.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course
    pair : (str, str), optional
        Two options for the controversy, by their short names; by default `drawn` chooses.

    Returns
    -------
    dict of str to bytes
        ``sheets/controversy.html``; ``sheets/role-<option>.html`` and ``sheets/evidence-<option>.html`` for each
        option; ``sheets/evidence-<chapter>.html`` for each chapter.

    Raises
    ------
    KeyError
        If there is no such option.
    """
    first, second = pair or drawn(course.name)
    made = {"controversy": controversy(first, second, pair is None)}
    for option_id in options.labels():
        made |= {f"role-{option_id}": role_sheet(option_id), f"evidence-{option_id}": evidence_sheet(option_id)}
    made |= {f"evidence-{unit.name}": chapter_sheet(unit) for unit in course.units}
    return {f"sheets/{name}.html": made[name].encode() for name in sorted(made)}


def drawn(name):
    """Draw a pair of options by a course's name, so that nobody chooses it and most classes get a pair of their own.

    The pairs are numbered in alphabetical order; the first 16 digits of the SHA-256 of the name, divided by the
    number of pairs, leave a remainder, which is the pair's place.

    Returns
    -------
    (str, str)
    """
    pairs = list(combinations(sorted(options.labels()), 2))
    return pairs[int(hashlib.sha256(name.encode()).hexdigest()[:16], 16) % len(pairs)]


# --- the controversy ------------------------------------------------------------------------------------------


def controversy(first, second, by_lot=True):
    """Return the controversy about two options as a page: steps, rules, and the sheets to fill in.

    Parameters
    ----------
    first, second : str
        Options, by their short names.
    by_lot : bool
        Whether the pair was drawn, and not chosen.

    Raises
    ------
    KeyError
        If there is no such option.
    ValueError
        If both are the same.
    """
    known = options.labels()
    _demand(first, second, known)
    body = f"<h1>A controversy in six steps</h1>{_opening(known, first, second, by_lot)}{_steps()}{_rules()}{_instead()}{_observer()}{_consensus()}{_report()}"
    return _page("A controversy in six steps", body)


def _demand(first, second, known):
    for option_id in (first, second):
        if option_id not in known:
            raise KeyError(f"There is no option {option_id!r}. The options are: {', '.join(known)}.")
    if first == second:
        raise ValueError(f"A controversy needs two options, and both are {first!r}.")


def _opening(known, first, second, by_lot):
    names = f"<strong>{escape(known[first])}</strong> and <strong>{escape(known[second])}</strong>"
    how = (
        "This pair was drawn by the name of the course from the 36 pairs that nine options make, so that nobody chose it. It says nothing about either."
        if by_lot
        else "This pair was chosen by whoever made this pack."
    )
    links = lambda option_id: f'<a href="role-{option_id}.html">role</a>, <a href="evidence-{option_id}.html">evidence</a>'
    rows = [[escape(label), links(option_id)] for option_id, label in known.items()]
    return (
        '<p class="lead">A structured academic controversy has no winner. Two pairs argue, change sides, lay the roles down, and write what all four can sign.</p>'
        f"<p>The question: <strong>which of two options should Pakistan choose first?</strong> The pair for this class: {names}. {how} "
        "For any other pair print the two role sheets and the two evidence sheets: all have the same fields, in the same order, at nearly the same length. "
        "Let a coin decide who begins with which. It is best done after <em>The options</em>; for a class that argues about one option alone, its evidence sheet has a side A and a side B.</p>"
        '<p>For each group of four: two role sheets and two evidence sheets in two copies each, one consensus sheet, and for each observer one observer’s sheet.</p>'
        f'<div class="screen">{page.table(["Option", "Sheets"], rows, "All options, in alphabetical order")}</div>'
    )


def _steps():
    rows, passed = [], {}
    for lesson, name, minutes, text in STEPS:
        begins = passed.get(lesson, 0)
        passed[lesson] = begins + minutes
        rows.append([f"{lesson}", f"{begins} to {begins + minutes}", f"<strong>{name}.</strong> {text}"])
    total = " and ".join(f"{minutes} minutes" for minutes in passed.values())
    return f'<h2>The steps</h2><p>Two lessons, of {total}. In one lesson of 90 minutes, leave out nothing and read the sheets beforehand.</p><div class="clock">{page.table(["Lesson", "Minute", "What is done"], rows, "Steps and minutes")}</div>'


def _rules():
    return f"<h2>Rules</h2><p>Read them aloud.</p><ol>{''.join(f'<li>{rule}</li>' for rule in RULES)}</ol>"


def _instead():
    points = "".join(f"<li>{point}</li>" for point in POINTS)
    return (
        "<h2>For whoever would rather not argue</h2><p>Nobody needs a reason, and nobody is asked for one. Announce the three ways together, to all, before the pairs are made:</p>"
        "<ul><li><strong>Advocate</strong>: argue, reverse, and write the consensus sheet with three others.</li>"
        "<li><strong>Observer</strong>: keep the time, fill in the observer’s sheet for both lessons, and read it aloud before the consensus.</li>"
        "<li><strong>Reporter</strong>: read both pairs of sheets alone, and write the report of the disagreement.</li></ul>"
        f"<p>All three take the same time and are marked by the same four points, one each; none is for a position.</p><ol>{points}</ol>"
    )


def _observer():
    heads = ["Which sentence?", "Short name said?", "Said back fairly?", "Fact, value or limit?"]
    return f'<section class="sheet"><h2>Observer’s sheet</h2><p>Group: <span class="blank"></span> Options: <span class="blank"></span></p><p>Write down sentences and not names. Six are enough: three of each position.</p>{_form(heads, 6)}<p>Which point of each side was never answered?</p>{_lines(4)}<p>Which rule was hard to keep, and what helped?</p>{_lines(3)}</section>'


def _consensus():
    parts = (("What all four can sign, each sentence with its short names", 7), ("Where we part: over which fact, which value, or which limit", 6), ("Which evidence would help, and who has it", 4), ("One sentence of the other position that each of us would keep", 4))
    body = "".join(f"<p><strong>{title}</strong></p>{_lines(count)}" for title, count in parts)
    return f'<section class="sheet"><h2>Consensus sheet</h2><p>A consensus is no compromise. <em>We agree on three facts, and part over whether safety may be weighed against non-return into danger</em> is a good result. Nobody has to sign.</p>{body}</section>'


def _report():
    parts = (("Each position in four sentences that its advocates would sign", 8), ("On which facts the two agree, with short names", 4), ("Where they part: over which fact, which value, or which limit", 5), ("Which evidence would help, and who has it", 4))
    body = "".join(f"<p><strong>{title}</strong></p>{_lines(count)}" for title, count in parts)
    return f'<section class="sheet"><h2>Report of the disagreement</h2><p>For one person, from the role sheets and the evidence sheets of both options. It asks for no position of your own.</p>{body}</section>'


def _lines(count):
    return '<div class="lines"></div>' * count


def _form(heads, count):
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    row = f"<tr>{'<td></td>' * len(heads)}</tr>"
    return page.scrolling(f'<table class="form"><thead><tr>{top}</tr></thead><tbody>{row * count}</tbody></table>', "Form to fill in")


# --- sheets of one option ---------------------------------------------------------------------------------------


def role_sheet(option_id):
    """Return the role sheet of one option: its card, and room to prepare.

    Raises
    ------
    KeyError
        If there is no such option.
    """
    label = options.labels()[option_id]
    body = (
        f"<h1>Advocate of: {escape(label)}</h1>"
        '<p class="lead">You argue for this option, as its ablest advocate would. You speak for a position, and for nobody’s life. After the change of sides somebody else will, and you will argue for theirs.</p>'
        f"{debate.card_html(option_id)}"
        "<h2>To prepare</h2><p>My three reasons, in the order in which I will give them:</p>"
        f"{_lines(3)}<p>The objection that is hardest for me, and what is right about it:</p>{_lines(3)}<p>What I will not claim, because the evidence does not carry it:</p>{_lines(2)}"
    )
    return _page(f"Role sheet: {label}", body)


def evidence_sheet(option_id):
    """Return the evidence sheet of one option: both sides' arguments as the book has them, and every source in full.

    Raises
    ------
    KeyError
        If there is no such option.
    """
    label = options.labels()[option_id]
    shown = briefing.evidence_sheets(option_id)
    named = list(dict.fromkeys(_NAME.findall(shown)))
    ledger = set(tables.load("claims")["claim_id"])
    used = {claims.badge(name) for name in named if name in ledger}
    key = f"<h2>What the badges mean</h2>{badge_key(used)}" if used else ""
    body = f"<h1>Evidence: {escape(label)}</h1>{shown}{key}{_sources([name for name in named if name not in ledger])}"
    return _page(f"Evidence sheet: {label}", body)


# --- the sheet of a chapter ---------------------------------------------------------------------------------------


def chapter_sheet(unit):
    """Return the evidence sheet of one chapter: its claims with their badges, the evidence on each, and every source in full."""
    names = claims_of(unit.name)
    used = {claims.badge(name) for name in names}
    shown = [source for name in names for source in claims.evidence_for(name)["source_id"]]
    body = (
        f"<h1>Evidence: {escape(unit.title)}</h1>"
        "<p>The claims on which the chapter leans, each in our words and in those of its author, with its badge and the evidence that we found. "
        "A badge is computed by one rule; it says how evidence stands, and not who is right.</p>"
        f"<h2>What the badges mean</h2>{badge_key(used)}<h2>The claims</h2>{''.join(map(_claim, names))}{_sources(list(dict.fromkeys(shown)))}"
    )
    return _page(f"Evidence sheet: {unit.title}", body)


@lru_cache(maxsize=None)
def claims_of(chapter):
    """Return the claims that a chapter's cells name, and then those of its guide, in order, each once."""
    notebook = json.loads((catalogue.home() / "book" / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    text = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    known = set(tables.load("claims")["claim_id"])
    return tuple(dict.fromkeys([*(name for name in _CLAIM.findall(text) if name in known), *guide.of(chapter).claims]))


def _claim(name):
    row = tables.load("claims").set_index("claim_id").loc[name]
    document = tables.load("documents").set_index("document_id").loc[row["document_id"]]
    speaker = tables.load("people").set_index("person_id").loc[row["speaker_id"]]["name"]
    items = "".join(f"<li><strong>{item.relation}</strong>: {markup.escape(item.note)} <code>{item.source_id}</code> ({ORIGIN_NAMES[item.origin_group]})</li>" for item in claims.evidence_for(name).itertuples())
    return (
        f'<section class="claim"><h3>{markup.escape(row["statement"])} {badge_html(claims.badge(name))}</h3>'
        f"<blockquote><p>“{markup.escape(row['quotation'])}”</p></blockquote>"
        f'<p class="small">{markup.escape(speaker)} · {markup.escape(document["short_title"])}, paragraph {row["paragraph"]} · <code>{name}</code></p>'
        f'<ul class="evidence">{items or "<li>No source that we found speaks to it.</li>"}</ul></section>'
    )


def _sources(names):
    """Return sources in full, in the order of their short names."""
    table = tables.load("sources").set_index("source_id")
    items = "".join(f"<li><code>{name}</code>: {_in_full(table.loc[name])}</li>" for name in sorted(names))
    return f'<h2>Sources in full</h2><ul class="sources">{items}</ul>' if items else ""


def _in_full(row):
    date = "" if markup.is_gap(row["date"]) else f", {in_words(row['date'])}"
    address = "" if markup.is_gap(row["url"]) else f" <br>{markup.link(row['url'], row['url'])}"
    weak = "" if row["strength"] != "weak" else f" <em>Weak: {markup.escape(row['weak_reason'])}</em>"
    return f"{markup.escape(row['publisher'])}, <em>{markup.escape(row['title'])}</em>{date}.{weak}{address}"


def _page(title, body):
    return page.page(title, body).replace("\n</style>", f"\n{STYLE.strip()}\n</style>", 1)

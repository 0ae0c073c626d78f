"""The capstone as a reader meets it: the rubric, the model briefs, the form checker, the sheets of a controversy.

On a page the checker is brought to life by ``brief.js``, with the tables' short names from ``brief_facts.js``;
in a notebook it is a widget. The rules are those of `acrosstheline.brief` in both.
"""

import re
from html import escape

import pandas as pd

from acrosstheline import brief, claims, debate, markup, options, tables
from acrosstheline.cards import Block, badge_html
from acrosstheline.charts.theme import ORIGIN_NAMES
from acrosstheline.explore import Explorer
from acrosstheline.weighing import cite

_KEEPS = "Nothing that you write leaves this page. It is forgotten when you close it, unless you ask this browser to keep it."


def brief_rubric():
    """Show the rubric of a brief: seven criteria, a point each."""
    rows = [{"place": f"{place}. {criterion.name}", "earned": criterion.earned, "not_yet": criterion.not_yet} for place, criterion in enumerate(brief.RUBRIC, start=1)]
    caption = "Seven points. None of them is for the position taken"
    return Block(markup.table(rows, {"place": "Criterion", "earned": "The point is earned", "not_yet": "Not yet"}, caption), caption)


# --- the model briefs ------------------------------------------------------------------------------------


def model_brief(level):
    """Show a model brief with a reader's notes beside it, its points, and what the form checker says.

    Parameters
    ----------
    level : {"strong", "middling", "weak"}

    Raises
    ------
    KeyError
        If there is no such level.
    """
    known = brief.models()
    if level not in known:
        raise KeyError(f"There is no level {level!r}. The levels are: {', '.join(known)}.")
    model = known[level]
    label = options.labels()[model.option_id]
    body = "".join(f"{_paragraph_html(text)}{_notes_html(notes)}" for text, notes in model.paragraphs)
    earned = ", ".join(criterion.name.lower() for criterion in brief.RUBRIC if criterion.key in model.points)
    head = f'<p class="atl-card-title"><strong>{markup.escape(label)}</strong> · {level} · {len(model.points)} of {len(brief.RUBRIC)} points</p>'
    form = markup.details("What the form checker says of it", brief.brief_form(model.text)._repr_html_())
    html = f'<article class="atl-brief-model" aria-label="Model brief: {markup.escape(label)}">{head}{body}<p class="atl-from">Points earned: {earned}.</p>{form}</article>'
    return Block(html, f"Model brief, {level}, {len(model.points)} of {len(brief.RUBRIC)} points: {label}")


def _paragraph_html(text):
    """Return a paragraph: its heading in bold, short names as links, and what is no fact marked as such."""
    safe = re.sub(r"\{\{(.+?)\}\}", r'<span class="atl-brief-fault"><b>[fault]</b> \1 <b>[/fault]</b></span>', escape(text, quote=False))
    safe = re.sub(r"^([A-Z][A-Za-z ]+):", r"<strong>\1:</strong>", safe)
    return f"<p>{_named(safe)}</p>"


def _notes_html(notes):
    """Return the notes on a paragraph: folded where they praise, so that the reader can judge first; in sight where they mark a fault."""
    praise = "".join(_note_html(note) for note in notes if note.earns)
    folded = markup.details("What a reader noted", praise) if praise else ""
    return folded + "".join(_note_html(note) for note in notes if not note.earns)


def _note_html(note):
    name = next(criterion.name for criterion in brief.RUBRIC if criterion.key == note.key)
    mark = "Earns" if note.earns else "Does not earn"
    return f'<p class="atl-brief-note" data-earns="{str(note.earns).lower()}"><strong>{mark}: {name}.</strong> {_named(escape(note.text, quote=False))}</p>'


def _named(text):
    """Set every short name of the tables in a text as code, and link it where it has an address."""
    urls = tables.load("sources").set_index("source_id")["url"].to_dict()
    known = brief.facts()["groups"]

    def shown(found):
        name = found[0]
        code = f"<code>{name}</code>"
        if name not in known:
            return name
        return code if markup.is_gap(urls.get(name)) else f'<a href="{escape(urls[name])}" rel="external">{code}</a>'

    return re.sub("[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+", shown, text)


def model_citations():
    """Return every short name that a model brief cites.

    Returns
    -------
    pandas.DataFrame
        One row a short name and brief: ``level``, ``name``, ``origin_group``, ``badge`` (of a claim; else
        nothing), and ``source_id`` (a claim's document, or the source itself).
    """
    ledger = claims.ledger().set_index("claim_id")
    found = [(level, name) for level, model in brief.models().items() for name in brief.short_names(model.text)]
    rows = pd.DataFrame(found, columns=["level", "name"])
    rows["origin_group"] = rows["name"].map(brief.facts()["groups"])
    rows["badge"] = rows["name"].map(ledger["badge"])
    return rows.assign(source_id=rows["name"].map(ledger["document_id"]).fillna(rows["name"]))


# --- disputed figures --------------------------------------------------------------------------------------


def open_figures(*claim_ids):
    """Show figures that the ledger has as open, each with rivals to set beside it and their short names.

    Parameters
    ----------
    *claim_ids : str
    """
    ledger = claims.ledger().set_index("claim_id")
    items = "".join(f'<li>{markup.escape(ledger.loc[key, "statement"])} {badge_html(ledger.loc[key, "badge"])}<br><code>{key}</code>{_rivals_html(key)}</li>' for key in claim_ids)
    return Block(f'<ul class="atl-brief-open" aria-label="Open figures and their rivals">{items}</ul>', f"Open figures and their rivals: {', '.join(claim_ids)}")


def _rivals_html(claim_id):
    """Return the rivals of a figure: first one of each origin, then the others."""
    evidence = claims.evidence_for(claim_id)
    rivals = evidence[evidence["relation"].isin(["disputes", "depends"])].drop_duplicates("source_id").sort_values("strength", kind="stable")  # strong before weak
    first = rivals.drop_duplicates("origin_group")
    rest = rivals.drop(index=first.index)
    more = markup.details(f"{len(rest)} more", f"<ul>{_rival_items(rest)}</ul>") if len(rest) else ""
    return f"<ul>{_rival_items(first)}</ul>{more}"


def _rival_items(rivals):
    return "".join(f"<li><code>{row.source_id}</code> ({ORIGIN_NAMES[row.origin_group]}): {markup.escape(row.note)}</li>" for row in rivals.itertuples())


# --- the structured academic controversy ----------------------------------------------------------------------


def sheet_html(option_id, side):
    """Return the evidence sheet of one side: its three arguments, each with two sources, and claims of the ledger.

    Both sides of an option get as many short names.

    Parameters
    ----------
    option_id : str
    side : {"for", "against"}
    """
    carried = [row["claim_id"] for row in debate.arguments(option_id, side) if not markup.is_gap(row["claim_id"])]
    other = [row["claim_id"] for row in debate.arguments(option_id, "against" if side == "for" else "for") if not markup.is_gap(row["claim_id"])]
    shared = min(len(carried), len(other))
    sources = tables.load("sources").set_index("source_id")
    items = "".join(
        f"<li>{markup.escape(row['argument'])}<ul>{''.join(f'<li><code>{key}</code>: {cite(sources.loc[key])}</li>' for key in (row['source_id'], row['second_source_id']))}</ul></li>"
        for row in debate.arguments(option_id, side)
    )
    ledger = claims.ledger().set_index("claim_id")
    named = "".join(f"<li><code>{key}</code>: {markup.escape(ledger.loc[key, 'statement'])} {badge_html(ledger.loc[key, 'badge'])}</li>" for key in carried[:shared])
    heading = {"for": "Sheet A: for it", "against": "Sheet B: against it"}[side]
    return f'<section class="atl-brief-sheet"><p class="atl-card-title"><strong>{heading}</strong></p><ol>{items}</ol><p>In the ledger</p><ul>{named or "<li>none that both sides have</li>"}</ul></section>'


def evidence_sheets(option_id):
    """Return the two evidence sheets of one option as HTML, for a controversy about it.

    Raises
    ------
    KeyError
        If there is no such option.
    """
    table = tables.load("options").set_index("option_id")
    if option_id not in table.index:
        raise KeyError(f"There is no option {option_id!r}. The options are: {', '.join(table.index)}.")
    row = table.loc[option_id]
    question = f'<p class="atl-brief-question"><strong>Should Pakistan choose this?</strong> {markup.escape(row["in_brief"])}</p>'
    return f'<div class="atl-brief-sheets">{question}{sheet_html(option_id, "for")}{sheet_html(option_id, "against")}</div>'


# --- the form checker ---------------------------------------------------------------------------------------


def brief_checker(name="brief-form"):
    """Let the reader write a brief and see its form, line by line.

    Parameters
    ----------
    name : str
        Identifier of the checker, unique on the page.

    Returns
    -------
    acrosstheline.explore.Explorer
    """
    items = "".join(f'<li data-form="{criterion.key}"><strong>{criterion.name}</strong></li>' for criterion in brief.RUBRIC)
    live = (
        f'<div class="atl-brief-live" hidden><label for="{name}-text">Your brief</label>'
        f'<textarea id="{name}-text" rows="16" spellcheck="true" aria-describedby="{name}-keeps">{escape(brief.TEMPLATE)}</textarea>'
        f'<p id="{name}-keeps" class="atl-brief-keeps">{_KEEPS}</p>'
        '<p class="atl-brief-do"><button type="button" data-do="check">Check the form</button> <button type="button" data-do="save">Save as a text file</button> '
        '<button type="button" data-do="clear">Start again</button></p>'
        '<p><label class="atl-brief-keep"><input type="checkbox" data-keep> Keep my text in this browser</label></p>'
        f'<div class="atl-brief-said" role="status" aria-live="polite"></div></div>'
    )
    still = (
        '<div class="atl-brief-still"><p><strong>What is missing here:</strong> no script is running, so the checker is not shown. '
        "Write with pen and paper, or in any program, and go through the seven criteria of the rubric by hand; in a notebook, <code>atl.brief_form(text)</code> does the same.</p>"
        f"<ol>{items}</ol></div>"
    )
    html = f'<div class="atl-explorer atl-brief" data-atl="brief" id="{name}">{live}{still}<p class="atl-from">{brief.FORM_ONLY}</p></div>'
    return Explorer(html, f"Form checker: seven lines on the form of a brief. {brief.FORM_ONLY}", _bench)


def _bench():
    """Return the checker as widgets, for a notebook with a running kernel."""
    import ipywidgets as widgets

    from acrosstheline.workbench import bench

    box = widgets.Textarea(value=brief.TEMPLATE, layout={"width": "98%", "height": "24em"})
    button, said = widgets.Button(description="Check the form"), widgets.HTML()
    button.on_click(lambda _button: setattr(said, "value", brief.brief_form(box.value)._repr_html_()))
    return bench([widgets.HTML("<b>Your brief</b>"), box, button, said])

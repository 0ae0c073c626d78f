"""Widgets of the exercises: choose an answer, switch a definition, build a corroboration row.

Each is a widget where a kernel runs, and plain HTML that says what to do where none does. What a student
chose is kept while the kernel runs, even when a cell is run again; it is not kept in the file. So each
also takes ``chosen``, which a student can type, and shows the line to type.
"""

import re
from html import escape

import ipywidgets as widgets
import pandas as pd

from acrosstheline import claims, explore, live, markup, tables
from acrosstheline.cards import BADGE_NAMES
from acrosstheline.charts.theme import ORIGIN_NAMES

RELATIONS = {"supports": "supports it", "disputes": "disputes it", "depends": "it depends on the reading", "silent": "is silent on it"}
LETTERS = "ABCDEFGH"
DETAILS = {"counted_by": "Who counted", "date": "When", "year": "When", "as_described": "What was counted",
           "population_type": "What was counted", "coverage": "Where", "source_id": "Read in", "note": "Note"}  # fmt: skip
_NOT_KEPT = "Your choice is kept while this notebook runs, and lost when it is closed. To keep it in the file, write this in the cell above: "
_kept = {}


# --- choose one of some answers ------------------------------------------------------------------------


class Pick(explore.Explorer):
    """A question with lettered choices. Made by `pick`."""

    def __init__(self, question, choices, chosen):
        self.question = question
        self.choices = dict(zip(LETTERS, choices))
        self._key = markup.stable_id("pick", question, *choices)
        self._typed = None if chosen is ... or chosen is None else self._letter(chosen)
        if self._typed in self.choices:
            _kept[self._key] = self._typed
        super().__init__(self._page(), self._words(), self._bench)

    @property
    def value(self):
        """The letter chosen, or ``...`` as long as there is none."""
        return ... if self._astray() else _kept.get(self._key, ...)

    @property
    def as_answer(self):
        """What a check judges: the letter chosen, or what was typed in its place."""
        return self._typed if self._astray() else self.value

    def _letter(self, typed):
        """Return the letter that was typed, also where a full stop or the whole choice was typed with it."""
        text = str(typed).strip()
        whole = [letter for letter, choice in self.choices.items() if choice == text]
        return whole[0] if whole else re.sub(r"[\W_]", "", text).upper()

    def _astray(self):
        return self._typed is not None and self._typed not in self.choices

    def _page(self):
        items = "".join(f"<li>{letter}. {escape(text)}</li>" for letter, text in self.choices.items())
        how = 'Write the letter of your choice in the cell above: <code>chosen="A"</code>, for example, in place of <code>chosen=...</code>.'
        return f'<div class="atl-pick"><p><strong>{escape(self.question)}</strong></p><ul style="list-style:none;padding-left:0">{items}</ul><p>{how}</p></div>'

    def _words(self):
        return "\n".join([self.question, *(f"{letter}. {text}" for letter, text in self.choices.items())])

    def _bench(self):
        letters = list(self.choices)
        chosen = letters.index(self.value) if self.value in letters else None
        # the index is given at once: a browser that was told 0 first would take a click on the first choice for no change
        menu = widgets.RadioButtons(options=[f"{letter}. {text}" for letter, text in self.choices.items()], index=chosen, layout={"width": "auto"})
        said = widgets.HTML(self._said())

        def update(change):
            if change["new"] is not None:
                _kept[self._key], self._typed = letters[change["new"]], None
            said.value = self._said()

        menu.observe(update, names="index")
        return bench([widgets.HTML(f"<strong>{escape(self.question)}</strong>"), menu, said])

    def _said(self):
        if self._astray():
            return _status(f"There is no choice {self._typed}; the letters are A to {list(self.choices)[-1]}.")
        if self.value is ...:
            return _status("Nothing is chosen yet.")
        return _status(f"You chose {self.value}. Now run the next cell.") + _keep(f'chosen="{self.value}"')


def pick(question, choices, chosen=...):
    """Ask for one of some answers, by a click or by its letter.

    Parameters
    ----------
    question : str
    choices : list of str
        Two to eight texts; they get the letters A, B, C and so on.
    chosen : str, optional
        A letter that the student typed. It counts whenever the cell is run, and it is kept in the file.

    Returns
    -------
    Pick
        Its ``value`` is the letter, or ``...`` as long as nothing is chosen.

    Raises
    ------
    ValueError
        If there are fewer than two choices, or more than eight.
    """
    if not 2 <= len(choices) <= len(LETTERS):
        raise ValueError(f"The question {question!r} needs two to {len(LETTERS)} choices.")
    return Pick(question, list(choices), chosen)


# --- one figure under several definitions ------------------------------------------------------------------


def definition_switch(rows, label, value, sentence, question="Which definition?", details=None):
    """Let the reader change a definition, and see a sentence change with it.

    Parameters
    ----------
    rows : pandas.DataFrame or list of dict
        One row a definition.
    label : str or callable
        The column that names the definition, or a function of the row.
    value : str
        The column with the figure.
    sentence : str or callable
        The headline: a format string over the row's columns, in words, and ``{value}``, the figure as a reader sees
        it; or a function of the row.
    question : str
    details : dict of str to str, optional
        Columns to show beneath, with their headings; by default who counted, when, what, where and the source,
        as far as the rows have them.

    Returns
    -------
    acrosstheline.explore.Explorer
    """
    records = rows.to_dict("records") if hasattr(rows, "to_dict") else list(rows)
    details = details or {column: heading for column, heading in DETAILS.items() if column in records[0]}
    choices = {str(_of(row, label)): _definition(row, value, sentence, details) for row in records}
    if len(choices) < len(records):
        raise ValueError(f"Two definitions have one name. The names are: {', '.join(str(_of(row, label)) for row in records)}.")
    return explore.panels(question, choices)


def _of(row, what):
    return what(row) if callable(what) else row[what]


def _definition(row, value, sentence, details):
    said = sentence(row) if callable(sentence) else _filled(sentence, row, value)
    facts = "".join(f"<dt>{escape(heading)}</dt><dd>{escape(_named(column, row[column]))}</dd>" for column, heading in details.items() if not markup.is_gap(row[column]))
    return f'<p role="status"><strong>{escape(said)}</strong></p><dl class="atl-card">{facts}</dl>'


def _filled(sentence, row, value):
    """Return a sentence with a row's cells in words; gaps leave no trace."""
    cells = {column: "" if markup.is_gap(cell) else _named(column, cell) for column, cell in row.items()}
    return " ".join(sentence.format(**{**cells, "value": markup.shown(row[value])}).split())


def _named(column, value):
    """Return a cell in words: the name behind an identifier of a person or a source."""
    if column == "coverage":
        return {"PAK": "Pakistan"}.get(value, str(value))
    if column == "counted_by":
        return tables.load("people").set_index("person_id")["name"].get(value, str(value))
    if column == "source_id":
        sources = tables.load("sources").set_index("source_id")
        return f"{sources.loc[value, 'publisher']}: {sources.loc[value, 'title']}" if value in sources.index else str(value)
    return str(value)


# --- the student's own corroboration row --------------------------------------------------------------------


class Corroboration(explore.Explorer):
    """A claim and its sources, for the student to weigh. Made by `corroboration_builder`."""

    def __init__(self, quotation, sources, kind, chosen):
        self.quotation, self.kind = quotation, kind
        self._sources = sources
        self._key = markup.stable_id("corroboration", quotation, *(source["source_id"] for source in sources))
        start = _kept.get(self._key, [(None, None)] * len(sources))
        if chosen is not ... and chosen is not None:
            start = [(relation or None, origin or None) for relation, origin in chosen]
        _refuse_unknown(start, sources)
        _kept[self._key] = start
        super().__init__(self._page(), f"Build a corroboration row: {quotation}", self._bench)

    @property
    def rows(self):
        """What the student chose: one row a source, with ``relation`` and ``origin_group`` (None as long as not chosen)."""
        chosen = [{"relation": relation, "origin_group": origin} for relation, origin in _kept[self._key]]
        return pd.DataFrame([source | choice for source, choice in zip(self._sources, chosen)])[
            ["source_id", "publisher", "relation", "origin_group", "strength"]
        ]

    @property
    def badge(self):
        """The badge by the rule, from what was chosen; ``...`` as long as no source has both its choices."""
        done = self._done()
        return ... if done.empty else claims.badge_of(self.kind, done)

    def _done(self):
        return self.rows.dropna(subset=["relation", "origin_group"])

    def explanation(self):
        """Return, in sentences, which badge the choices give and why."""
        done = self._done()
        if done.empty:
            return "Choose a relation and an origin for at least one source."
        left = len(self._sources) - len(done)
        parts = [f"Badge: {BADGE_NAMES[self.badge]}. {claims.BADGES[self.badge]}", *_what_stands(done)]
        if left:
            parts.append(f"{left} of {len(self._sources)} sources still lack a choice and are left out.")
        return " ".join(parts)

    def _page(self):
        columns = {"publisher": "Source", "says": "What it says", "strength": "Strength"}
        table = markup.table(self._sources, columns, "The sources")
        rule = "".join(f"<li><strong>{BADGE_NAMES[badge]}</strong>: {escape(text)}</li>" for badge, text in claims.BADGES.items())
        return (
            f'<div class="atl-corroboration"><p><strong>The claim:</strong> {escape(self.quotation)}</p>{table}'
            "<p>For each source, decide whether it supports the claim, disputes it, shows that it depends on the reading, or is silent; "
            f"and who produced the information. Then find the badge by the rule. Run the cell above to do this with menus.</p><ul>{rule}</ul></div>"
        )

    def _bench(self):
        said = widgets.HTML(self._said())
        boxes = [self._source_box(position, said) for position in range(len(self._sources))]
        return bench([widgets.HTML(f"<strong>The claim:</strong> {escape(self.quotation)}"), *boxes, said])

    def _source_box(self, position, said):
        source = self._sources[position]
        about = f"<strong>{position + 1}. {escape(source['publisher'])}</strong> ({escape(source['strength'])} source). {escape(source['says'])}"
        menus = [
            _menu(f"Source {position + 1}: what it does to the claim", RELATIONS, _kept[self._key][position][0]),
            _menu(f"Source {position + 1}: who produced the information", ORIGIN_NAMES, _kept[self._key][position][1]),
        ]

        def update(_change):
            _kept[self._key] = [*_kept[self._key][:position], tuple(menu.value for menu in menus), *_kept[self._key][position + 1 :]]
            said.value = self._said()

        for menu in menus:
            menu.observe(update, names="value")
        return widgets.VBox([widgets.HTML(about), *menus], layout={"margin": "0 0 .8em 0"})

    def _said(self):
        keep = _keep(f"chosen={_kept[self._key]}") if any(any(pair) for pair in _kept[self._key]) else ""
        return _status(self.explanation()) + keep


def corroboration_builder(claim_id=None, sources=None, quotation=None, kind="figure", chosen=...):
    """Let the student weigh sources, and see the badge that the rule gives.

    Parameters
    ----------
    claim_id : str, optional
        A claim of the ledger: its evidence gives the sources and what each says.
    sources : list, optional
        With a claim: the identifiers of the sources to offer (all if left out). Without: dictionaries with
        ``source_id`` of the table of sources, and ``says``.
    quotation : str, optional
        The claim in words, where it is not of the ledger.
    kind : str
        The claim's kind, where it is not of the ledger.
    chosen : list of (str, str), optional
        For each source its relation and its origin group, as the student typed them.

    Returns
    -------
    Corroboration
        With ``rows`` (a table), ``badge`` and ``explanation()``.

    Raises
    ------
    KeyError
        If the ledger has no such claim, or the course no such source.
    ValueError
        If there is nothing to weigh, or ``chosen`` holds a word that the menus do not.
    """
    if claim_id is not None:
        claim = claims.ledger().set_index("claim_id").loc[claim_id]
        quotation, kind = quotation or claim["quotation"], claim["kind"]
        evidence = claims.evidence_for(claim_id)
        offered = [_source(row["source_id"], row["note"]) for row in evidence.to_dict("records") if sources is None or row["source_id"] in sources]
    else:
        offered = [_source(source["source_id"], source["says"]) for source in sources or ()]
    if not offered or not quotation:
        raise ValueError("There is nothing to weigh: give a claim of the ledger that has evidence, or a quotation and its sources.")
    return Corroboration(quotation, offered, kind, chosen)


def _source(source_id, says):
    known = tables.load("sources").set_index("source_id")
    if source_id not in known.index:
        raise KeyError(f"The course has no source {source_id!r}.")
    row = known.loc[source_id]
    publisher = row["publisher"] if markup.is_gap(row["date"]) else f"{row['publisher']}, {row['date']}"
    return {"source_id": source_id, "publisher": publisher, "says": says, "strength": row["strength"]}


def _refuse_unknown(chosen, sources):
    if len(chosen) != len(sources):
        raise ValueError(f"chosen needs one pair for each of the {len(sources)} sources; it has {len(chosen)}.")
    for number, pair in enumerate(chosen, start=1):
        for word, allowed in zip(pair, (RELATIONS, ORIGIN_NAMES)):
            if word is not None and word not in allowed:
                raise ValueError(f"Source {number}: {word!r} is no choice. The choices are: {', '.join(allowed)}.")


def _what_stands(done):
    """Yield, for each relation that was chosen, how many sources of which origins have it."""
    for relation, words in (("supports", "support it"), ("disputes", "dispute it"), ("depends", "show that it depends"), ("silent", "are silent and do not count")):
        rows = done[done["relation"] == relation]
        if len(rows):
            origins = [ORIGIN_NAMES[group] for group in dict.fromkeys(rows["origin_group"])]
            weak = int(rows["strength"].eq("weak").sum())
            note = f", {weak} of them weak" if weak else ""
            yield f"Sources that {words}: {len(rows)}{note}; origins: {len(origins)} ({', '.join(origins)})."


# --- parts ------------------------------------------------------------------------------------------------


def bench(children):
    """Return the part of an output that shows some widgets one under the other, or nothing where no kernel runs."""
    return live._bundle(live.column(children))


def _menu(label, choices, value):
    """Return a menu under its label, which no narrow screen cuts."""
    options = [("choose", None), *((text, key) for key, text in choices.items())]
    layout = {"width": "auto", "height": "auto", "flex_flow": "row wrap", "margin": "2px 2px 8px"}
    return widgets.Dropdown(options=options, value=value, description=label, style={"description_width": "auto"}, layout=layout)


def _status(text):
    return f'<p role="status" style="margin:.4em 0">{escape(text)}</p>'


def _keep(code):
    return f'<p style="margin:.4em 0;font-size:.9em">{_NOT_KEPT}<code>{escape(code)}</code></p>'

"""The value-weights scorecard: the reader says what counts, and sees ranges, not a ranking.

On a static page native sliders are brought to life by ``options.js``, which does the sums of
`acrosstheline.options`; a test in a browser holds the two equal. Where no script runs, the scores are a table.
"""

from acrosstheline import markup, options, tables
from acrosstheline.explore import Explorer
from acrosstheline.prose import in_words

FLOOR_WORDS = {"kept": "keeps the rights floor", "depends": "rights floor: it depends", "not_kept": "does not keep the rights floor"}
OWN_LABEL = "Your own option"
_EMPTY = "empty: give it scores below"


def scorecard(scores=None, own=None, own_label=OWN_LABEL, name="scorecard"):
    """Let the reader weigh the options.

    Parameters
    ----------
    scores : pandas.DataFrame, optional
        Scores to use in place of the course's, as `options.with_change` returns them.
    own : dict of str to (int, int, int), optional
        Scores of the reader's own option, by criterion; what is left out is not scored.
    own_label : str
        The name of the reader's own option.
    name : str
        Identifier of the scorecard, unique on the page.

    Returns
    -------
    acrosstheline.explore.Explorer
    """
    given = options.scores() if scores is None else scores
    shown = options.with_own(given, own) if own else given
    html = _page(given, name)
    return Explorer(html, _words(given), lambda: _bench(shown, options.labels(own_label if own else None)))


def _words(given):
    return f"Scorecard: {given['option_id'].nunique()} options and {given['criterion_id'].nunique()} criteria. {options.NO_WEIGHTS}"


# --- the page ------------------------------------------------------------------------------------------


def _page(given, name):
    live = f'<div class="atl-option-live" hidden>{_weights(name)}{_floor(name)}{_results()}{_lead(given)}{_doubt()}</div>'
    still = (
        '<p class="atl-option-still"><strong>What is missing here:</strong> no script is running, so the sliders are not shown. '
        "The table below holds every score with its reason. With pen and paper: give each criterion a weight from 0 to 5, multiply, add up, and divide by the sum of your weights, "
        "once with the lowest scores and once with the highest.</p>"
    )
    count = len(given)
    scores = f'<details class="atl-details atl-option-scores" open><summary>All {count} scores, with reasons and sources</summary>{score_table(given)}</details>'
    return f'<div class="atl-explorer atl-option-card" data-atl="scorecard" id="{name}">{live}{still}{scores}</div>'


def _weights(name):
    rows = "".join(
        f'<div class="atl-option-weight"><label for="{name}-{row.criterion_id}">{markup.escape(row.label)}</label>'
        f'<input type="range" id="{name}-{row.criterion_id}" data-criterion="{row.criterion_id}" min="0" max="{options.HEAVIEST}" step="1" value="0" aria-describedby="{name}-{row.criterion_id}-what">'
        f'<output for="{name}-{row.criterion_id}">0</output><p id="{name}-{row.criterion_id}-what">{markup.escape(row.question)}</p></div>'
        for row in options.criteria().itertuples()
    )
    return f'<fieldset class="atl-option-weights"><legend>How much does each of these count for you? From 0, nothing, to {options.HEAVIEST}</legend>{rows}</fieldset>'


def _floor(name):
    floor = tables.load("criteria").query("kind == 'floor'").iloc[0]
    radios = "".join(
        f'<label><input type="radio" name="{name}-floor" value="{rule}" data-sets-aside="{" ".join(verdicts)}"{" checked" if rule == "mark" else ""}> {markup.escape(label)}</label>'
        for rule, (label, verdicts) in options.FLOOR_RULES.items()
    )
    return (
        f'<fieldset class="atl-choose atl-option-floor"><legend>{markup.escape(floor["label"])}. What do you do with it?</legend>{radios}</fieldset>'
        f"{markup.details('What the floor is, and who disputes it', f'<p>{markup.escape(floor.question)} {markup.escape(floor.must_know)}</p>')}"
        '<p><button type="button" data-do="reset">Set everything back</button></p>'
    )


def _results():
    table = tables.load("options").set_index("option_id")
    items = "".join(_result(option_id, label, table.loc[option_id, "floor"]) for option_id, label in options.labels().items())
    return (
        '<p class="atl-option-short" aria-hidden="true" hidden></p>'
        f'<p class="atl-option-verdict" role="status" aria-live="polite">{options.NO_WEIGHTS}</p>'
        f'<ul class="atl-option-ranges" aria-label="Ranges, in alphabetical order, on a scale from 0 to 10">{items}{_result(options.OWN, OWN_LABEL, "")}</ul>'
    )


def _result(option_id, label, floor):
    mark = f' <span class="atl-option-mark">({FLOOR_WORDS[floor]})</span>' if floor else ""
    words = _EMPTY if option_id == options.OWN else "not compared yet"
    return (
        f'<li data-option="{option_id}" data-floor="{floor}"><span class="atl-option-name"><b>{markup.escape(label)}</b>{mark}</span> '
        f'<span class="atl-option-numbers">{words}</span>{bar(0, 0)}</li>'
    )


def bar(low, high):
    """Return a range on a line from 0 to 10, as a picture that needs no style sheet."""
    return (
        '<svg viewBox="0 0 100 6" preserveAspectRatio="none" width="100%" height="12" aria-hidden="true" focusable="false">'
        f'<rect width="100" height="6" fill="currentColor" opacity=".13"></rect><rect x="{low * 10:g}" width="{(high - low) * 10:g}" height="6" fill="currentColor" opacity=".75"></rect></svg>'
    )


def _lead(given):
    names = options.criteria().set_index("criterion_id")["label"]
    items = []
    for option_id, weights in options.first_with(given).items():
        label = markup.escape(options.labels()[option_id])
        if weights is None:
            items.append(f"<li><b>{label}</b>: no setting that we tried.</li>")
            continue
        said = "; ".join(f"{markup.escape(names[key])}: {weight}" for key, weight in weights.items())
        setting = " ".join(f"{key}:{weight}" for key, weight in weights.items())
        items.append(f'<li><b>{label}</b>. {said}. <button type="button" data-weights="{setting}" aria-label="Try these weights: {label}">Try these weights</button></li>')
    how = (
        f"<p>For each option, weights with which its <em>middle</em> scores come first; all other weights are 0. They were found by trying every setting from 0 to {options.TRIED}. "
        "Look at the ranges when you try them: they mostly overlap, and then the weights separate nothing.</p>"
    )
    return markup.details("Which weights would put each option first?", how + f'<ul class="atl-option-lead">{"".join(items)}</ul>')


def _doubt():
    offered = "".join(f'<option value="{key}">{markup.escape(label)}</option>' for key, label in {**options.labels(), options.OWN: OWN_LABEL}.items())
    asked = "".join(f'<option value="{row.criterion_id}">{markup.escape(row.label)}</option>' for row in options.criteria().itertuples())
    ends = "".join(
        f'<label>{label} <input type="number" data-end="{end}" min="0" max="10" step="1" inputmode="numeric"></label>'
        for end, label in zip(options.ENDS, ("Lowest", "Middle", "Highest"))
    )
    body = (
        "<p>Choose a score and change it; the ranges above follow. To score an option of your own, choose it in the first menu.</p>"
        f'<div class="atl-option-doubt"><label>Option <select data-pick="option">{offered}</select></label><label>Criterion <select data-pick="criterion">{asked}</select></label>'
        f'<label data-own hidden>Its name <input type="text" data-own-name maxlength="60" value="{OWN_LABEL}"></label>'
        f'<p data-reason></p><div class="atl-option-ends">{ends}</div><p class="atl-option-said" role="status" aria-live="polite"></p>'
        '<button type="button" data-do="restore">Restore the course\'s scores</button></div>'
    )
    return markup.details("Which score, not weight, do you most doubt?", body)


def score_table(given):
    """Return the scores as a table: option, criterion, range, reason and source."""
    sources = tables.load("sources").set_index("source_id")
    names, asked = options.labels(), options.criteria().set_index("criterion_id")["label"]
    rows = [
        {
            **row,
            "option": names[row["option_id"]],
            "criterion": asked[row["criterion_id"]],
            "range": f"{row['low']} to {row['high']}, middle {row['mid']}",
            "source_html": cite(sources.loc[row["source_id"]]),
        }
        for row in given.to_dict("records")
        if row["option_id"] in names
    ]
    columns = {"option": "Option", "criterion": "Criterion", "range": "Score, 0 to 10", "reason": "Reason", "source_html": "Source"}
    caption = "Scores of the options. They are the judgement of this course, for the years 2026 to 2030; the source carries the fact in the reason, not the number"
    return markup.table(rows, columns, caption, attributes=_marks)


def _marks(row):
    """Return the attributes of a row from which the script reads the score."""
    return f'data-score="{row["option_id"]} {row["criterion_id"]}" data-ends="{row["low"]} {row["mid"]} {row["high"]}"'


def cite(source):
    """Return a source as a short link: publisher and date, and whether it is weak."""
    date = "" if markup.is_gap(source["date"]) else f", {in_words(source['date'])}"
    weak = " <em>(weak)</em>" if source["strength"] == "weak" else ""
    return markup.link(source["url"], f"{source['publisher']}{date}") + weak


# --- the notebook --------------------------------------------------------------------------------------


def _bench(given, names):
    """Return the scorecard as widgets, for a notebook with a running kernel."""
    import ipywidgets as widgets

    from acrosstheline.workbench import bench

    sliders = {
        row.criterion_id: widgets.IntSlider(value=0, min=0, max=options.HEAVIEST, layout={"width": "98%"}) for row in options.criteria().itertuples()
    }
    asked = options.criteria().set_index("criterion_id")
    floor = widgets.RadioButtons(options=[(label, rule) for rule, (label, _) in options.FLOOR_RULES.items()], value="mark", layout={"width": "max-content"})
    said = widgets.HTML(weighed_html(given, {}, "mark", names))

    def update(_change):
        said.value = weighed_html(given, {key: slider.value for key, slider in sliders.items()}, floor.value, names)

    for control in (*sliders.values(), floor):
        control.observe(update, names="value")
    rows = [part for key, slider in sliders.items() for part in (widgets.HTML(f"<b>{asked.loc[key, 'label']}</b>: {asked.loc[key, 'question']}"), slider)]
    return bench([*rows, widgets.HTML("<b>The rights floor</b>"), floor, said])


def weighed_html(given, weights, rule, names):
    """Return the verdict on some weights and the range of each option, as a list.

    Parameters
    ----------
    given : pandas.DataFrame
    weights : dict of str to int
    rule : str
        What is done with the rights floor: a key of `options.FLOOR_RULES`.
    names : dict of str to str
    """
    if not sum(weights.values()):
        return f"<p><b>{options.NO_WEIGHTS}</b></p>"
    ranges, aside = options.totals(given, weights), options.set_aside(rule)
    items = "".join(
        f"<li>{markup.escape(names[key])}: {'set aside by the floor' if key in aside else f'{row.low:.1f} to {row.high:.1f}'}{'' if key in aside else bar(row.low, row.high)}</li>"
        for key, row in ranges.iterrows()
    )
    return f"<p><b>{markup.escape(options.verdict(ranges, names, aside))}</b></p><ul>{items}</ul>"

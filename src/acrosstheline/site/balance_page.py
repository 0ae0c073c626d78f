"""The balance report as a page: its tables, made when the book is built."""

from functools import lru_cache

import pandas as pd

from acrosstheline import balance, markup, tables
from acrosstheline.charts.theme import ORIGIN_NAMES

# Headings short enough for twelve columns, the two countries' first.
_HEADS = {
    "pakistani_state": "Pakistani state",
    "pakistani_press": "Pakistani press",
    "afghan_authorities": "Afghan officials",
    "afghan_press": "Afghan press",
    "affected_person": "People affected",
    "un_intergovernmental": "UN",
    "ngo_charity": "NGO",
    "other_state": "Other states",
    "international_press": "World press",
    "scholar_think_tank": "Scholars",
    "armed_group": "Armed groups",
    "unknown": "Not known",
}


@lru_cache(maxsize=1)
def parts(root):
    """Return the tables of the report as HTML, by name.

    Parameters
    ----------
    root : pathlib.Path
        The checkout.

    Returns
    -------
    dict of str to str
    """
    read = balance.chapters(root)
    measured, declared = balance.measures(read), balance.rules(root)
    titles = {chapter.name: chapter.title for chapter in read}
    return {
        "ranges": _ranges(declared, measured),
        "chapters": _chapters(measured, declared),
        "exceptions": _exceptions(measured, declared, titles),
        "order": _order(measured),
        "sources": _groups(read, balance.linked, titles, "Sources that can be opened from a chapter, by where their information comes from"),
        "voices": _groups(read, balance.named, titles, "People named in a chapter, by origin group"),
        "affected": _affected(read),
        "excerpts": _excerpts(read),
        "excerpt_words": _excerpt_words(read, titles),
    }


def _ranges(declared, measured):
    out = [item["measure"] for item in balance.outside(measured, declared)]
    whole = balance.of_book(measured)
    rows = [
        {"name": limits["name"], "range": _range(limits), "met": _met(out.count(measure), measured.get(measure), whole.get(measure)), "reason": limits["reason"]}
        for measure, limits in declared["ranges"].items()
    ]
    return markup.table(rows, {"name": "Measure", "range": "Declared range", "met": "Met by", "reason": "Why this range"}, "What the book holds itself to")


def _range(limits):
    if "high" not in limits:
        return f"{limits['low']:g} or more"
    return f"{limits['low']:g} to {limits['high']:g}"


def _met(misses, values, of_book=None):
    """Say how many of the chapters that could be measured meet a range; of a measure of the whole book, its value and whether it does."""
    if of_book is not None:
        return f"the book, with {_share(of_book)}" if not misses else f"not met: {_share(of_book)}"
    measured, few = int(values.notna().sum()), int(values.isna().sum())
    if not few:
        return f"{measured - misses} of {measured} chapters"
    return f"{measured - misses} of the {measured} chapters that have enough; in {few} there are too few"


def _chapters(measured, declared):
    missed = {(item["measure"], item["chapter"]) for item in balance.outside(measured, declared)}

    def marked(row, measure, text):
        return f"<strong>{text} (outside)</strong>" if (measure, row["chapter"]) in missed else f"<span>{text}</span>"

    rows = [
        {
            "title_html": f'<a href="{row["chapter"]}.html">{markup.escape(row["title"])}</a>',
            "prose_words": row["prose_words"],
            "excerpt_words": row["excerpt_words"],
            "sources_html": marked(row, "sources_share", f"{_share(row['sources_share'])}; {row['sources']} in all"),
            "voices_html": marked(row, "voices_share", f"{_share(row['voices_share'])}; {row['voices']} in all"),
            "criticism_html": marked(row, "criticism_ratio", _share(row["criticism_ratio"])),
            "affected_html": marked(row, "affected", str(row["affected"])),
        }
        for row in measured.to_dict("records")
    ]
    columns = {
        "title_html": "Chapter",
        "prose_words": "Words of ours",
        "excerpt_words": "Words of the documents",
        "sources_html": "Sources: Afghan share",
        "voices_html": "Voices: Afghan share",
        "criticism_html": "Shorter criticism against the longer",
        "affected_html": "Places of affected people",
    }
    return markup.table(rows, columns, "Each chapter's measures", numeric={"prose_words", "excerpt_words"})


def _share(value):
    return "too few" if markup.is_gap(value) else f"{value:.2f}"


def _exceptions(measured, declared, titles):
    rows = [
        {"chapter": titles.get(item["chapter"], "The book"), "measure": declared["ranges"][item["measure"]]["name"], "value": _share(item["value"]), "reason": item["reason"] or "No reason given."}
        for item in balance.outside(measured, declared)
    ]
    return markup.table(rows, {"chapter": "Chapter", "measure": "Measure", "value": "Value", "reason": "Reason"}, "Where a chapter lies outside a range, and why")


def _order(measured):
    rows = [
        {
            "title": row["title"],
            "first_critic": row["first_critic"],
            "last_critic": row["last_critic"],
            "first_voice": ORIGIN_NAMES.get(row["first_voice"], ""),
            "last_voice": ORIGIN_NAMES.get(row["last_voice"], ""),
        }
        for row in measured.to_dict("records")
    ]
    columns = {"title": "Chapter", "first_critic": "First critic", "last_critic": "Last critic", "first_voice": "First person named", "last_voice": "Last person named for the first time"}
    return markup.table(rows, columns, "Who speaks first, and who last")


def _groups(read, count, titles, caption):
    return _by_chapter(balance.by_group(read, count).reindex(columns=list(_HEADS), fill_value=0), titles, caption)


def _by_chapter(counts, titles, caption):
    counts = counts.loc[:, counts.sum() > 0]
    rows = [{"chapter": titles[name], **counts.loc[name], "all": int(counts.loc[name].sum())} for name in counts.index]
    rows.append({"chapter": "All chapters", **counts.sum(), "all": int(counts.to_numpy().sum())})
    columns = {"chapter": "Chapter", "all": "All", **{group: _HEADS[group] for group in counts.columns}}
    return f'<div class="atl-many">{markup.table(rows, columns, caption, numeric={"all", *counts.columns})}</div>'


def _affected(read):
    """Return one sentence: how much of the book comes from people affected."""
    counts = [balance.by_group(read, count) for count in (balance.linked, balance.named)] + [_words_of(read)]
    kinds = ("places where a source can be opened", "places where a person is named", "words shown of the five documents")
    parts = [f"{_number(held.get('affected_person', pd.Series(0)).sum())} of {_number(held.to_numpy().sum())} {kind}" for held, kind in zip(counts, kinds)]
    shares = [100 * held.get("affected_person", pd.Series(0)).sum() / held.to_numpy().sum() for held in counts]
    return "<p>From people affected come " + ", ".join(f"{part} ({share:.1f} percent)" for part, share in zip(parts, shares)) + ".</p>"


def _number(value):
    return f"{int(value):,}"


def _words_of(read):
    """Return the words of excerpts, one row a chapter, one column an origin group."""
    return pd.DataFrame({chapter.name: balance.excerpts(chapter).groupby("origin_group")["words"].sum() for chapter in read}).T.fillna(0).astype(int)


def _excerpt_words(read, titles):
    words = _words_of(read).reindex(columns=list(_HEADS), fill_value=0)
    return _by_chapter(words, titles, "Words of the five documents shown in a chapter, by whose words they are")


def _excerpts(read):
    table = tables.load("excerpts")
    shown = table[table["excerpt_id"].isin({key for chapter in read for key in chapter.excerpts})].copy()
    shown["words"] = shown["quotation"].str.split().str.len()
    titles = tables.load("documents").set_index("document_id")["short_title"]
    groups = shown.groupby("origin_group")["words"].agg(["size", "sum"]).sort_values("sum", ascending=False)
    rows = [
        {"group": ORIGIN_NAMES[group], "excerpts": int(row["size"]), "words": int(row["sum"]), "from": ", ".join(sorted({titles[key] for key in shown.loc[shown["origin_group"] == group, "document_id"]}))}
        for group, row in groups.iterrows()
    ]
    columns = {"group": "Whose words", "excerpts": "Excerpts", "words": "Words", "from": "Out of"}
    return markup.table(rows, columns, "Excerpts of the five documents, by whose words they are", numeric={"excerpts", "words"})

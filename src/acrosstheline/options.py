"""Weigh the policy options: pure functions of scores and weights.

A score is a range from 0 to 10. A weight is a whole number from 0 up. What comes out is a range for each
option, never a point, and never a ranking: two options are told apart only if their ranges do not meet.
"""

from itertools import product

import numpy as np
import pandas as pd

from acrosstheline import tables

ENDS = ["low", "mid", "high"]
OWN = "your_own"
NOT_SCORED = (0, 5, 10)
HEAVIEST = 5
TRIED = 3
# What the reader may do with the rights floor, and which verdicts of the table it sets aside.
FLOOR_RULES = {
    "mark": ("Only mark the options that do not keep it", ()),
    "not_kept": ("Set aside the options that do not keep it", ("not_kept",)),
    "kept": ("Set aside those too for which it depends", ("not_kept", "depends")),
}
NO_WEIGHTS = "No weight is set yet, so nothing is compared. Move a slider."


def scores():
    """Return the course's scores: one row an option and criterion, with ``low``, ``mid`` and ``high``."""
    return tables.load("option_scores")


def labels(given=None):
    """Return the name of each option, in the order in which they are shown; ``given`` names the reader's own."""
    known = tables.load("options").set_index("option_id")["label"].to_dict()
    return known if given is None else {**known, OWN: given}


def criteria():
    """Return the criteria that a reader weighs, without the floor, in the order in which they are shown."""
    table = tables.load("criteria")
    return table[table["kind"] == "weight"].reset_index(drop=True)


def totals(given, weights):
    """Add up the scores by the weights.

    Parameters
    ----------
    given : pandas.DataFrame
        Scores as `scores` returns them.
    weights : dict of str to int
        How much each criterion counts; one that is left out counts nothing.

    Returns
    -------
    pandas.DataFrame
        For each option ``low``, ``mid`` and ``high``: the weighted averages of its lowest, middle and
        highest scores, rounded to a tenth (a half goes up).

    Raises
    ------
    KeyError
        If a weight is for a criterion that has no scores.
    ValueError
        If a weight is negative or not a whole number, or none is above zero.
    """
    _demand_weights(given, weights)
    weight = given["criterion_id"].map(weights).fillna(0).astype(int)
    sums = given[ENDS].astype(int).mul(weight, axis=0).groupby(given["option_id"], sort=False).sum()
    whole = sum(weights.values())
    return (20 * sums + whole) // (2 * whole) / 10


def _demand_weights(given, weights):
    known = list(dict.fromkeys(given["criterion_id"]))
    unknown = [name for name in weights if name not in known]
    if unknown:
        raise KeyError(f"There is no criterion {unknown[0]!r}. The criteria are: {', '.join(known)}.")
    if any(weight < 0 or weight != int(weight) for weight in weights.values()):
        raise ValueError("A weight is a whole number from 0 up.")
    if not sum(weights.values()):
        raise ValueError("Give at least one criterion a weight above 0.")


def above(ranges, one, other):
    """Tell whether the range of one option lies wholly above that of another, as `totals` gives them."""
    return ranges.loc[one, "low"] > ranges.loc[other, "high"]


def front(ranges):
    """Return the options above which no other lies wholly: those that the weights cannot separate."""
    return [option for option in ranges.index if not any(above(ranges, other, option) for other in ranges.index)]


def set_aside(rule):
    """Return the options that the rights floor sets aside.

    Parameters
    ----------
    rule : {"mark", "not_kept", "kept"}
        What the reader does with the floor: a key of `FLOOR_RULES`.
    """
    table = tables.load("options")
    return table.loc[table["floor"].isin(FLOOR_RULES[rule][1]), "option_id"].tolist()


def verdict(ranges, names, aside=()):
    """Say in words what the ranges separate, with no ranking.

    Parameters
    ----------
    ranges : pandas.DataFrame
        What `totals` returns.
    names : dict of str to str
        The name of each option.
    aside : list of str
        Options that the floor sets aside: they are not compared.
    """
    compared = ranges.drop(index=[option for option in aside if option in ranges.index])
    first = front(compared)
    rest = [option for option in compared.index if option not in first]
    said = lambda options: "; ".join(names[option] for option in options)
    if not rest:
        text = f"These weights cannot separate any of the {len(first)} options compared."
    elif len(first) == 1:
        text = f"With these weights one option lies wholly above every other: {said(first)}."
    else:
        text = f"These weights cannot separate: {said(first)}. Each of the following lies wholly below at least one of those: {said(rest)}."
    left = [option for option in aside if option in ranges.index]
    return f"{text} Set aside by the floor: {said(left)}." if left else text


def first_with(given, heaviest=TRIED):
    """Find weights that put each option first by its middle scores.

    The method is a grid search: every setting of whole weights from 0 to ``heaviest`` is tried. For each
    option the setting is kept with which it leads the next one by most; of equals, the lightest.

    Parameters
    ----------
    given : pandas.DataFrame
        Scores as `scores` returns them.
    heaviest : int

    Returns
    -------
    dict of str to (dict of str to int or None)
        The weights above zero for each option, or None if no setting puts it alone in front.
    """
    options, names, grid, sums = _tried(given, heaviest)
    lead = _lead(sums) / grid.sum(axis=1)
    found = {}
    for place, option in enumerate(options):
        mine = np.flatnonzero((sums.argmax(axis=1) == place) & (lead > 0))
        best = min(mine, key=lambda row: (-round(lead[row], 9), grid[row].sum(), row), default=None)
        found[option] = None if best is None else {name: int(weight) for name, weight in zip(names, grid[best]) if weight}
    return found


def share_first(given, heaviest=TRIED):
    """Tell how often each option comes first alone, by its middle scores, over every setting of the weights.

    The share says as much about the list of criteria as about the options: no reader draws weights by lot.

    Parameters
    ----------
    given : pandas.DataFrame
        Scores as `scores` returns them.
    heaviest : int

    Returns
    -------
    pandas.Series
        For each option the percentage of all settings from 0 to ``heaviest``, except all zero.
    """
    options, _names, _grid, sums = _tried(given, heaviest)
    alone = _lead(sums) > 0
    return pd.Series({option: 100 * (alone & (sums.argmax(axis=1) == place)).mean() for place, option in enumerate(options)})


def _tried(given, heaviest):
    """Return the options, the criteria, every setting of the weights, and the sum of middle scores for each of both."""
    middle = given.pivot(index="option_id", columns="criterion_id", values="mid").astype(int)
    options, names = list(dict.fromkeys(given["option_id"])), list(dict.fromkeys(given["criterion_id"]))
    grid = np.array(list(product(range(heaviest + 1), repeat=len(names))))[1:]
    return options, names, grid, grid @ middle.loc[options, names].to_numpy().T


def _lead(sums):
    """Return for each setting by how much the first option leads the second."""
    highest = np.sort(sums)
    return highest[:, -1] - highest[:, -2]


def with_change(given, option_id, criterion_id, low, mid, high):
    """Return the scores with one of them changed.

    Raises
    ------
    KeyError
        If there is no such score.
    ValueError
        Unless ``0 <= low <= mid <= high <= 10`` in whole numbers.
    """
    _demand_score(low, mid, high)
    row = (given["option_id"] == option_id) & (given["criterion_id"] == criterion_id)
    if not row.any():
        raise KeyError(f"There is no score of {option_id!r} on {criterion_id!r}.")
    changed = given.copy()
    changed.loc[row, ENDS] = [low, mid, high]
    return changed


def with_own(given, own):
    """Return the scores with those of the reader's own option.

    Parameters
    ----------
    given : pandas.DataFrame
    own : dict of str to (int, int, int)
        Lowest, middle and highest score by criterion; a criterion left out is not scored: 0 to 10.
    """
    for triple in own.values():
        _demand_score(*triple)
    names = list(dict.fromkeys(given["criterion_id"]))
    rows = [{"option_id": OWN, "criterion_id": name, **dict(zip(ENDS, own.get(name, NOT_SCORED)))} for name in names]
    return pd.concat([given, pd.DataFrame(rows)], ignore_index=True)


def _demand_score(low, mid, high):
    if not 0 <= low <= mid <= high <= 10 or any(end != int(end) for end in (low, mid, high)):
        raise ValueError("A score is three whole numbers from 0 to 10: the lowest, the middle and the highest, in this order.")

"""The exercises as a reader meets them on a page: what each practises, how long it takes, how to open it."""

from importlib import resources

from acrosstheline import checks, markup
from acrosstheline.cards import Block

FIRST = "first_steps"


def names():
    """Return the exercises that have been released, the one for beginners first."""
    found = sorted(file.name.removesuffix(".json") for file in resources.files("acrosstheline").joinpath("_checks").iterdir())
    return sorted(found, key=lambda name: (name != FIRST, name))


def exercise_card(name):
    """Show an exercise: its title, minutes, what it practises, and two ways to open it.

    Parameters
    ----------
    name : str
        The exercise, such as ``"five_voices"``.

    Returns
    -------
    acrosstheline.cards.Block

    Raises
    ------
    KeyError
        If no exercise of that name has been released.
    """
    return Block(card_html(name), f"Exercise notebook: exercises/{name}_exercise.ipynb. {_summary(name)}")


def card_html(name, level="p", chapter=None):
    """Return an exercise's card as HTML, its title in the element named, with a link to its chapter where one is given."""
    file = f"{name}_exercise"
    said = _about(name)
    return (
        f'<div class="atl-cardbox atl-exercise"><{level} class="atl-card-title"><strong>{markup.escape(said["title"])}</strong></{level}>'
        f"<p>{_summary_html(name, chapter)}</p>"
        f'<p class="atl-ways"><a href="../lite/start.html?open={file}">Open in the browser</a>'
        f'<a href="../exercises/{file}.ipynb" download>Download the notebook</a></p></div>'
    )


def _summary_html(name, chapter):
    lead = f'With the chapter <a href="{name}.html">{markup.escape(chapter)}</a>. ' if chapter else ""
    return lead + markup.escape(_summary(name))


def _about(name):
    if name not in names():
        raise KeyError(f"There is no exercise {name!r}; there are {', '.join(names())}.")
    return checks.about(name)


def _summary(name):
    said = _about(name)
    core = [key for key in said["tasks"].values() if not key.get("optional")]
    checked = sum(key["kind"] != "essay" for key in core)
    written, more = len(core) - checked, len(said["tasks"]) - len(core)
    tasks = f"{checked} tasks with feedback" + (f" and {written} to write" if written else "") + (f"; {more} more if you have time" if more else "")
    return f"About {said['minutes']} minutes, {tasks}. You will practise: {said['practises']}"

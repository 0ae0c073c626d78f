"""Numbers in prose, computed once and pasted in by name, so that text cannot drift from data."""

_PREFIX = "application/papermill.record/"


def numbers(**values):
    """Give names to numbers for the chapter's text.

    In the text, write ``{glue:text}`name` ``. Numbers are shown with thousands separators; a text is
    shown as it is, which is how a rounded form such as "1.7 million" is given.

    Parameters
    ----------
    **values : int, float or str
    """
    from IPython.display import publish_display_data

    for name, value in values.items():
        publish_display_data(
            {f"{_PREFIX}text/plain": repr(as_text(value))},  # MyST-NB reads the text as a Python literal
            metadata={"scrapbook": {"name": name, "mime_prefix": _PREFIX}},
        )


def as_text(value):
    """Return a number as a reader sees it in a sentence."""
    if isinstance(value, str):
        return value
    number = float(value)
    return f"{int(number):,}" if number == int(number) else f"{number:,.10g}"


def million(value, digits=1):
    """Return a count in millions, rounded: ``million(1_730_000, 2)`` is ``"1.73 million"``."""
    return f"{float(value) / 1e6:.{digits}f} million"

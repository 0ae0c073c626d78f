"""Numbers and dates in prose, computed once and pasted in by name, so that text cannot drift from data."""

import re
from itertools import takewhile

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


_MONTHS = "January February March April May June July August September October November December".split()


def in_words(date):
    """Write 2023-11-01 as 1 November 2023, and a month, a year or a range in the same way."""
    ranges = re.sub(r"(?<=\d)/(?=\d)", " to ", date)
    return re.sub(r"\b\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?\b", lambda iso: _words(iso[0]), ranges)


def range_in_words(start, end):
    """Write two dates as a range, and what they share only once: 27 to 28 April 1978."""
    first, last = in_words(start).split(), in_words(end).split()
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(reversed(first), reversed(last))))
    return " ".join([*first[: len(first) - shared], "to", *last])


def _words(iso):
    year, *rest = iso.split("-")
    month = [_MONTHS[int(rest[0]) - 1]] if rest else []
    day = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join([*day, *month, year])

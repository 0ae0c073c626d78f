"""Charts: one look, one renderer, and one module for each family of chart.

How to pick a family
--------------------
Ask what the reader compares.

=====================================================  =============================
The reader compares                                    Call
=====================================================  =============================
one measure over time, year by year                    ``series.lines``
single counts on single days, by who counted           ``series.moments``
several published figures of one thing, one a line     ``dots.dots``
two figures of the same speaker, and the gap           ``dots.pairs``
a value and how far it could move                      ``dots.spread``
a few totals                                           ``bars.bars``
the parts of a few totals                              ``bars.stacked``
when things began and ended                            ``timeline.spans``
rows against columns: words by text, facts by source   ``matrix.grid``
rows against columns: of which kind each cell is       ``matrix.marks``
places, and lines between states by their status       ``map.region``
=====================================================  =============================

How to draw
-----------
1. Make one tidy table: one row a mark, one column a meaning, in the order of the drawing.
2. Name its columns to the function: ``bars.bars(rows, "count", "people", "kind")``.
3. Give the chart to ``atl.figure`` with its title, finding, description, rows and sources.

Every function takes ``tips`` (columns for the tooltip, with their headings), most take a
``Switch``, with which the reader chooses the rows drawn: the country, or the definition. Words on a
chart are ``notes``: what to write at which row, and on which side of it. Who counted keeps one colour
and one shape everywhere: pass ``theme.SIDES`` names in the column that says who.
"""

from acrosstheline.charts import bars, dots, map, matrix, series, theme, timeline
from acrosstheline.charts.parts import Switch

__all__ = ["Switch", "bars", "dots", "map", "matrix", "series", "theme", "timeline"]

"""Charts: one look, one renderer, and one module for each family of chart."""

from acrosstheline.charts import theme

__all__ = ["theme"]

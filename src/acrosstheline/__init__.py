"""Across the Line: the code that the book, the exercises and the teaching tools share.

Import it as ``import acrosstheline as atl``. Its parts load when first used, so that the
exercise checks, which need only the standard library, start at once.
"""

from importlib import import_module

_HOME = {
    "load": "tables",
    "TableError": "tables",
    "ledger": "claims",
    "badge": "claims",
    "evidence_for": "claims",
    "corroboration": "claims",
    "excerpt": "cards",
    "sourcing_card": "cards",
    "sources_used": "cards",
    "badge_table": "cards",
    "figure": "figures",
    "Figure": "figures",
    "panels": "explore",
    "compare": "explore",
    "filter_table": "explore",
    "predict": "explore",
    "length_km": "distance",
    "quiz": "quizzes",
    "numbers": "prose",
    "exercise": "checks",
    "show": "checks",
    "exercise_card": "handouts",
    "theme": "charts",
    "pick": "workbench",
    "definition_switch": "workbench",
    "corroboration_builder": "workbench",
    "scorecard": "weighing",
    "option_cards": "debate",
    "argument_map": "debate",
    "brief_form": "brief",
    "brief_rubric": "briefing",
    "brief_checker": "briefing",
    "model_brief": "briefing",
    "evidence_sheets": "briefing",
    "open_figures": "briefing",
}

__all__ = sorted(_HOME)


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module 'acrosstheline' has no attribute {name!r}")
    home = import_module(f"acrosstheline.{_HOME[name]}")
    return getattr(home, name)


def __dir__():
    return sorted([*globals(), *_HOME])

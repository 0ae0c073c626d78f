"""Python's error messages, and under each a sentence for a reader who has never programmed. Standard library only."""

import re

_COMMON = [
    (NameError, r"name '(?P<name>[a-fA-F])' is not defined", 'Python does not know the name {name}. If {name} is the choice that you make, write it between quotation marks: "{name}".'),
    (NameError, r"name '(?P<name>.+?)' is not defined", "Python does not know the name {name} yet. Run the cells above this one first (menu Run, Run All Above Selected Cell), and compare the spelling."),
    (KeyError, r"(?P<name>.+)", "The table has no column or label {name}. Compare the spelling with the table's own headings: table.columns lists them."),
    (SyntaxError, r"'(?P<name>.)' was never closed", "A bracket or quotation mark, {name}, was opened and not closed. Count the pairs in the marked line."),
    (SyntaxError, r"unterminated string", "A text was begun with a quotation mark and not ended with one."),
    (SyntaxError, r"", "Python cannot read the marked line. Look for a missing comma, bracket or quotation mark, there or in the line above."),
    (TypeError, r"ellipsis", "A cell above still has ... where your answer belongs. Fill it in, run that cell, then run this one again."),
    (AttributeError, r"'ellipsis' object", "A cell above still has ... where your answer belongs. Fill it in, run that cell, then run this one again."),
    (AttributeError, r"has no attribute '(?P<name>.+?)'", "There is nothing called {name} here. Compare the spelling, and whether the name before the dot is the table you mean."),
    (ModuleNotFoundError, r"'(?P<name>.+?)'", "The package {name} is not installed here. The exercises need only the ones in their first cell."),
    (KeyboardInterrupt, r"", "You stopped this cell. What the cells above made is still there; mend this one and run it again."),
    (MemoryError, r"", "The computer has no more memory for this. Restart the kernel and look for a step that repeats too often."),
    (RecursionError, r"", "A step calls itself without end. Look for a name that is defined by itself."),
]


def plain(error):
    """Return one plain sentence on an error, or None where we have none that is sure to be true.

    Parameters
    ----------
    error : BaseException

    Returns
    -------
    str or None
    """
    for kind, pattern, sentence in _COMMON:
        found = re.search(pattern, str(error)) if isinstance(error, kind) else None
        if found:
            return sentence.format(**found.groupdict())
    return None


def explain_in_notebook():
    """From now on, show such a sentence under every error of this notebook; outside a notebook, do nothing."""
    try:
        from IPython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is None:
        return

    def handler(shell, kind, error, trace, tb_offset=None):
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        sentence = plain(error)
        if sentence:
            print(f"In plain words: {sentence}")

    shell.set_custom_exc((Exception, KeyboardInterrupt), handler)

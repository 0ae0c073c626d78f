"""Release the exercises in the work tree: execute each source, seal its checks, write the student's copy."""

import nbformat

from acrosstheline.site import notebooks
from acrosstheline.site.build import ROOT
from acrosstheline.teach import release as teaching

SOURCES = ROOT / "exercises" / "solutions"
COPIES = ROOT / "exercises"
KEYS = ROOT / "src" / "acrosstheline" / "_checks"


def sources():
    """Return the sources of the exercises, in a stable order."""
    return sorted(SOURCES.glob("*_exercise.ipynb"))


def release(names=()):
    """Release the exercises named, or all.

    Parameters
    ----------
    names : list of str

    Returns
    -------
    list of str
        The exercises released.

    Raises
    ------
    acrosstheline.teach.release.ReleaseError
        If an exercise does not exist, or its source is not in order. What was released before stays as it was.
    """
    paths = {teaching.exercise_of(path): path for path in sources()}
    unknown = sorted(set(names) - set(paths))
    if unknown:
        raise teaching.ReleaseError(f"There is no exercise {', '.join(unknown)}; there are {', '.join(paths)}.")
    wanted = [paths[name] for name in names or paths]
    notebooks.main(wanted)
    copies = [_write(path) for path in wanted]
    notebooks.main(copies)
    return [teaching.exercise_of(path) for path in wanted]


def _write(path):
    """Write the sealed checks and the student's copy of one executed source, and return the copy's path."""
    name = teaching.exercise_of(path)
    source = nbformat.read(path, 4)
    said, copy = teaching.sealed(source, name), teaching.student_copy(source, name)
    teaching.write_sealed(said, KEYS / f"{name}.json")
    target = COPIES / path.name
    target.write_text(nbformat.writes(notebooks.normalise(copy, path.stem)) + "\n", encoding="utf-8")
    return target

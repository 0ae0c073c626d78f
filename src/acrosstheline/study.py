"""Open the exercises on a student's own computer: ``python -m acrosstheline.study``, in the course's folder.

What opens is a folder of the student's own, with copies in which no cell has been run yet. So their work
stays apart from the course's files, and the list at its side shows nothing but exercises: no solutions.
"""

import importlib.util
import json
import signal
import subprocess
import sys
from pathlib import Path

from acrosstheline.teach.release import unrun

FOLDER = "my_exercises"
ELSEWHERE = "Run this in the course's folder, the one that holds README.md: there is no folder 'exercises' with notebooks here."
NO_LAB = 'JupyterLab is not installed in this Python. In the course\'s folder, run: python -m pip install ".[student]"'


def prepare(course):
    """Copy to a student's folder the exercises that are not there yet; what is there stays as it is.

    Parameters
    ----------
    course : path
        The course's folder.

    Returns
    -------
    (pathlib.Path, list of str)
        The student's folder, and the names of the notebooks that are new in it.

    Raises
    ------
    FileNotFoundError
        If the folder holds no exercises.
    """
    given, mine = sorted((Path(course) / "exercises").glob("*_exercise.ipynb")), Path(course) / FOLDER
    if not given:
        raise FileNotFoundError(ELSEWHERE)
    mine.mkdir(exist_ok=True)
    new = [path for path in given if not (mine / path.name).exists()]
    for path in new:
        notebook = unrun(json.loads(path.read_text(encoding="utf-8")))
        (mine / path.name).write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return mine, [path.stem for path in new]


def main(course=".", options=()):
    """Prepare the student's folder and open it in JupyterLab.

    Parameters
    ----------
    course : path
    options : list of str
        For JupyterLab, such as ``--no-browser``.

    Returns
    -------
    int
        The exit code: 0 when JupyterLab was opened and closed again.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        print(NO_LAB, file=sys.stderr)
        return 2
    try:
        mine, new = prepare(course)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Your notebooks are in the folder {mine.resolve()}; {len(new)} of them are new. JupyterLab opens in your browser. To stop it, press Ctrl+C here, twice.")
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl+C reaches JupyterLab as well, which asks before it stops
    return subprocess.call([sys.executable, "-m", "jupyter", "lab", *options, str(mine)])


if __name__ == "__main__":
    sys.exit(main(options=sys.argv[1:]))

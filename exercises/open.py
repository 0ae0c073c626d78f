"""Open the exercises: ``python3 exercises/open.py``. The first time, it sets up what they need.

It needs nothing but Python, which is why it imports nothing of the course.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

COURSE = Path(__file__).resolve().parents[1]
OLDEST = (3, 11)
READY = "import acrosstheline, jupyterlab"
TOO_OLD = "The exercises need Python {} or newer, and this is {}. Install a newer one from python.org, or open the exercises in the book, in your browser."
NO_PLACE = "Python could not make the folder {}; its own words stand above. On Debian or Ubuntu, install what is missing: sudo apt install python3-venv. Then run this again."
STOPPED = "Stopped. Run this again, and it goes on from there."
NO_PACKAGES = "Not everything could be installed; the reason stands above. Often it is the connection: run this again, and it goes on from there."


def python_of(course):
    """Return where the Python of a course's folder is, or will be."""
    return course / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def set_up(course):
    """Make a place for what the exercises need, and fill it, unless that was done before.

    Parameters
    ----------
    course : pathlib.Path
        The course's folder.

    Returns
    -------
    str
        What went wrong and what to do; empty where all is ready.
    """
    python = python_of(course)
    if _runs(python, "-c", READY, cwd=course, quiet=True):
        return ""
    print("Setting up, once: some 430 MB. It takes a few minutes.", flush=True)
    if not python.exists() and not _runs(sys.executable, "-m", "venv", python.parents[1], cwd=course):
        shutil.rmtree(python.parents[1], ignore_errors=True)
        return NO_PLACE.format(python.parents[1])
    if not _runs(python, "-m", "pip", "--version", cwd=course, quiet=True):
        _runs(python, "-m", "ensurepip", cwd=course)
    return "" if _runs(python, "-m", "pip", "install", ".[student]", cwd=course) else NO_PACKAGES


def _runs(*command, cwd, quiet=False):
    """Run a command, and tell whether it went well."""
    silence = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} if quiet else {}
    try:
        return subprocess.call([str(word) for word in command], cwd=cwd, **silence) == 0
    except FileNotFoundError:
        return False


def main(course=COURSE, options=()):
    """Set up what is missing, and open the exercises.

    Parameters
    ----------
    course : pathlib.Path
    options : list of str
        For JupyterLab, such as ``--no-browser``.

    Returns
    -------
    int
        The exit code: 0 when the exercises were opened and closed again, 2 when they could not be.
    """
    try:
        fault = TOO_OLD.format(".".join(map(str, OLDEST)), sys.version.split()[0]) if sys.version_info < OLDEST else set_up(course)
    except KeyboardInterrupt:
        fault = STOPPED
    if fault:
        print(fault, file=sys.stderr)
        return 2
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl+C reaches JupyterLab as well, which asks before it stops
    return subprocess.call([str(python_of(course)), "-m", "acrosstheline.study", *options], cwd=course)


if __name__ == "__main__":
    sys.exit(main(options=sys.argv[1:]))

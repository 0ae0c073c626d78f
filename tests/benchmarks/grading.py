"""Measure grading: ``python tests/benchmarks/grading.py [OUT.json]``, or as the part ``grading`` of `run.py`.

The same made-up submissions of one exercise are graded by this course's command, in its sandbox, and by nbgrader's
autograder, which runs them without one. nbgrader is installed for the occasion, in a folder that goes afterwards.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

EXERCISE = "the_plan"
NUMBERS = (10, 100, 1000)
CORES = 2
NBGRADER = "nbgrader==0.9.6"
COURSE = ["pandas>=2.2,<4", "altair>=6,<7", "ipywidgets>=8.1,<9", "ipykernel"]  # what the notebooks need, for nbgrader's kernel
# Grades a folder, and says how long it took and how much memory its own process held at most, in MB.
PROGRAM = """
import resource, sys, time
from acrosstheline import cli
began = time.perf_counter()
assert cli.main(["grade", *sys.argv[1:]]) == 0
print("measured", time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
EVERY = 2  # seconds between two looks at the memory of all processes


def submissions(folder, number):
    """Write that many submissions, right, half done, wrong and untouched in turn; no two are the same file."""
    import submissions as made

    makers = (made.honest, made.half, made.wrong, made.untouched)
    notebooks = [make(EXERCISE) for make in makers]
    folder.mkdir(parents=True)
    for place in range(number):
        notebook = made.with_cells(notebooks[place % len(notebooks)], f"# This is the notebook of student {place}.")
        (folder / f"student_{place:04}.ipynb").write_bytes(made.written(notebook))
    return folder


def ours(folder):
    """Return the seconds that grading a folder took, and the peaks in MB of the grader's process and of all processes under it."""
    command = [sys.executable, "-c", PROGRAM, str(folder), "--out", f"{folder}_graded", "--workers", str(CORES)]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    most = 0
    while True:
        try:
            said = running.communicate(timeout=EVERY)[0]
            break
        except subprocess.TimeoutExpired:
            most = max(most, _memory(running.pid))
    took, own = map(float, next(line for line in said.splitlines() if line.startswith("measured")).split()[1:])
    return took, own, most


def _memory(pid):
    """Return the memory of a process and all under it, in MB; what several share is counted once, where the system tells."""
    above = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            above[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    family = {pid}
    while more := {child for child, parent in above.items() if parent in family} - family:
        family |= more
    return sum(map(_held, family)) / 1024


def _held(pid):
    for name, field in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            line = next(line for line in Path(f"/proc/{pid}/{name}").read_text().splitlines() if line.startswith(field))
            return int(line.split()[1])
        except (OSError, StopIteration):
            continue
    return 0


def install(folder):
    """Install nbgrader with what the notebooks need; return its folder of programs, or why it could not be had."""
    if not shutil.which("uv"):
        return None, "uv is missing"
    commands = [["uv", "venv", "-q", "--python", sys.executable, str(folder)], ["uv", "pip", "install", "-q", "--python", str(folder), NBGRADER, *COURSE]]
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            return None, f"{NBGRADER} could not be installed ({(done.stderr.strip().splitlines() or ['no reason given'])[-1][:120]})"
    return folder / "bin", ""


def theirs(programs, notebooks, folder):
    """Return the seconds that nbgrader's autograder took, one process a core, each with its own part of the notebooks."""
    from acrosstheline.teach import solutions

    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    parts = [notebooks[core::CORES] for core in range(CORES)]
    for core, part in enumerate(parts):
        course = folder / str(core)
        source = course / "source" / EXERCISE / f"{EXERCISE}_exercise.ipynb"
        source.parent.mkdir(parents=True)
        shutil.copy(ROOT / "exercises" / "solutions" / source.name, source)
        (course / "nbgrader_config.py").write_text(solutions.NBGRADER, encoding="utf-8")
        for path in part:
            place = course / "submitted" / path.stem / EXERCISE / source.name
            place.parent.mkdir(parents=True)
            shutil.copy(path, place)
        subprocess.run(["nbgrader", "generate_assignment", EXERCISE], cwd=course, env=environment, check=True, capture_output=True)
    began = time.perf_counter()
    running = [subprocess.Popen(["nbgrader", "autograde", EXERCISE], cwd=folder / str(core), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for core in range(CORES)]
    for process in running:
        process.wait()
    took = time.perf_counter() - began
    graded = len(list(folder.glob(f"*/autograded/*/{EXERCISE}/*.ipynb")))
    if graded != len(notebooks):
        raise RuntimeError(f"nbgrader graded {graded} of {len(notebooks)}.")
    return took


def measure(row, numbers=NUMBERS):
    """Return what was measured, each made by `row` of a name, a result and a goal."""
    rows, rates, peaks = [], {}, {}
    with tempfile.TemporaryDirectory(prefix="grading-") as held:
        folder = Path(held)
        for number in numbers:
            took, *memory = ours(submissions(folder / f"class_{number}", number))
            rates[number], peaks[number] = 60 * number / took, memory
            rows.append(row(f"Grading {number:,} submissions in the sandbox, {CORES} cores", f"{took:.0f} s, {rates[number]:.0f} a minute"))
        programs, missing = install(folder / "nbgrader")
        if programs:
            few = numbers[0]
            took = theirs(programs, sorted((folder / f"class_{few}").glob("*.ipynb")), folder / "theirs")
            rate = 60 * few / took
            rows.append(row(f"nbgrader's autograder on the same {few} submissions in the same run, {CORES} cores, no sandbox", f"{took:.0f} s, {rate:.1f} a minute"))
            told = ", ".join(f"{rates[number] / rate:.0f} times with {number:,}" for number in numbers)
            rows.append(row(f"Grading in the sandbox beside nbgrader's rate, measured on {few}", told, "10 times or better"))
        else:
            rows.append(row("nbgrader's autograder on the same submissions", f"not run: {missing}"))
    told = ", ".join(f"{own:.0f} MB with {number:,} ({most:.0f} MB with its workers and sandboxes)" for number, (own, most) in peaks.items())
    rows.append(row("Memory of the grader at its highest", told, "flat in the number of submissions"))
    return rows


if __name__ == "__main__":

    def told(what, result, goal=""):
        print(f"{what}: {result}" + (f" (goal: {goal})" if goal else ""), flush=True)
        return {"what": what, "result": result, "goal": goal}

    measured = measure(told)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")

"""The command ``acrosstheline grade``: from a folder of submissions to a gradebook, a page for each student, and a report."""

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from acrosstheline.teach import batch, catalogue, feedback, gradebook, manual, report, rubrics, submissions

UNPROTECTED = "unprotected-i-trust-every-student"
_WARNING = (
    "These notebooks were run without protection, because it was asked for. What a student wrote could read and change "
    "anything on this computer, and could forge its own marks."
)
_FOLDERS = ("feedback", "for_lms")
_ERRORS = (submissions.CollectError, batch.ClusterError, manual.MarksError, catalogue.CourseError)


class GradeError(Exception):
    """A choice that cannot be carried out; the text says why."""


def add(verbs):
    """Add the verb to the command's parser.

    Parameters
    ----------
    verbs : argparse._SubParsersAction
    """
    grading = verbs.add_parser("grade", allow_abbrev=False, help="grade a folder of submissions in a sandbox")
    grading.add_argument("folder", type=Path, metavar="FOLDER", help="what students handed in: a folder with anything in it, or a zip as the LMS gave it")
    grading.add_argument("--out", type=Path, metavar="FOLDER", help="where the results go; by default beside the submissions, with _graded added to the name")
    grading.add_argument("--workers", type=_positive, metavar="N", help="how many notebooks are run at one time; by default one for each processor")
    grading.add_argument("--seconds", type=_positive, default=20, metavar="N", help="how long a cell may take; 20 by default, more for a slow computer")
    grading.add_argument("--scheduler", default="", metavar="ADDRESS", help="run them on a Dask cluster, such as tcp://10.0.0.5:8786")
    grading.add_argument("--students", choices=submissions.WAYS, default="auto", help="where files that no LMS named say whose they are: in the folder's name, the file's, or both (auto)")
    grading.add_argument("--merge", type=Path, nargs="+", default=[], metavar="MARKS", help="merge what readers marked: marks.csv from the page to_mark.html, or to_mark.csv filled in")
    grading.add_argument("--again", action="store_true", help="grade everything anew, also what is done")
    grading.add_argument(f"--{UNPROTECTED}", dest="unprotected", action="store_true", help="run students' code without a sandbox: only where you would run each of these files yourself")


def run(options):
    """Carry out the verb.

    Returns
    -------
    int
        0 when every file was dealt with, 2 where nothing could be done, 130 where the run was stopped.
    """
    out = options.out or options.folder.resolve().with_name(f"{options.folder.resolve().stem}_graded")
    try:
        _demand_apart(options.folder, out)
        _demand_protection(options)
        with _alone(out):
            return _run(options, out)
    except (*_ERRORS, GradeError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. What is graded is kept: the same command goes on from there.", file=sys.stderr)
        return 130


def _run(options, out):
    kept = out / "kept"
    print(f"Looking through {options.folder} ...", file=sys.stderr)
    found = submissions.collect(options.folder, kept / "notebooks", rubrics.exercises(), options.students, without=[out])
    results = batch.Results(kept / "results", batch.course_version(), batch.How(not options.unprotected, options.seconds))
    _grade(found, kept / "notebooks", results, options)
    book = gradebook.Gradebook(found, results, manual.stored(kept / "marks.csv"))
    said = []
    if options.merge:
        book.marks, said = manual.merge(book, options.merge)
        manual.store(kept / "marks.csv", book.marks)
    count = _write(book, out, [_WARNING] if options.unprotected else [])
    _tell(book, out, count, said)
    return 0


def _positive(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def _demand_apart(folder, out):
    here, there = folder.resolve(), out.resolve()
    if here == there or here.is_relative_to(there):
        raise GradeError(f"The results cannot go to {out}: they would lie among the submissions. Name another folder with --out.")
    if there.exists() and not there.is_dir():
        raise GradeError(f"{out} is a file: name a folder with --out.")


def _demand_protection(options):
    """Refuse to run students' code where no sandbox can be had, unless that was asked for by its long name."""
    if options.unprotected or options.scheduler:  # a cluster's workers are asked by themselves
        return
    from acrosstheline.teach import sandbox

    try:
        sandbox.demand()
    except sandbox.SandboxMissing as error:
        raise GradeError(f"{error}\nNothing was run.") from None


@contextlib.contextmanager
def _alone(out):
    """Let one run at a time write to a folder."""
    (out / "kept").mkdir(parents=True, exist_ok=True)
    with open(out / "kept" / "lock", "w") as lock:
        try:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # not on Windows
            pass
        except OSError:
            raise GradeError(f"Another run is writing to {out}: wait for it to end.") from None
        yield


# --- grading -------------------------------------------------------------------------------------------


def _grade(found, keep, results, options):
    keys = list(dict.fromkeys(one.key for one in found if one.key))
    waiting = [key for key in keys if options.again or not results.has(key)]
    if len(waiting) < len(keys):
        print(f"{len(keys) - len(waiting)} of {len(keys)} notebooks are graded already.", file=sys.stderr)
    progress = Progress(len(waiting))
    for _, result in batch.grade_all(waiting, keep, results, options.workers, options.scheduler, again=True):
        progress.one_more(result["status"] == gradebook.GRADED)
    progress.end()


class Progress:
    """Says how far grading is: one line that moves on a terminal, a few plain lines elsewhere.

    Parameters
    ----------
    whole : int
        How many notebooks there are to grade.
    stream : file, optional
    clock : callable, optional
    """

    def __init__(self, whole, stream=None, clock=time.monotonic):
        self.whole, self.done, self.lost = whole, 0, 0
        self.stream, self.clock = stream or sys.stderr, clock
        self.began = self.said = 0  # when the first was done: before that, the sandbox is made
        self.moves = self.stream.isatty()

    def one_more(self, graded=True):
        """Count one notebook, and say so when it is time."""
        self.began = self.began or self.clock()
        self.done, self.lost = self.done + 1, self.lost + (not graded)
        step = max(self.whole // 10, 1)
        if self.moves or self.done % step == 0 or self.clock() - self.said > 30:
            self._say()

    def _say(self):
        self.said = self.clock()
        left = (self.said - self.began) / max(self.done - 1, 1) * (self.whole - self.done)
        lost = f", {self.lost} could not be" if self.lost else ""
        rest = f", about {_duration(left)} left" if 1 < self.done < self.whole else ""
        text = f"Graded {self.done - self.lost} of {self.whole}{lost}{rest}."
        print(f"\r{text:<70}" if self.moves else text, end="" if self.moves else "\n", file=self.stream, flush=True)

    def end(self):
        """Close the line."""
        if self.moves and self.done:
            print(file=self.stream)


def _duration(seconds):
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


# --- writing -------------------------------------------------------------------------------------------


def _write(book, out, warnings):
    """Write every file anew, whole or not at all. Return how much is unusual, by kind."""
    for left in out.glob(".new-*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=out, prefix=".new-") as folder:
        new = Path(folder, "new")
        new.mkdir()
        count = report.write_table(book, new / "report.csv")
        report.write_page(book, new / "report.csv", new / "report.html", warnings)
        report.write_files(book, new / "files.csv")
        gradebook.write_gradebook(book, new / "gradebook.csv")
        gradebook.write_for_lms(book, new / "for_lms")
        manual.write_page(book, new / "to_mark.html")
        manual.write_table(book, new / "to_mark.csv")
        feedback.write(book, new / "feedback")
        _put_in_place(new, out, Path(folder, "old"))
    return count


def _put_in_place(new, out, old):
    """Move new files and folders where the old ones were. What was changed by hand since is kept under another name."""
    written = out / "kept" / "written.json"
    known = json.loads(written.read_text(encoding="utf-8")) if written.is_file() else {}
    old.mkdir()
    hashes = {path.name: _hash(path) for path in new.iterdir() if path.is_file()}
    for path in sorted(new.iterdir()):
        there = out / path.name
        if path.is_file() and there.is_file() and _hash(there) not in (known.get(path.name), hashes[path.name]):
            os.replace(there, _changed(there))
        elif path.is_dir() and there.is_dir():
            os.replace(there, old / path.name)
        os.replace(path, there)
    written.write_text(json.dumps(hashes, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _changed(path):
    number = 1 + sum(1 for _ in path.parent.glob(f"{path.stem}_changed_*{path.suffix}"))
    return path.with_name(f"{path.stem}_changed_{number}{path.suffix}")


def _hash(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _tell(book, out, count, said):
    students, waiting = len(book.students), sum(len(entry.awaits) for entry in book.entries())
    print(f"{students} {'student' if students == 1 else 'students'}, in {out}:")
    print("  report.html     what is unusual, and what the class found hard: read it first")
    print("  gradebook.csv   one row a student, a column a task")
    print("  feedback/       a page for each student")
    if waiting:
        print(f"  to_mark.html    {waiting} written {'answer awaits' if waiting == 1 else 'answers await'} a reader")
    if any((out / "for_lms").iterdir()):
        print("  for_lms/        grades as the LMS imports them")
    if count["not graded"] or count["refused"]:
        print(f"{count['not graded']} could not be graded, and {count['refused']} files were not opened: report.html gives the reasons.")
    for line in said:
        print(line)

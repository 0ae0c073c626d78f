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

from acrosstheline.teach import batch, catalogue, feedback, gradebook, manual, report, roster, rubrics, submissions

UNPROTECTED = "unprotected-i-trust-every-student"
_WARNING = (
    "These notebooks were run without protection, because it was asked for. What a student wrote could read and change "
    "anything on this computer, and could forge its own marks."
)
_FOLDERS = ("feedback", "for_lms")
_ERRORS = (submissions.CollectError, batch.ClusterError, manual.MarksError, roster.RosterError, catalogue.CourseError)


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
    grading.add_argument("--roster", type=Path, metavar="LIST", help="your class list as CSV, with a column of names and, if you like, of ids, logins or e-mail: the gradebook follows it, and shows who handed in nothing")
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
        submissions.demand(options.folder)
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
    listed = _class_list(options.roster, kept / "roster.csv")
    print(f"Looking through {options.folder} ...", file=sys.stderr)
    found = submissions.collect(options.folder, kept / "notebooks", rubrics.exercises(), options.students)
    found = listed.applied(found) if listed else found
    if options.merge:  # what can be wrong with them is said before a class is graded
        manual.demand_sound(options.merge, _names(found, listed))
    results = batch.Results(kept / "results", batch.course_version(), batch.How(not options.unprotected, options.seconds))
    older = _grade(found, kept / "notebooks", results, options)
    book = gradebook.Gradebook(found, results, manual.stored(kept / "marks.csv"), listed)
    said = []
    if options.merge:
        book.marks, said = manual.merge(book, options.merge)
        manual.store(kept / "marks.csv", book.marks)
    count, changed = _write(book, out, [_WARNING] if options.unprotected else [])
    anew = ["The course has changed since the last run, and all was graded anew. " + _whose(count["points changed"])] if older else []
    _tell(book, out, count, [*said, *anew, *changed])
    return 0


def _whose(changed):
    """Return in a sentence how many notebooks got other points than in an earlier run."""
    if not changed:
        return "No points changed."
    return f"The same answers got other points in {changed} {'notebook' if changed == 1 else 'notebooks'}: report.html names them. Students worked with the data of their pack."


def _class_list(path, last):
    """Return the class list, if one is named, and say what was understood of it; a copy shows which it was the last time."""
    if path is None:
        if last.is_file():
            print("The last run had a class list, and this one has none: give --roster again if that was not meant.", file=sys.stderr)
        return None
    listed = roster.read(path)
    print("\n".join(listed.said), file=sys.stderr)
    if path.resolve() != last.resolve():
        shutil.copyfile(path, last)
    return listed


def _names(found, listed):
    """Return every name that a table of marks may give, with how the gradebook calls that student."""
    return (listed.aliases if listed else {}) | {one.student: one.student for one in found if one.key or one.lms}


def _positive(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def _demand_apart(folder, out):
    here, there = folder.resolve(), out.resolve()
    if here == there or here.is_relative_to(there):
        raise GradeError(f"The results cannot go to {out}: they would lie among the submissions. Name another folder with --out.")
    if there.is_relative_to(here):
        raise GradeError(f"The results cannot go to {out}: it lies inside what students handed in. Choose a place beside it with --out.")
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
    """Grade what is not done; return how many notebooks another version of the course had graded."""
    keys = list(dict.fromkeys(one.key for one in found if one.key))
    done = [] if options.again else [key for key in keys if results.has(key)]
    waiting = [key for key in keys if key not in set(done)]
    if done:
        print(f"{len(done)} of {len(keys)} {'notebook is' if len(keys) == 1 else 'notebooks are'} graded already.", file=sys.stderr)
    older, otherwise = results.passed(keys)
    if not options.again:
        _tell_passed(older, otherwise)
    lost = sum(results.read(key)["status"] != gradebook.GRADED for key in done)
    progress = Progress(len(keys), len(done), lost)
    for _, result in batch.grade_all(waiting, keep, results, options.workers, options.scheduler, again=True):
        progress.one_more(result["status"] == gradebook.GRADED)
    progress.end()
    return older


def _tell_passed(older, otherwise):
    """Say why notebooks that were graded before are graded again."""
    if older:
        was = "1 notebook was" if older == 1 else f"{older} notebooks were"
        print(f"{was} graded with another version of the course: its exercises, data or checks have changed since. They are graded anew, so that all are judged alike.", file=sys.stderr)
    if otherwise:
        was = "1 notebook was" if otherwise == 1 else f"{otherwise} notebooks were"
        print(f"{was} graded with other seconds for a cell, or without the sandbox. They are graded anew, so that all are judged alike.", file=sys.stderr)


class Progress:
    """Says how far grading is: one line that moves on a terminal, a few plain lines elsewhere.

    Parameters
    ----------
    whole : int
        How many notebooks there are.
    done, lost : int
        How many were graded before, and how many of these could not be.
    stream : file, optional
    clock : callable, optional
    """

    def __init__(self, whole, done=0, lost=0, stream=None, clock=time.monotonic):
        self.whole, self.before, self.done, self.lost = whole, done, done, lost
        self.stream, self.clock = stream or sys.stderr, clock
        self.began = self.said = 0  # when the first was done: before that, the sandbox is made
        self.moves = self.stream.isatty()

    def one_more(self, graded=True):
        """Count one notebook, and say so when it is time."""
        self.began = self.began or self.clock()
        self.done, self.lost = self.done + 1, self.lost + (not graded)
        step = max((self.whole - self.before) // 10, 1)
        if self.moves or (self.done - self.before) % step == 0 or self.clock() - self.said > 30:
            self._say()

    def _say(self):
        self.said = self.clock()
        new, waiting = self.done - self.before, self.whole - self.done
        left = (self.said - self.began) / max(new - 1, 1) * waiting
        lost = f", {self.lost} could not be" if self.lost else ""
        rest = f", about {_duration(left)} left" if waiting and new > 1 and 4 * new >= waiting else ""  # before a fifth it is no more than a guess
        text = f"Graded {self.done - self.lost} of {self.whole}{lost}{rest}."
        print(f"\r{text:<70}" if self.moves else text, end="" if self.moves else "\n", file=self.stream, flush=True)

    def end(self):
        """Close the line."""
        if self.moves and self.done > self.before:
            print(file=self.stream)


def _duration(seconds):
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


# --- writing -------------------------------------------------------------------------------------------


def _write(book, out, warnings):
    """Write every file anew, whole or not at all. Return how much is unusual, by kind, and what was kept that a hand had changed."""
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
        feedback.write_for_moodle(book, new / "for_lms")
        changed = _put_in_place(new, out, Path(folder, "old"))
    return count, changed


def _put_in_place(new, out, old):
    """Move new files and folders where the old ones were.

    What somebody changed or put there by hand is kept, a changed file under another name. Return what has to be said of it.
    """
    written = out / "kept" / "written.json"
    known = json.loads(written.read_text(encoding="utf-8")) if written.is_file() else {}
    old.mkdir()
    hashes = {path.relative_to(new).as_posix(): _hash(path) for path in new.rglob("*") if path.is_file()}
    said = []
    for name in (*(path.name for path in new.iterdir() if path.is_file()), *_FOLDERS):
        for there in _files(out / name):
            place = there.relative_to(out).as_posix()
            if _hash(there) not in (known.get(place), hashes.get(place)):
                said += _keep(there, out, new, place in hashes)
    for name in sorted({*_FOLDERS, *(path.name for path in new.iterdir())}):
        if (out / name).is_dir():
            os.replace(out / name, old / name)
        if (new / name).exists():
            os.replace(new / name, out / name)
    written.write_text(json.dumps(hashes, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return said


def _files(path):
    return sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path] if path.is_file() else []


def _keep(there, out, new, is_ours):
    """Take a file that a hand changed among the new ones: one of ours under another name, any other as it is."""
    here = new / there.relative_to(out)
    here.parent.mkdir(parents=True, exist_ok=True)
    if not is_ours:
        shutil.copy2(there, here)
        return []
    number = 1 + sum(1 for _ in there.parent.glob(f"{there.stem}_changed_*{there.suffix}"))
    here = here.with_name(f"{there.stem}_changed_{number}{there.suffix}")
    shutil.copy2(there, here)
    return [f"You had changed {there.relative_to(out)}: yours is kept as {here.relative_to(new)}, and nothing of it is in the new one."]


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
    if (out / "for_lms").is_dir():
        print("  for_lms/        grades as the LMS imports them")
    else:
        print("No for_lms: none of these files has a name that Moodle or Canvas gave it.")
    if book.roster:
        nothing = len(set(book.roster.names) - set(book.students))
        others = len(set(book.students) - set(book.roster.names))
        print(f"Of the {len(book.roster.names)} on your class list {nothing} handed in nothing; {others} with files {'is' if others == 1 else 'are'} not on it: report.html names them.")
    if count["not graded"] or count["refused"]:
        print(f"{count['not graded']} could not be graded, and {count['refused']} files were not opened: report.html gives the reasons.")
    for line in said:
        print(line)

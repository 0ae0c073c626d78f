"""Run a student's notebook where it can do no harm: bubblewrap around all, and a lodging of its own for each submission.

A submission is untrusted code. It gets a read-only system with the course's libraries and tables, no network, no
home, no environment, no capabilities, a small disk in memory, and limits; what the grader expects never enters.
One sandbox holds one process with everything imported, which makes a lodging for each submission
(`acrosstheline.teach.inmate`), so that a submission costs little more than its own cells.

What comes back is a list of values. It is read here as what it is: text that a stranger wrote.
"""

import atexit
import contextlib
import json
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

HOUSE = "/course"
INSTALL = "Install bubblewrap (Debian and Ubuntu: `sudo apt install bubblewrap`; Fedora: `sudo dnf install bubblewrap`; Arch: `sudo pacman -S bubblewrap`) and try again."
_SYSTEM = ("/usr/bin", "/usr/lib", "/usr/lib64", "/usr/lib32", "/usr/share/zoneinfo", "/bin", "/lib", "/lib64", "/lib32", "/nix/store")  # what Python and a shell run on
_HIDDEN = ("teach", "site", "_checks")  # what of the package no submission needs
_MOST_BYTES = 16_000_000  # told by one submission
_MOST_LINES = 100_000
_LONGEST_LINE = 1_000_000
_MOST_FILES = 20_000
_NOBODY = 65534
_TRIES = 4
_TICK = 0.1
_START_SECONDS = 120
# How Python says that a limit was met: the end of an error's kind, and a part of its text.
_REFUSALS = (
    ("MemoryError", "", "This cell asked for more memory than it may have ({memory:.3g} GB)."),
    ("OSError", "[Errno 28]", "This cell wrote more to its disk than it may ({file} MB, and not too many files)."),
    ("OSError", "[Errno 27]", "This cell wrote more to its disk than it may ({file} MB, and not too many files)."),
    ("BlockingIOError", "[Errno 11]", "This cell started more processes than it may have ({processes})."),
    ("RuntimeError", "can't start new thread", "This cell started more threads than it may have ({processes})."),
)
_TOO_LONG = "The whole took longer than {:g} seconds."


class SandboxMissing(Exception):
    """No sandbox can be had here; the text says why, and what to install."""


class SandboxFailed(Exception):
    """The sandbox itself stopped working; no submission is to blame."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes
    ----------
    cell : float
        Seconds for one cell. It is interrupted then; one that goes on all the same is killed a little later,
        and the others are run without it.
    seconds : float
        Seconds for the whole submission.
    memory : int
        Bytes, for each process and for all of them together.
    output : int
        Characters that may be printed before an instructor hears of it. None are kept.
    processes : int
        Processes and threads at one time.
    file : int
        Bytes of one file, and of all files together. They lie in memory.
    """

    cell: float = 20
    seconds: float = 120
    memory: int = 2 * 1024**3
    output: int = 10_000_000
    processes: int = 32
    file: int = 64 * 1024**2


@dataclass
class Run:
    """What came of running a submission.

    Attributes
    ----------
    answers : dict
        For each task with an answer, what was given, as `acrosstheline.teach.returned.value` reads it.
    errors : list of dict
        ``cell`` (its place in the notebook, from 0), ``kind`` and ``text`` of each error.
    stopped : list of dict
        ``cell`` (or None) and ``why`` of each time that the run had to be ended from outside.
    limited : list of dict
        ``cell`` and ``why`` of each cell that met a limit, or left something behind, and went no further; the run did.
    cells : int
        How many code cells were begun.
    seconds : float
    printed : int
        How many characters were printed.
    loud : bool
        Whether these are more than the limits say.
    """

    answers: dict = field(default_factory=dict)
    errors: list = field(default_factory=list)
    stopped: list = field(default_factory=list)
    limited: list = field(default_factory=list)
    cells: int = 0
    seconds: float = 0
    printed: int = 0
    loud: bool = False


# --- what there is on this machine -------------------------------------------------------------------


def demand():
    """Make sure that a sandbox can be had.

    Raises
    ------
    SandboxMissing
        With what to install, and how.
    """
    why = _why_not()
    if why:
        raise SandboxMissing(f"Submissions are not run without a sandbox, and there is none here: {why}")


def kind():
    """Return how submissions are kept apart here, in a sentence."""
    demand()
    if _nests():
        return "bubblewrap around a prepared process; each submission in namespaces of its own."
    return "one bubblewrap for each submission, because this system allows no namespaces within it: slower by a second or two each."


@lru_cache(maxsize=1)
def _why_not():
    if not sys.platform.startswith("linux"):
        return "it needs Linux. On Windows use WSL, on macOS a Linux virtual machine or container."
    if shutil.which("bwrap") is None:
        return f"the program bwrap was not found. {INSTALL}"
    tried = subprocess.run([*_wrapping(Limits()), "--", _python(), "-I", "-S", "-c", "print('in')"], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=_START_SECONDS)
    if tried.stdout.strip() == "in":
        return ""
    said = (tried.stderr.strip().splitlines() or ["no reason given"])[-1]
    return (
        f"bwrap could not start ({said}). This system may not allow user namespaces: on Ubuntu 24.04 or later see "
        "`sysctl kernel.apparmor_restrict_unprivileged_userns`, in Docker start the container with `--security-opt seccomp=unconfined`, or ask whoever runs the machine."
    )


@lru_cache(maxsize=1)
def _nests():
    """Tell whether lodgings can be made within the sandbox, by making one that is left at once."""
    tale, limits = _Tale([]), Limits()
    with _piped(limits, [], [], set()) as (inn, out, end):
        command = [*_wrapping(limits), "--", *_program(mode="trial", inn=inn.fileno(), out=out.fileno())]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=[inn.fileno(), out.fileno()])
        out.close()
        _listen(tale, end, process.pid, limits, limits.seconds)
        process.kill()
        process.wait()
    return tale.ended and not tale.failed


def _python():
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def _prefixes():
    """Return where Python itself is, other than among the system's own folders."""
    return {sys.base_prefix, str(Path(_python()).parents[1])} - {"/usr"}


def _package():
    return Path(__file__).parents[1]


def _paths():
    """Return where a submission finds the course and the libraries, as it sees them."""
    return [f"{HOUSE}/src", *_libraries().values()]


def _libraries():
    """Return each folder of libraries, with where a submission sees it: nowhere that tells of the grader."""
    folders = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    return {folder: f"{HOUSE}/lib/{number}" for number, folder in enumerate(folders)}


def _wrapping(limits, processes=True):
    """Return the command that everything runs behind; without a view of its processes where nothing in it needs that."""
    command = [shutil.which("bwrap"), "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net", "--unshare-cgroup-try"]
    if _other_user():
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--uid", str(_NOBODY), "--gid", str(_NOBODY)]
    command += ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox", *(["--proc", "/proc"] if processes else [])]
    command += ["--perms", "0755", "--size", "4096", "--tmpfs", "/dev"]
    for device in ("null", "zero", "full", "random", "urandom"):
        command += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    command += [word for folder in _SYSTEM if os.path.islink(folder) for word in ("--symlink", os.readlink(folder), folder)]
    package, inside = _package(), f"{HOUSE}/src/acrosstheline"
    shown = {folder: folder for folder in _SYSTEM if os.path.isdir(folder) and not os.path.islink(folder)}
    shown |= _libraries() | {folder: folder for folder in _prefixes()}
    shown |= {str(package): inside, str(Path(__file__).with_name("inmate.py")): f"{HOUSE}/inmate.py"}
    course = package.parents[1]
    if not (package / "_data").is_dir():
        shown[str(course / "data")] = f"{HOUSE}/data"
    for folder in sorted({str(above) for place in shown.values() for above in Path(place).parents} - {"/"}):
        command += ["--perms", "0755", "--dir", folder]
    for there, here in shown.items():
        command += ["--ro-bind", there, here]
    hidden = [f"{inside}/{name}" for name in _HIDDEN if (package / name).is_dir()]
    hidden += [f"{here}/acrosstheline" for there, here in _libraries().items() if os.path.isdir(f"{there}/acrosstheline")]
    hidden += [str(course)] if (course / "exercises").is_dir() and any(course.is_relative_to(folder) for folder in (*_SYSTEM, *_prefixes())) else []
    for folder in hidden:
        command += ["--size", "4096", "--tmpfs", folder, "--remount-ro", folder]
    command += ["--perms", "1777", "--size", str(limits.file), "--tmpfs", "/tmp"]
    for name, value in {"HOME": "/tmp", "IPYTHONDIR": "/tmp/.ipython", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "TZ": "UTC"}.items():
        command += ["--setenv", name, value]
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]


def _other_user():
    """Return a user for submissions that owns nothing, where root starts them; None where someone else does.

    Root in a namespace of its own may know no other user; it is handled like everyone else.
    """
    if os.getuid() != 0:
        return None
    mapped = [tuple(map(int, line.split())) for line in Path("/proc/self/uid_map").read_text().splitlines()]
    for user in (100_000_000 + secrets.randbelow(1_000_000_000), _NOBODY):
        if any(first <= user < first + count for first, _, count in mapped):
            return user
    return None


def _program(protected=True, **told):
    """Return the command that starts the program inside, with what it is told."""
    told["paths"] = _paths() if protected else [*filter(None, sys.path)]
    told["user"] = _other_user() if protected else None
    place = f"{HOUSE}/inmate.py" if protected else str(Path(__file__).with_name("inmate.py"))
    return [_python(), "-I", "-S", "-B", place, json.dumps(told)]


# --- one try -----------------------------------------------------------------------------------------


class _Tale:
    """What one try told: lines of JSON from a stranger, of which only the last of each kind are kept."""

    def __init__(self, cells):
        self.places = {place for place, _ in cells}
        self.cell, self.cells, self.printed, self.ended, self.failed, self.why = None, 0, 0, False, "", ""
        self.rang, self.left, self.crowded = set(), set(), set()
        self.answers, self.errors, self._bytes, self._lines, self._rest, self.too_much = {}, [], 0, 0, b"", False

    def hear(self, data):
        """Take in some bytes."""
        self._bytes += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._lines += len(lines)
        self.too_much = self._bytes > _MOST_BYTES or self._lines > _MOST_LINES or len(self._rest) > _LONGEST_LINE
        for line in lines if not self.too_much else ():
            with contextlib.suppress(Exception):  # whatever a stranger writes, the next line may be sound
                self._take(*json.loads(line, parse_constant=_refused))

    def _take(self, word, *said):
        if word == "start" and self._is_place(said[0]):
            self.cell, self.cells, self.ended = said[0], self.cells + 1, False
        elif word == "answer" and isinstance(said[0], str) and isinstance(said[1], str):
            self.answers[said[0][:20]] = said[1]
        elif word == "error" and self._is_place(said[0]) and len(self.errors) < 200:
            self.errors.append({"cell": said[0], "kind": _clean(said[1], 100), "text": _clean(said[2], 500)})
        elif word == "rang" and self._is_place(said[0]):
            self.rang.add(said[0])
        elif word == "left" and self._is_place(said[0]):
            self.left.add(said[0])
        elif word == "printed" and type(said[0]) is int:
            self.printed = min(max(said[0], 0), 10**15)
        elif word == "failed":
            self.failed = _clean(said[0], 300)
        elif word == "end":
            self.ended = True

    def _is_place(self, number):
        return type(number) is int and number in self.places


def _refused(name):
    raise ValueError(name)


def _clean(text, most):
    """Return a stranger's text without what cannot be written, no longer than may be."""
    return str(text)[:most].encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")


class _Prepared:
    """A sandbox with a process that has everything imported, and makes a lodging for each submission."""

    def __init__(self):
        self._process, self._control = None, None

    def run(self, limits, cells, tasks, skip, seconds):
        """Run one submission once.

        Raises
        ------
        SandboxFailed
            If it cannot be started.
        """
        self.prepare()
        tale = _Tale(cells)
        with _piped(limits, cells, tasks, skip) as (inn, out, end):
            try:
                socket.send_fds(self._control, [b"go"], [inn.fileno(), out.fileno()])
            except OSError:
                self.close()
                raise SandboxFailed("The sandbox ended before a submission was run.") from None
            out.close()
            try:
                tale.why = _listen(tale, end, self._process.pid, limits, seconds)
            finally:
                self._clear()
        return tale

    def prepare(self):
        """Start it, where it is not there yet or has died.

        Raises
        ------
        SandboxFailed
        """
        if self._process and self._process.poll() is None:
            return
        self.close()
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, tempfile.TemporaryFile() as errors:
            command = [*_wrapping(Limits()), "--", *_program(mode="serve", control=theirs.fileno())]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, pass_fds=[theirs.fileno()])
            theirs.close()
            self._control = mine
            mine.settimeout(_START_SECONDS)
            with contextlib.suppress(OSError):
                if mine.recv(64) == b"ready":
                    return
            said = _last(errors)
        self.close()
        raise SandboxFailed(f"The sandbox could not be prepared. {said}")

    def _clear(self):
        """Have a lodging emptied, and wait for it; if it does not go, end the whole sandbox, and start another next time."""
        self._control.settimeout(3)
        try:
            self._control.send(b"stop")
            if not self._control.recv(64).startswith(b"ended"):
                self.close()
        except OSError:
            self.close()

    def close(self):
        """End the sandbox and everything in it."""
        if self._control:
            self._control.close()
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = self._control = None


class _Single:
    """A sandbox for one submission at a time, or none at all where an instructor asked for that by name."""

    def __init__(self, protected):
        self._protected = protected

    def prepare(self):
        """Do nothing: each submission is prepared for by itself."""

    def run(self, limits, cells, tasks, skip, seconds):
        """Run one submission once."""
        tale = _Tale(cells)
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as said, _piped(limits, cells, tasks, skip, self._protected) as (inn, out, end):
            command = _program(self._protected, mode="once", inn=inn.fileno(), out=out.fileno())
            if self._protected:
                command = [*_wrapping(limits, processes=False), "--", *command]
            place = {} if self._protected else {"cwd": folder, "env": {"HOME": folder, "PATH": os.defpath, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}}
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, pass_fds=[inn.fileno(), out.fileno()], start_new_session=True, **place)
            out.close()
            try:
                tale.why = _listen(tale, end, process.pid, limits, seconds)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            tale.failed = tale.failed or _last(said)
        return tale

    def close(self):
        """Do nothing: nothing is kept."""


def _last(file):
    """Return the last that a program said before it ended."""
    file.seek(max(0, file.seek(0, os.SEEK_END) - 1000))
    return _clean(file.read().decode("utf-8", "replace").strip(), 1000)


@contextlib.contextmanager
def _piped(limits, cells, tasks, skip, protected=True):
    """Give a file from which a submission can be read, one that it can answer through, and the other end of that."""
    end, out = os.pipe()
    with tempfile.TemporaryFile() as file, open(out, "wb") as out, open(end, "rb", buffering=0) as end:
        file.write(json.dumps({"cells": cells, "tasks": tasks, "skip": sorted(skip), "limits": asdict(limits), "protected": protected}).encode())
        file.seek(0)
        os.set_blocking(end.fileno(), False)
        yield file, out, end


def _listen(tale, end, pid, limits, seconds):
    """Hear a submission to its end. Return why it was stopped, or nothing where it ended by itself."""
    begun, cell = time.monotonic(), None
    weigh_at, deadline = begun, begun + _START_SECONDS
    while True:
        ready, _, _ = select.select([end], [], [], _TICK)
        now = time.monotonic()
        if ready:
            data = end.read(1 << 16)
            if not data:
                return ""
            tale.hear(data)
        if tale.too_much:
            return "It sent more than any answer needs."
        if cell is None and tale.cell is not None:
            deadline = now + seconds
        if tale.cell != cell:
            cell, begun = tale.cell, now
        if now > weigh_at:
            weigh_at = now + _TICK
            family = _family(pid)
            if len(family) >= limits.processes:
                tale.crowded.add(cell)
            if _weight(family, limits.memory) > limits.memory:
                return "All its processes together took more memory than they may."
            if _files(family) > _MOST_FILES:
                return "It made more files than it may."
        if now > deadline:
            return _TOO_LONG.format(limits.seconds)
        if cell is not None and now - begun > 1.5 * limits.cell + 1:
            return f"This cell took longer than {limits.cell:g} seconds, and could not be interrupted."


# --- weighing ----------------------------------------------------------------------------------------


def _weight(family, enough):
    """Return how much memory some processes hold: roughly, and exactly where that seems too much."""
    rough = sum(map(_resident, family))
    return rough if rough <= enough else sum(map(_share, family))


def _family(pid):
    """Return a process with all that came of it, as far as the system tells."""
    family = [pid]
    for member in family:
        with contextlib.suppress(OSError, ValueError):
            for thread in os.listdir(f"/proc/{member}/task"):
                family += map(int, Path(f"/proc/{member}/task/{thread}/children").read_text().split())
    return family


def _files(family):
    """Return how many files there are on a sandbox's small disk: each takes memory, even an empty one."""
    with contextlib.suppress(OSError):
        place = Path("/proc", str(family[-1]), "root", "tmp")
        disk = os.statvfs(place)
        return disk.f_files - disk.f_ffree if os.stat(place).st_dev != os.stat("/tmp").st_dev else 0
    return 0


def _resident(pid):
    """Return the memory that a process holds and that is no file's."""
    return _counted(f"/proc/{pid}/status", ("RssAnon:", "RssShmem:", "VmSwap:"))


def _share(pid):
    """Return a process's fair share of the memory that it holds, together with others or alone."""
    return _counted(f"/proc/{pid}/smaps_rollup", ("Pss:", "SwapPss:")) or _resident(pid)


def _counted(path, names):
    with contextlib.suppress(OSError, ValueError):
        words = [line.split() for line in Path(path).read_text().splitlines()]
        return 1024 * sum(int(word[1]) for word in words if word and word[0] in names)
    return 0


# --- all tries ---------------------------------------------------------------------------------------


class Sandbox:
    """A place to run submissions in, one after the other. Use it in a ``with``, from one thread.

    Parameters
    ----------
    limits : Limits, optional
    protected : bool
        False runs students' code on this machine as it is, with all that you may do; nothing of ours does that
        unless an instructor asked for it by name.

    Raises
    ------
    SandboxMissing
        If it is to be protected, and no sandbox can be had.
    """

    def __init__(self, limits=None, protected=True):
        self.limits = limits or Limits()
        if protected:
            demand()
        self._inside = _Prepared() if protected and _nests() else _Single(protected)
        atexit.register(self.close)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End the sandbox and everything in it."""
        self._inside.close()
        atexit.unregister(self.close)

    def run(self, notebook, tasks, limits=None):
        """Run a notebook's code cells, and return what they answer.

        A cell that ends the program, or cannot be interrupted, is left out and the rest is run again.

        Parameters
        ----------
        notebook : dict
            In nbformat 4.
        tasks : list of str
            For ``"2b"``, what the name ``answer_2b`` holds is returned.
        limits : Limits, optional
            For this submission, in place of the sandbox's own.

        Returns
        -------
        Run

        Raises
        ------
        SandboxFailed
            If the sandbox itself does not work.
        """
        self._inside.prepare()
        limits, begun = limits or self.limits, time.monotonic()
        cells = [[place, "".join(cell["source"])] for place, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code"]
        run, skip = Run(), set()
        for _ in range(_TRIES):
            left = limits.seconds - (time.monotonic() - begun if skip else 0)
            tale = self._try(limits, cells, tasks, skip, left)
            _gather(run, tale, tasks, limits)
            if tale.ended:
                break
            run.stopped.append({"cell": tale.cell, "why": tale.why or "This cell ended the program."})
            skip.add(tale.cell)
            if tale.why == _TOO_LONG.format(limits.seconds) or time.monotonic() - begun > limits.seconds:
                break
        run.loud = run.printed > limits.output
        run.seconds = round(time.monotonic() - begun, 3)
        return run

    def _try(self, limits, cells, tasks, skip, seconds):
        """Try once; and once more where not one cell was begun, for which no submission is to blame."""
        for last in (False, True):
            time.sleep(last)
            try:
                tale = self._inside.run(limits, cells, tasks, skip, seconds)
            except SandboxFailed:
                if last:
                    raise
                continue
            if tale.cell is not None or tale.ended:
                return tale
            if last:
                raise SandboxFailed(f"The sandbox ended before a cell was begun. {tale.failed or tale.why}")


def _gather(run, tale, tasks, limits):
    """Add what one try told. A later try has left out a cell: what only the earlier one answered still counts."""
    for task in tasks:
        if task in tale.answers:
            answer = _answer(tale.answers[task])
            if answer != {"is": "dots"} or task not in run.answers:
                run.answers[task] = answer
    run.cells = max(run.cells, tale.cells)
    run.printed = max(run.printed, tale.printed)
    run.errors = tale.errors if len(tale.errors) >= len(run.errors) or tale.ended else run.errors
    run.limited += [one for one in _limited(tale, limits) if one not in run.limited]


def _limited(tale, limits):
    """Yield each cell that met a limit and did not end the run, with what it met. None of it is an honest cell's."""
    for cell in sorted(tale.rang):
        yield {"cell": cell, "why": f"This cell took longer than {limits.cell:g} seconds, and was interrupted."}
    for cell in sorted(tale.crowded & tale.places):
        yield {"cell": cell, "why": f"This cell started as many processes as it may have ({limits.processes})."}
    for cell in sorted(tale.left):
        yield {"cell": cell, "why": "This cell left processes running; they were ended."}
    for error in tale.errors:
        for kind, text, why in _REFUSALS:
            if error["kind"].endswith(kind) and text in error["text"]:
                yield {"cell": error["cell"], "why": why.format(memory=limits.memory / 2**30, file=limits.file >> 20, processes=limits.processes)}


def _answer(line):
    try:
        return json.loads(line, parse_constant=_refused)
    except (ValueError, RecursionError):
        return {"unread": "text"}

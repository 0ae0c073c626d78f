"""What runs inside the grading sandbox: a student's cells, one by one, and nothing that a mark is made of.

This file is started by `acrosstheline.teach.sandbox` inside bubblewrap, as a program of its own. It imports the
course's libraries once, then makes a *lodging* for each submission: a process of its own in namespaces of its
own, with a small disk in memory, no capabilities, few system calls and hard limits. What a submission leaves in
its lodging ends with it. Nothing that comes out of here is believed to be more than values that a student gave.

Where namespaces may not be nested, bubblewrap starts this file once for each submission (``once``).
"""

import array
import contextlib
import ctypes
import gc
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import time

INSIDE = 65534  # what a submission believes to be its user
MOST_ERRORS = 100
LONGEST_ERROR = 500
LONGEST_TEXT = 100_000  # characters of one text
MOST_VALUES = 2_000  # values within one answer
DEEPEST = 6
LARGEST = 400_000  # bytes of one answer

# --- system calls ------------------------------------------------------------------------------------

NEW_MOUNTS, NEW_CGROUP, NEW_UTS, NEW_IPC, NEW_USER, NEW_PID, NEW_NET = (
    0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)  # fmt: skip
_ALL_NEW = NEW_MOUNTS | NEW_CGROUP | NEW_UTS | NEW_IPC | NEW_USER | NEW_PID | NEW_NET
_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_PROGRAMS, _RECURSIVE, _PRIVATE = 1, 2, 4, 8, 16384, 1 << 18
_DEATH_SIGNAL, _DUMPABLE, _DROP_BOUND, _SECCOMP, _NO_NEW_PRIVILEGES, _AMBIENT, _CLEAR_AMBIENT = 1, 4, 24, 22, 38, 47, 4

# Calls that no honest notebook makes, by their numbers on x86_64 and aarch64 (None: not there).
FORBIDDEN = {
    "acct": (163, 89), "add_key": (248, 217), "bpf": (321, 280), "chroot": (161, 51), "delete_module": (176, 106),
    "fanotify_init": (300, 262), "finit_module": (313, 273), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fsopen": (430, 430), "fspick": (433, 433), "init_module": (175, 105), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "io_uring_setup": (425, 425), "ioperm": (173, None), "iopl": (172, None),
    "kcmp": (312, 272), "kexec_file_load": (320, 294), "kexec_load": (246, 104), "keyctl": (250, 219),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "modify_ldt": (154, None), "mount": (165, 40),
    "mount_setattr": (442, 442), "move_mount": (429, 429), "mq_open": (240, 180), "msgget": (68, 186),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "open_tree": (428, 428),
    "perf_event_open": (298, 241), "personality": (135, 92), "pidfd_getfd": (438, 438), "pivot_root": (155, 41),
    "process_madvise": (440, 440), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "ptrace": (101, 117), "quotactl": (179, 60), "reboot": (169, 142), "request_key": (249, 218),
    "semget": (64, 190), "setdomainname": (171, 162), "sethostname": (170, 161), "setns": (308, 268),
    "shmget": (29, 194), "swapoff": (168, 225), "swapon": (167, 224), "syslog": (103, 116), "umount2": (166, 39),
    "unshare": (272, 97), "userfaultfd": (323, 282), "vhangup": (153, 58),
}  # fmt: skip
_MACHINES = {"x86_64": (0, 0xC000003E, 56, 41), "aarch64": (1, 0xC00000B7, 220, 198)}  # column, audit name, clone, socket
_CLONE3, _UNIX = 435, 1
_NOT_PERMITTED, _NO_SUCH_CALL, _NO_FAMILY = 1, 38, 97

_dumps, _loads = json.dumps, json.loads  # as they were before any submission could change them
_libc = ctypes.CDLL(None, use_errno=True)


def _call(name, *arguments):
    """Call the C library, or raise what went wrong."""
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _prctl(*arguments):
    _call("prctl", *(ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:5]))


def _mount(kind, place, flags, options=""):
    _call("mount", kind.encode(), place.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())


def _filter(machine):
    """Return the rules that refuse `FORBIDDEN` calls, new namespaces, and sockets other than local ones."""
    column, audit, clone, opens_socket = _MACHINES[machine]
    refuse = 0x00050000

    def rule(code, value, if_true=0, if_false=0):
        return struct.pack("HBBI", code, if_true, if_false, value)

    load, equal, at_least, any_bit, leave = 0x20, 0x15, 0x35, 0x45, 0x06
    rules = [rule(load, 4), rule(equal, audit, 1, 0), rule(leave, 0x80000000), rule(load, 0)]
    if machine == "x86_64":
        rules += [rule(at_least, 0x40000000, 0, 1), rule(leave, refuse | _NOT_PERMITTED)]
    for number in sorted(numbers[column] for numbers in FORBIDDEN.values() if numbers[column] is not None):
        rules += [rule(equal, number, 0, 1), rule(leave, refuse | _NOT_PERMITTED)]
    rules += [rule(equal, _CLONE3, 0, 1), rule(leave, refuse | _NO_SUCH_CALL)]
    rules += [rule(equal, clone, 0, 3), rule(load, 16), rule(any_bit, _ALL_NEW, 0, 5), rule(leave, refuse | _NOT_PERMITTED)]
    rules += [rule(equal, opens_socket, 0, 3), rule(load, 16), rule(equal, _UNIX, 1, 0), rule(leave, refuse | _NO_FAMILY)]
    return b"".join([*rules, rule(leave, 0x7FFF0000)])


def _refuse_calls():
    """Refuse for good the system calls that no honest notebook makes. Return whether this machine's are known."""
    machine = os.uname().machine
    if machine not in _MACHINES:
        return False
    rules = _filter(machine)
    held = ctypes.create_string_buffer(rules)
    program = ctypes.create_string_buffer(struct.pack("HP", len(rules) // 8, ctypes.addressof(held)))
    _prctl(_SECCOMP, 2, ctypes.addressof(program))
    return True


def _drop_capabilities():
    """Give up every capability, and every way to new ones."""
    with contextlib.suppress(OSError):
        _prctl(_AMBIENT, _CLEAR_AMBIENT)
    for capability in range(64):
        with contextlib.suppress(OSError):
            _prctl(_DROP_BOUND, capability)
    header = ctypes.create_string_buffer(struct.pack("II", 0x20080522, 0))
    _call("capset", header, ctypes.create_string_buffer(24))
    _prctl(_NO_NEW_PRIVILEGES, 1)


def _limit(limits, processes):
    """Set the limits that the kernel itself keeps."""
    seconds = int(limits["seconds"]) + 5
    wanted = {
        resource.RLIMIT_AS: limits["memory"], resource.RLIMIT_CPU: seconds, resource.RLIMIT_FSIZE: limits["file"],
        resource.RLIMIT_NOFILE: 128, resource.RLIMIT_CORE: 0, resource.RLIMIT_MEMLOCK: 0, resource.RLIMIT_MSGQUEUE: 0, resource.RLIMIT_SIGPENDING: 1024,
    }  # fmt: skip
    if processes:
        wanted[resource.RLIMIT_NPROC] = limits["processes"]
    for name, most in wanted.items():
        hard = resource.getrlimit(name)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(name, (most, most))


def _become(user):
    """Where this was started by root: become a user that owns nothing, and nothing else any more."""
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)


# --- lodgings ----------------------------------------------------------------------------------------


def _lodge(inn, out):
    """Make new namespaces, and a first process in them that runs one submission; wait for its end (never returns)."""
    lodger = 0

    def end(*_):
        if lodger:
            with contextlib.suppress(OSError):
                os.kill(lodger, signal.SIGKILL)
        else:
            os._exit(99)

    try:
        signal.signal(signal.SIGTERM, end)
        _prctl(_DEATH_SIGNAL, signal.SIGKILL)
        _prctl(_DUMPABLE, 1)
        user, group = os.getuid(), os.getgid()
        _call("unshare", _ALL_NEW)
        for name, text in (("setgroups", "deny"), ("uid_map", f"{INSIDE} {user} 1"), ("gid_map", f"{INSIDE} {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        lodger = os.fork()
        if not lodger:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
            _close_in(inn, out)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
        os.close(inn)
        os.close(out)
        status = os.waitpid(lodger, 0)[1]
        os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
    except BaseException as error:
        _say(out, "failed", f"{type(error).__name__}: {error}")
        os._exit(98)


def _close_in(inn, out):
    """As the first process of a lodging: leave nothing within reach, then run the submission (never returns)."""
    try:
        os.setsid()  # a signal to one's own group crosses namespaces, and would reach whoever shares it
        _prctl(_DEATH_SIGNAL, signal.SIGKILL)
        job = _job(inn)
        _mount("none", "/", _RECURSIVE | _PRIVATE)
        plain = _NO_SUID | _NO_DEVICES | _NO_PROGRAMS
        _mount("tmpfs", "/tmp", plain, f"size={job['limits']['file']},nr_inodes=4096,mode=700")
        _mount("tmpfs", "/proc", plain | _READ_ONLY, "size=4k,nr_inodes=2,mode=555")
        os.chdir("/tmp")
        _run_one(job, out)
    except BaseException as error:
        _say(out, "failed", f"{type(error).__name__}: {error}")
    os._exit(97)


def _job(inn):
    """Return what is to be run: read once, and closed."""
    with open(inn, "rb") as file:
        return json.loads(file.read())


def _run_one(job, out):
    """Give up every power, and run a submission's cells."""
    os.makedirs("work", exist_ok=True)
    os.chdir("work")
    out = _keep_only(out)
    _limit(job["limits"], processes=job["protected"])
    if job["protected"]:
        _drop_capabilities()
        _refuse_calls()
    Cells(job, Voice(out)).run()
    os._exit(0)


def _keep_only(out):
    """Close every descriptor but one, and point the three usual ones at nothing. Return the one."""
    nothing = os.open("/dev/null", os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.dup2(out, 3)
    os.closerange(4, 65536)
    return 3


def _say(out, *words):
    with contextlib.suppress(OSError):
        os.write(out, json.dumps(words).encode() + b"\n")


# --- cells -------------------------------------------------------------------------------------------


class OutOfTime(KeyboardInterrupt):
    """A cell took longer than it may."""


class Voice:
    """What a submission can tell the grader, one line of JSON at a time."""

    def __init__(self, out):
        self._out, self._mine = out, os.getpid()
        self._write, self._pid = os.write, os.getpid

    def is_mine(self):
        """Tell whether this process is the one that began, and no copy that the submission made of it."""
        return self._pid() == self._mine

    def say(self, *words):
        if not self.is_mine():
            os._exit(0)
        line = _dumps(words).encode() + b"\n"
        while line:
            line = line[self._write(self._out, line) :]


class Discarded:
    """A place to print to that keeps nothing and counts."""

    encoding, errors, closed, name = "utf-8", "replace", False, "<output>"

    def __init__(self):
        self.count = 0

    def write(self, text):
        self.count += len(text)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def isatty(self):
        return False

    def readable(self):
        return False

    writable = seekable = readable

    def flush(self):
        pass

    close = flush

    def fileno(self):
        return 1


class Cells:
    """The cells of one submission, run in order as a notebook does; what they answer is told after each."""

    def __init__(self, job, voice):
        from acrosstheline import answers

        self.job, self.voice, self.answers = job, voice, answers
        self.seen, self.told, self.errors = {}, {}, 0
        self.output, self.rang = Discarded(), False

    def run(self):
        """Run every cell that is not to be left out, and tell what came of it."""
        if not self.job["cells"]:
            return self.voice.say("end")
        shell = _shell()
        _judge_elsewhere(self.job["tasks"])
        sys.stdout = sys.stderr = self.output
        signal.signal(signal.SIGALRM, self._ring)
        for place, source in self.job["cells"]:
            if place not in self.job["skip"]:
                self.voice.say("start", place)
                self._cell(shell, place, source)
        self._within_time(lambda: self._tell(shell, everything=True))
        self.voice.say("printed", self.output.count)
        self.voice.say("end")

    def _ring(self, *_):
        self.rang = True
        raise OutOfTime("The cell took longer than a cell may take.")

    def _within_time(self, work):
        """Do something that a submission may make endless, for as long as a cell may take."""
        try:
            signal.setitimer(signal.ITIMER_REAL, self.job["limits"]["cell"], 1)
            try:
                return work()
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        except BaseException as error:
            return error

    def _cell(self, shell, place, source):
        self.rang = False
        found = self._within_time(lambda: _failure(shell.run_cell(source, store_history=False)))
        if not self.voice.is_mine():
            os._exit(0)
        if self.job["protected"]:
            if _end_all_others():
                self.voice.say("left", place)
        if found is not None:
            self._tell_error(place, found)
        self._within_time(lambda: self._tell(shell))
        if self.rang:
            self.voice.say("rang", place)
        for watching in shell.events.callbacks.values():
            watching.clear()

    def _tell_error(self, place, error):
        self.errors += 1
        if self.errors <= MOST_ERRORS:
            kind, text = type(error).__name__[:100], ""
            with contextlib.suppress(BaseException):
                text = str(error)[:LONGEST_ERROR]
            self.voice.say("error", place, kind, text)

    def _tell(self, shell, everything=False):
        """Tell each answer that was given since the last time: what counts is the last that was not blank.

        A list may change in place; a chart or a column hardly ever.
        """
        for task in self.job["tasks"]:
            answer = shell.user_ns.get(f"answer_{task}", ...)
            same = task in self.seen and answer is self.seen[task]
            if same and not (everything and isinstance(answer, (list, dict, set))):
                continue
            self.seen[task] = answer
            if answer is ... and task in self.told:
                continue
            line = _written(answer, self.answers)
            if line != self.told.get(task):
                self.told[task] = line
                self.voice.say("answer", task, line)


def _end_all_others(kill=os.kill, wait=os.waitpid, sleep=time.sleep, sign=signal.SIGKILL, ready=os.WNOHANG):
    """End the processes that a cell left behind, and return whether there were any. Only in a sandbox: there are no others there."""
    _bury(wait, ready)
    try:
        kill(-1, sign)
    except OSError:
        return False
    with contextlib.suppress(OSError):
        for _ in range(200):  # they take a moment to go
            _bury(wait, ready)
            kill(-1, 0)
            sleep(0.005)
    return True


def _bury(wait, ready):
    """Forget the processes that have ended."""
    with contextlib.suppress(OSError):
        while wait(-1, ready)[0]:
            pass


def _failure(result):
    return result.error_before_exec or result.error_in_exec


def _shell():
    """Return the notebook's shell."""
    from IPython.core.interactiveshell import InteractiveShell

    return InteractiveShell.instance()


def _judge_elsewhere(tasks):
    """Let checks answer at once: they are judged outside, and nothing of what is expected is in here."""
    from acrosstheline import checks

    checks.about = lambda name: {"title": name, "minutes": 0, "practises": "", "tasks": {task: {"kind": "essay"} for task in tasks}}
    checks.Checker.feedback = lambda self, task, answer: checks.Feedback(str(task), "blank", "This is judged outside.")


# --- answers -----------------------------------------------------------------------------------------


def _written(answer, answers):
    """Return an answer as JSON text: what it is, and what it holds as far as a check looks at it."""
    try:
        if hasattr(type(answer), "as_answer"):
            answer = answer.as_answer
        line = _dumps(_Writer(answers).form(answer), allow_nan=False)
    except OutOfTime:
        raise
    except BaseException as error:
        line = _dumps({"unread": type(error).__name__[:100]})
    return line if len(line) <= LARGEST else json.dumps({"large": len(line)})


class _Writer:
    """Writes a value as plain JSON with its kind beside it."""

    def __init__(self, answers):
        self._answers, self._left = answers, MOST_VALUES

    def form(self, value, depth=0):
        if value is ... or value is None or value is True or value is False:
            return {"is": {Ellipsis: "dots", None: "none", True: "true", False: "false"}[value]}
        kind = type(value)
        if kind in (int, float):
            return _number(value)
        if isinstance(value, str):
            text = str.__str__(value)
            return {"text": text[:LONGEST_TEXT]} | ({"cut": len(text)} if len(text) > LONGEST_TEXT else {})
        if self._answers._looks_like_chart(value):
            return {"chart": _chart(value, self._answers), "typed": isinstance(value, dict)}
        library = kind.__module__.partition(".")[0]
        if library == "pandas":
            return self._pandas(value, depth)
        if library == "numpy" and hasattr(value, "tolist"):
            return self._numpy(value, value.tolist(), depth)
        for name, types in (("set", set), ("frozenset", frozenset), ("list", list), ("tuple", tuple)):
            if isinstance(value, types):
                return {name: self._several(value, depth)} | self._cut(value)
        if isinstance(value, dict):
            return {"mapping": self._pairs(value.items(), depth)} | self._cut(value)
        if isinstance(value, (int, float)):
            return _number(float(value) if isinstance(value, float) else int(value))
        return _other(value)

    def _numpy(self, value, inner, depth):
        if isinstance(inner, list):
            return {"array": self.form(inner, depth + 1), "type": "ndarray"}
        if isinstance(inner, bool):
            return {"numpy": self.form(inner, depth + 1)}
        return self.form(inner, depth + 1)

    def _several(self, values, depth):
        return [self.form(value, depth + 1) for value in self._few(values, depth)]

    def _pairs(self, pairs, depth):
        return [[self.form(label, depth + 1), self.form(value, depth + 1)] for label, value in self._few(pairs, depth)]

    def _few(self, values, depth):
        """Yield as many values as may still be told."""
        for value in values if depth < DEEPEST else ():
            self._left -= 1
            if self._left < 0:
                return
            yield value

    def _cut(self, values):
        return {"cut": len(values)} if self._left < 0 else {}

    def _pandas(self, value, depth):
        if hasattr(value, "columns") and hasattr(value, "iloc"):
            labels = [str(label)[:100] for label in list(value.columns)[:50]]
            if len(value.columns) > 2 or not len(value.columns):
                return {"table": labels, "columns": len(value.columns), "rows": len(value), "unique": bool(value.index.is_unique)}
            return {"table": labels, "columns": len(labels), "rows": len(value), "held": [self._pandas(value.iloc[:, number], depth + 1) for number in range(len(labels))]}
        if hasattr(value, "index") and hasattr(value, "iloc"):
            return {"column": self._pairs(zip(value.index.tolist(), value.tolist()), depth), "type": str(value.dtype)[:50]} | self._cut(value)
        if hasattr(value, "tolist"):
            return {"array": {"list": self._several(value.tolist(), depth)} | self._cut(value), "type": type(value).__name__}
        return _other(value)


def _number(value):
    if isinstance(value, int):
        return {"whole": str(value)} if value.bit_length() < 10_000 else {"is": "infinite"}
    if value != value:
        return {"is": "nan"}
    return {"is": "infinite" if value > 0 else "minus infinite"} if value in (float("inf"), float("-inf")) else {"number": value}


def _other(value):
    return {"other": type(value).__name__[:100], "text": str(value)[:300], "callable": callable(value), "span": hasattr(value, "total_seconds")}


def _chart(chart, answers):
    """Return what a check looks at in a chart: its mark, what stands behind each channel, and the values that it draws."""
    try:
        spec = chart if isinstance(chart, dict) else chart.to_dict()
    except Exception as error:
        return {"unmade": str(error)[:1000], "marked": type(getattr(chart, "mark", None)).__name__ != "UndefinedType"}
    if "mark" not in spec:
        return {"several": True}
    told = {"mark": spec["mark"], "encoding": spec.get("encoding", {}), "transform": bool(spec.get("transform"))}
    rows = answers._rows(spec)
    if rows is not None:
        channels = [channel for name, channel in spec.get("encoding", {}).items() if name in answers.CHANNELS and isinstance(channel, dict)]
        fields = sorted({channel["field"] for channel in channels if isinstance(channel.get("field"), str)})
        table = {"fields": fields, "rows": [[row.get(field) for field in fields] for row in rows]}
        told |= table if len(_dumps(table, default=str)) < LARGEST * 3 // 4 else {"drawn": answers.drawn(spec)}
    else:
        told["drawn"] = spec.get("drawn")
    return _loads(_dumps(told, default=str))


# --- the program -------------------------------------------------------------------------------------


# What most notebooks import, and what most of them do: done once.
_IMPORTS = "import altair as alt, ipywidgets, numpy as np, pandas as pd, acrosstheline as atl\nfrom acrosstheline import answers, checks, plain_errors, tables"
_FIRST = """
[getattr(atl, name) for name in atl._HOME]
[atl.load(entry["name"]) for entry in tables.manifest()["resources"] if entry["path"].endswith(".csv")]
atl.ledger(), atl.ledger(topic="policy"), atl.sources_used
check = atl.exercise("first_steps")
atl.pick("Which?", ["this", "that"], chosen=...)
frame = pd.DataFrame({"label": ["a", "b"], "size": [1.5, 2.5], "year": [2007, 2023]})
for chart in (alt.Chart(frame).mark_bar().encode(x="label:N", y="sum(size):Q", color="label"), alt.Chart(frame).mark_line().encode(x="year:O", y="size")):
    answers.drawn(chart.properties(title="t", width=300).to_dict())
frame.groupby("label")["size"].sum().sort_values(ascending=False).round(1).to_dict()
frame.merge(frame, on="label").pivot_table(index="label", values="size_x"), frame.set_index("label").loc["a", "size"], frame["label"].isin(["a"]).mean()
frame.query("size > 2"), frame["label"].str.contains("a"), frame["label"].map({"a": 1}), frame["label"].value_counts().head(), frame["label"].nunique()
pd.to_datetime(pd.Series(["2023-10-03", "2023-11-01"])).dt.year.diff(), pd.Timestamp("2023-10-03") - pd.Timestamp("2023-10-01"), pd.Series([1, None]).fillna(0)
for wrong in ("1 / 0", "nowhere", "frame['nowhere']"):
    get_ipython().run_cell(wrong)
"""


def _prepare():
    """Make the notebook's shell, one that shows nothing and keeps no history, and import what every notebook does."""
    from IPython.core.interactiveshell import InteractiveShell

    sys.modules["rfc3987_syntax"] = None  # JSON Schema loads it, if it is there, to judge addresses beyond ASCII: half of the time that all imports take
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    shell.display_formatter.format = lambda *_, **__: ({}, {})
    shell.showtraceback = shell.showsyntaxerror = shell.showindentationerror = lambda *_, **__: None
    shell.ask_exit = lambda: None
    shell.colors = "nocolor"
    shell.displayhook.__class__ = _quiet(type(shell.displayhook))
    shell.run_cell(_IMPORTS)
    shell.reset(new_session=False)


def _warm():
    """Use once what notebooks use, so that no submission waits for it. Where a part fails, it waits."""
    shell = _shell()
    shell.run_cell(_IMPORTS)
    shell.run_cell(_FIRST)
    shell.reset(new_session=False)
    gc.collect()
    gc.freeze()


def _quiet(hook):
    """Return a display hook that remembers the last value, and does not draw it."""

    class Quiet(hook):
        def __call__(self, result=None):
            if result is not None:
                self.update_user_ns(result)

    return Quiet


def serve(control):
    """Make a lodging for each submission that comes through a socket, until it is closed."""
    _prctl(_DUMPABLE, 0)
    while True:
        word, sent = _received(control)
        if not word:
            os._exit(0)
        if word != b"go" or len(sent) != 2:
            continue
        (inn, out), (end, mine) = sent, os.pipe()
        keeper = os.fork()
        if not keeper:
            control.close()
            os.close(end)
            _lodge(inn, out)
        for number in (inn, out, mine):
            os.close(number)
        control.send(b"ended %d" % _attended(keeper, end, control))


def _attended(keeper, end, control):
    """Wait for a lodging's end, and bring it about when told to. Return how it ended."""
    stopped = False
    while True:
        ready, _, _ = select.select([end, *([] if stopped else [control])], [], [])
        if control in ready:
            if not control.recv(64):
                os._exit(0)
            stopped = True
            os.kill(keeper, signal.SIGTERM)
        if end in ready:
            os.close(end)
            status = os.waitpid(keeper, 0)[1]
            return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def _received(control):
    size = array.array("i").itemsize
    word, extra, _, _ = control.recvmsg(64, socket.CMSG_SPACE(2 * size))
    sent = array.array("i")
    for level, kind, data in extra:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            sent.frombytes(data[: len(data) - len(data) % size])
    return word, list(sent)


def main():
    """Start as told in the one argument: JSON with mode, paths, user and descriptors."""
    told = json.loads(sys.argv[1])
    sys.argv[1:] = []
    _become(told["user"])
    sys.path[:] = [*told["paths"], *sys.path]
    os.umask(0o077)
    if told["mode"] == "trial":
        _lodge(told["inn"], told["out"])
    _prepare()
    if told["mode"] == "serve":
        _warm()
        control = socket.socket(fileno=told["control"])
        control.send(b"ready")
        serve(control)
    _run_one(_job(told["inn"]), told["out"])


if __name__ == "__main__":
    main()

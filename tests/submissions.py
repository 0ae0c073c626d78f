"""A made-up class: right, wrong, empty, broken and hostile submissions, from the course's own exercises.

    python tests/submissions.py FOLDER [NUMBER]

writes a class of that number (60 by default) as an LMS might hand it over. Nobody in it is real.
"""

import copy
import json
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from acrosstheline.teach import release

ROOT = Path(__file__).parents[1]
COPIES = ROOT / "exercises"
SOURCES = COPIES / "solutions"
NAMES = sorted(path.stem.removesuffix("_exercise") for path in SOURCES.glob("*_exercise.ipynb"))


@lru_cache
def _read(path):
    return path.read_text(encoding="utf-8")


def source(name):
    """Return an exercise's solutions, as they are in the course."""
    return json.loads(_read(SOURCES / f"{name}_exercise.ipynb"))


def records(name):
    """Return what an exercise declares of each task."""
    return release.declared(source(name), name)


def untouched(name):
    """Return a student's copy, handed in as it was handed out."""
    return release.unrun(json.loads(_read(COPIES / f"{name}_exercise.ipynb")))


ESSAY = "This is a made-up answer of a made-up student. It has as many words as it has, and it says nothing at all. " * 6


def honest(name):
    """Return a submission in which everything is right: the solutions, without what only teachers have."""
    notebook = release.unrun(source(name))
    for cell in notebook["cells"]:
        text = release._REGION.sub(lambda match: "" if match[1] == "HIDDEN TESTS" else match[0], "".join(cell["source"]))
        cell["source"] = "\n".join(line for line in text.split("\n") if not line.startswith("### ")).strip("\n")
    for record in records(name):
        if record["kind"] == "essay":
            set_source(notebook, f"answer-{record['task']}", f"answer_{record['task']} = {ESSAY!r}")
    return notebook


def wrong(name, number=0):
    """Return a submission in which every checked task has a known wrong answer."""
    notebook = untouched(name)
    for record in records(name):
        if record["kind"] != "essay":
            value, _ = record["wrong"][number % len(record["wrong"])]
            set_source(notebook, f"answer-{record['task']}", f"answer_{record['task']} = {literal(value, record['kind'])}")
    return notebook


def half(name):
    """Return a submission in which only the first half of the tasks is answered."""
    notebook, done = untouched(name), honest(name)
    tasks = [record["task"] for record in records(name)]
    for task in tasks[: len(tasks) // 2]:
        set_source(notebook, f"answer-{task}", cell_of(done, f"answer-{task}")["source"])
    return notebook


def literal(value, kind):
    """Return the Python text of an answer as it is stored in a record."""
    return repr(set(value)) if kind == "set" and isinstance(value, list) else repr(value)


def code(text, **more):
    """Return a code cell."""
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text} | more


def cell_of(notebook, grade_id):
    """Return a cell by its short name."""
    return next(cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def set_source(notebook, grade_id, text):
    """Give a cell another text."""
    cell_of(notebook, grade_id)["source"] = text


def with_cells(notebook, *texts, at=2):
    """Return a notebook with code cells put in, after its first code cell or at the place given."""
    notebook = copy.deepcopy(notebook)
    notebook["cells"][at:at] = [code(text) for text in texts]
    return notebook


def without(notebook, *grade_ids):
    """Return a notebook without some of its cells."""
    notebook = copy.deepcopy(notebook)
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") not in grade_ids]
    return notebook


def written(notebook):
    """Return the bytes of a notebook's file."""
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode()


# --- hostile ones ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attack:
    """Code that means harm, and what must come of it.

    Attributes
    ----------
    code : tuple of str
        The cells.
    forges : bool
        Whether it means to get marks for nothing. Such code is put into an untouched copy, which must then earn
        nothing; other code into an honest one, which must keep its marks.
    unusual : tuple of str
        The kinds of which an instructor must hear; none where there is nothing to hear.
    stops : bool
        Whether the run has to be ended from outside.
    leaks : str
        A name under which the code tells what it got at: it must have got at nothing (see `LOOT`).
    """

    code: tuple
    forges: bool = False
    unusual: tuple = ()
    stops: bool = False


# An honest notebook's answer is written over with what an attack got hold of, so that a test can look at it.
LOOT = "loot"

_EVERY_ANSWER = """
import re
for _cell in range(1, 8):
    for _letter in "abcdef":
        globals()[f"answer_{_cell}{_letter}"] = %s
"""

HARM = {
    "endless loop": Attack(("while True:\n    pass",), unusual=("limit",)),
    "endless loop that catches everything": Attack(("while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",), stops=True, unusual=("stopped",)),
    "endless loop without an alarm": Attack(("import signal\nsignal.setitimer(signal.ITIMER_REAL, 0)\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True:\n    pass",), stops=True, unusual=("system",)),
    "fork bomb": Attack(("import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass",), unusual=("system", "limit")),
    "fork bomb of a shell": Attack(("import os\nos.system('b() { b | b & }; b')",), unusual=("system", "limit")),
    "three gigabytes": Attack(("hoard = bytearray(3 * 1024**3)",), unusual=("limit",)),
    "many processes with memory": Attack(
        ("import os, time\nfor _ in range(8):\n    if not os.fork():\n        hoard = bytearray(600 * 1024**2)\n        hoard[::4096] = b'x' * len(hoard[::4096])\n        time.sleep(60)\ntime.sleep(60)",), unusual=("system",)),
    "fifty megabytes of output": Attack(("for _ in range(50):\n    print('x' * 1_000_000)", "import os\nfor _ in range(50):\n    os.write(1, b'x' * 1_000_000)"), unusual=("output",)),
    "a gigabyte on disk": Attack(("with open('/tmp/full', 'wb') as file:\n    for _ in range(1024):\n        file.write(bytes(1024**2))",), unusual=("files", "limit")),
    "a thousand files": Attack(("for _ in range(100_000):\n    open(f'f{_}', 'w').write('x')",), unusual=("limit",)),
    "ends the program": Attack(("import os\nos._exit(0)",), stops=True, unusual=("stopped",)),
    "leaves": Attack(("raise SystemExit", "exit()", "quit")),
    "crash": Attack(("import ctypes\nctypes.string_at(0)",), stops=True, unusual=("system",)),
    "kills everything": Attack(("import os, signal\nos.kill(-1, signal.SIGKILL)",), unusual=("system",)),
    "kills its parent": Attack(("import os, signal\nfor number in (os.getppid(), 1, 2, 3):\n    for sign in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP):\n        try:\n            if number: os.kill(number, sign)\n        except OSError: pass\nos.kill(0, signal.SIGTERM)",), unusual=("system",)),
    "stops itself": Attack(("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",), unusual=("system",)),
    "closes everything": Attack(("import os\nos.closerange(0, 256)",), stops=True),
    "rubbish to the grader": Attack(("import os\nfor number in range(3, 64):\n    try:\n        os.write(number, b'\\n\\xff\\x00[[[[[\\n' + b'[' * 100_000 + b'\\n{\"a\":NaN}\\n[\"end\"]\\n')\n    except OSError: pass",), unusual=()),
    "a flood to the grader": Attack(("import os\nfor number in range(3, 64):\n    try:\n        while True: os.write(number, b'[\"error\", 1, \"x\", \"' + b'x' * 5000 + b'\"]\\n')\n    except OSError: pass",), stops=True, unusual=("stopped",)),
    "one line without end": Attack(("import os\nwhile True: os.write(3, b'x' * 65536)",), stops=True, unusual=("stopped",)),
    "background thread": Attack(("import threading, time\nthreading.Thread(target=lambda: [time.sleep(0.01) for _ in range(10**6)], daemon=False).start()",), unusual=("system",)),
    "background process": Attack(("import os, time\nif not os.fork():\n    os.setsid()\n    if not os.fork():\n        time.sleep(600)\n    os._exit(0)",), unusual=("system", "limit")),
    "waits for someone to type": Attack(("input('Your name?')",)),
    "breaks the tools": Attack(("import json, os\njson.dumps = None\nos.write = os.getpid = None",)),
    "recursion": Attack(("def deeper(n):\n    return deeper(n + 1) + 1\ndeeper(0)", "import sys\nsys.setrecursionlimit(10**9)\ndeeper(0)"), stops=True),
    "deep and endless values": Attack(("endless = []\nendless.append(endless)\nanswer_1a = endless",)),
    "hooks": Attack(("def spy(*_):\n    raise SystemExit\nget_ipython().events.register('pre_run_cell', spy)\nget_ipython().events.register('post_run_cell', spy)",), unusual=("hooks",)),
}  # fmt: skip

FORGERY = {
    "objects that equal everything": Attack((_EVERY_ANSWER % "type('Any', (float,), {'__eq__': lambda *_: True, '__hash__': lambda *_: 0, '__bool__': lambda *_: True})(1)",), forges=True, unusual=("hooks",)),
    "objects that lie of their kind": Attack((_EVERY_ANSWER % "type('Any', (), {'__class__': property(lambda self: str), '__reduce__': lambda self: (exec, ('raise SystemExit',)), 'as_answer': property(lambda self: self), 'to_dict': lambda self: self, 'mark': 1})()",), forges=True, unusual=("hooks",)),
    "check replaced": Attack(("check = lambda *_: print('Right.')", "import acrosstheline.checks as c\nc.Checker.feedback = lambda self, task, answer: c.Feedback(task, 'right', 'Well done.')\nc.is_blank = lambda *_: False"), forges=True, unusual=("internals",)),
    "builtins patched": Attack(("import builtins\nbuiltins.compile = builtins.isinstance = builtins.len = lambda *a, **k: True\nimport hashlib\nhashlib.sha256 = None",), forges=True, unusual=("system",)),
    "tree rewritten": Attack(("import ast\nclass Gone(ast.NodeTransformer):\n    def visit_Assert(self, node): return ast.Pass()\nget_ipython().ast_transformers.append(Gone())",), forges=True, unusual=("hooks",)),
    "cells watched": Attack(("seen = []\nget_ipython().events.register('pre_run_cell', lambda info: seen.append(info.raw_cell))", "import gc, sys\nfound = [o for o in gc.get_objects() if isinstance(o, dict) and 'outcomes' in o]\nframe = sys._getframe()\nwhile frame: found += [v for v in frame.f_locals.values() if isinstance(v, dict) and 'salt' in v]; frame = frame.f_back\nassert not found, found"), forges=True, unusual=("hooks",)),
    "a mark written to the grader": Attack(("import os, json\nfor number in range(3, 64):\n    try:\n        os.write(number, b''.join(json.dumps(line).encode() + b'\\n' for line in (['answer', '1a', json.dumps({'state': 'right', 'points': 100})], ['score', 100], ['answer', '1a', json.dumps({'is': 'right'})], ['points', '1a', 5], ['end'])))\n    except OSError: pass",), forges=True, unusual=("system",)),
    "huge and odd values": Attack((_EVERY_ANSWER % "[float('nan'), 10**5000, '\\ud800' * 10**6, {frozenset({1}): 1}]",), forges=True),
    "a million values": Attack((_EVERY_ANSWER % "set(map(str, range(1_000_000)))",), forges=True),
}  # fmt: skip

# What a submission must not get at: each is an expression that must raise, or be empty.
OUT_OF_REACH = {
    "solutions": f"open({str(SOURCES / 'first_steps_exercise.ipynb')!r}).read()",
    "the course's folder": f"__import__('os').listdir({str(ROOT)!r})",
    "the checks": "__import__('os').listdir(__import__('os').path.dirname(atl.__file__) + '/_checks')",
    "the teaching tools": "__import__('os').listdir(__import__('os').path.dirname(atl.__file__) + '/teach')",
    "homes": "__import__('os').listdir('/home')",
    "passwords": "open('/etc/passwd').read() + open('/etc/shadow').read()",
    "the environment": "[name for name in __import__('os').environ if name not in ('HOME', 'IPYTHONDIR', 'LANG', 'PATH', 'OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS', 'PYTHONHASHSEED', 'TZ', 'PWD', 'COLUMNS', 'LINES', 'CLICOLOR', 'FORCE_COLOR', 'CLICOLOR_FORCE', 'PAGER', 'GIT_PAGER')]",
    "processes": "[name for name in __import__('os').listdir('/proc')]",
    "descriptors": "[n for n in range(4, 256) if not __import__('contextlib').suppress(OSError).__enter__() and (lambda: [__import__('os').fstat(n)] if __import__('os').path.exists(f'/dev/fd/{n}') else [])()]",
    "the network": "__import__('socket').create_connection(('127.0.0.1', 22), 1)",
    "names": "__import__('socket').getaddrinfo('localhost', 80) and __import__('socket').socket()",
    "raw sockets": "[__import__('socket').socket(family, kind) for family in (16, 17, 40, 38) for kind in (1, 2, 3)]",
    "new namespaces": "1 / (__import__('ctypes').CDLL(None).unshare(0x10000000) + 1)",
    "mounts": "1 / (__import__('ctypes').CDLL(None).mount(b'proc', b'/proc', b'proc', 0, None) + 1)",
    "tracing": "1 / (__import__('ctypes').CDLL(None).ptrace(16, 1, 0, 0) + 1)",
    "the package": "open(atl.__file__, 'a')",
    "the system": "open('/usr/bin/python3', 'a')",
    "devices": "[name for name in __import__('os').listdir('/dev') if name not in ('null', 'zero', 'full', 'random', 'urandom', 'tty', 'shm', 'pts', 'ptmx', 'fd', 'stdin', 'stdout', 'stderr', 'core', 'console')]",
    "shared memory": "open('/dev/shm/left', 'w')",
    "earlier work": "__import__('os').listdir('/tmp/work')",
    "memory without a file": "__import__('os').memfd_create('x')",
    "a bigger limit": "__import__('resource').setrlimit(__import__('resource').RLIMIT_AS, (-1, -1))",
    "new privileges": "[1][: __import__('ctypes').CDLL(None).prctl(39, 0, 0, 0, 0) != 1]",
    "unfiltered calls": "[1][: __import__('ctypes').CDLL(None).prctl(21, 0, 0, 0, 0) != 2]",
    "another user": "__import__('os').setuid(0)",
}


def reaching():
    """Return cells that try everything of `OUT_OF_REACH`, and answer with the names of what they got at."""
    return (
        "import acrosstheline as atl\nanswer_loot = []",
        *(f"try:\n    _got = {expression}\n    if _got or _got == 0: answer_loot.append({name!r})\nexcept (Exception, SystemExit): pass" for name, expression in OUT_OF_REACH.items()),
    )


# --- files that are broken ---------------------------------------------------------------------------


def version_3(notebook):
    """Return a notebook in nbformat 3, as Jupyter wrote it before 2015."""
    cells = []
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            cells.append({"cell_type": "code", "collapsed": False, "input": text, "language": "python", "metadata": {}, "outputs": [], "prompt_number": 1})
        else:
            cells.append({"cell_type": "markdown", "metadata": {}, "source": text})
    return {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells, "metadata": {}}]}


def broken(name="first_steps"):
    """Return files that are no notebook of the course: each with its bytes and a word of the reason that must be given."""
    whole = written(honest(name))
    return {
        "cut off": (whole[: len(whole) // 2], "cut off"),
        "empty": (b"", "empty"),
        "spaces": (b" \n\n", "empty"),
        "not JSON": (b"My answers: 14 and 7", "not JSON"),
        "a web page": (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
        "damaged": (whole.replace(b'"cells": [', b'"cells": [,', 1), "damaged"),
        "a list": (b"[1, 2, 3]", "not a notebook"),
        "no cells": (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "no list of cells"),
        "empty notebook": (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}', "no cells"),
        "nbformat 2": (b'{"nbformat": 2, "cells": [], "worksheets": []}', "too old"),
        "nbformat 9": (b'{"nbformat": 9, "cells": []}', "newer"),
        "nbformat of words": (b'{"nbformat": "four", "cells": []}', "too old"),
        "broken nbformat 3": (b'{"nbformat": 3, "worksheets": 7}', "could not be converted"),
        "deep": (b"[" * 200_000, "without end"),
        "a cell that is a number": (b'{"nbformat": 4, "cells": [7]}', "damaged"),
        "a source that is a number": (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 7}]}', "damaged"),
        "latin 1": ("{'caf\u00e9'}".encode("latin-1"), "UTF-8"),
        "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), "UTF-8"),
        "a zip": (b"PK\x03\x04" + bytes(50), "zip"),
        "another notebook": (written({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [code("1 + 1")]}), "none of the course's exercises"),
    }


# --- a class -----------------------------------------------------------------------------------------


def class_of(number=60):
    """Return a made-up class: for each student a name, what kind of submission it is, and the bytes of the file.

    About half are right, wrong, half done or untouched; the rest means harm or is broken. The same every time.
    """
    hostile = [(f"{kind}", written(with_cells(untouched("first_steps") if attack.forges else honest("first_steps"), *attack.code))) for kind, attack in (HARM | FORGERY).items()]
    bad = [(kind, data) for kind, (data, _) in broken().items()]
    makers = [("right", honest), ("wrong", wrong), ("half", half), ("untouched", untouched)]
    students = []
    for place in range(number):
        name = NAMES[place % len(NAMES)]
        if place % 4 == 2 and hostile:
            kind, data = hostile.pop(0)
        elif place % 8 == 5 and bad:
            kind, data = bad.pop(0)
        else:
            kind, make = makers[0 if place % 2 == 0 else 1 + place // 2 % 3]
            data = written(make(name))
        students.append((f"student_{place + 1:03d}", kind, data))
    return students


def write_class(folder, number=60):
    """Write a class into a folder, one notebook a student, and return what each is."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {}
    for student, kind, data in class_of(number):
        (folder / f"{student}.ipynb").write_bytes(data)
        kinds[student] = kind
    return kinds


if __name__ == "__main__":
    for student, kind in write_class(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 60).items():
        print(student, kind)

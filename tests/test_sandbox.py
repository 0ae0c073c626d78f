"""The grading sandbox, and everything that students' code has tried on it: each attack fails, and harms nobody else."""

import json
import os
import socket
import subprocess
import sys
import threading
import time

import pytest
import submissions
from acrosstheline.teach import inmate, marking, sandbox

LIMITS = sandbox.Limits(cell=1.5, seconds=20, memory=1100 * 1024**2, output=10_000_000, processes=40, file=32 * 1024**2)
MISSING = sandbox._why_not()
pytestmark = pytest.mark.skipif(bool(MISSING) and not os.environ.get("ATL_DEMAND_SANDBOX"), reason=f"no sandbox here: {MISSING}")
NAME = "first_steps"


@pytest.fixture
def file(tmp_path):
    """Return a function that writes a submission's file."""

    def write(notebook):
        path = tmp_path / "submission.ipynb"
        path.write_bytes(notebook if isinstance(notebook, bytes) else submissions.written(notebook))
        return path

    return write


@pytest.fixture
def graded(file):
    return lambda notebook: marking.grade(file(notebook), limits=LIMITS)


def code_only(*cells):
    return {"nbformat": 4, "metadata": {}, "cells": [submissions.code(text) for text in cells]}


def ran(*cells, tasks=("1",), limits=LIMITS):
    """Run some cells in this thread's sandbox."""
    return marking._sandbox(True).run(code_only(*cells), list(tasks), limits)


def the_next_one_is_graded_right(graded):
    result = graded(submissions.honest(NAME))
    return (result["status"], result["score"], result["stopped"], result["errors"]) == ("graded", result["out_of"], [], [])


# --- attacks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", submissions.HARM)
def test_harm_is_held_off_and_the_rest_of_the_submission_counts(kind, graded):
    attack = submissions.HARM[kind]
    result = graded(submissions.with_cells(submissions.honest(NAME), *attack.code))
    assert (result["status"], result["score"]) == ("graded", result["out_of"])
    assert set(attack.unusual) <= {item["kind"] for item in result["unusual"]}
    assert result["stopped"] or not attack.stops
    assert json.loads(json.dumps(result)) == result
    assert the_next_one_is_graded_right(graded)


@pytest.mark.parametrize("kind", submissions.FORGERY)
def test_no_mark_can_be_forged(kind, graded):
    attack = submissions.FORGERY[kind]
    result = graded(submissions.with_cells(submissions.untouched(NAME), *attack.code))
    assert (result["status"], result["score"]) == ("graded", 0)
    assert "right" not in {task["state"] for task in result["tasks"].values()}
    assert set(attack.unusual) <= {item["kind"] for item in result["unusual"]}
    json.dumps(result, allow_nan=False).encode()
    assert the_next_one_is_graded_right(graded)


def test_nothing_of_the_grader_is_within_reach():
    run = ran(*submissions.reaching(), tasks=["loot"])
    assert run.answers["loot"] == {"list": []}, run.answers
    assert run.stopped == []


def test_what_the_reaching_cells_try_succeeds_without_a_sandbox():
    """The cells above prove something only if they reach what is there."""
    inside = submissions.OUT_OF_REACH
    names = {"__builtins__": __builtins__, "atl": __import__("acrosstheline")}
    for name in ("solutions", "the course's folder", "the checks", "the teaching tools", "processes"):
        assert eval(inside[name], dict(names)), name


def test_a_server_on_this_machine_cannot_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        run = ran("import socket", f"socket.create_connection(('127.0.0.1', {port}), 2)", "answer_1 = 'went on'")
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
    assert run.errors[0]["cell"] == 1 and run.answers["1"] == {"text": "went on"}


def test_nothing_stays_for_the_next_submission():
    ran("open('/tmp/left', 'w').write('x'); open('left', 'w').write('x')", "import builtins, os, pandas as pd\nbuiltins.left = pd.left = os.environ['LEFT'] = 'x'", "answer_1 = 7")
    run = ran("import builtins, os, pandas as pd\nanswer_1 = [os.path.exists('/tmp/left'), os.listdir(), hasattr(builtins, 'left'), hasattr(pd, 'left'), 'LEFT' in os.environ]", "answer_2 = globals().get('answer_1', [])[:0]", tasks=["1", "2"])
    assert run.answers["1"] == {"list": [{"is": "false"}, {"list": []}, {"is": "false"}, {"is": "false"}, {"is": "false"}]}


def test_a_submission_cannot_find_an_earlier_one_in_memory():
    secret = "a sentence " + "of the student before".upper()
    ran(f"mine = {secret!r}", f"answer_1 = {secret!r}")
    run = ran(
        "import gc, sys\nneedle = 'OF THE STUDENT' + ' BEFORE'\nanswer_1 = [type(o).__name__ for o in gc.get_objects() if isinstance(o, (list, dict, tuple)) and needle in str(o)[:10_000] and o is not globals() and needle not in o]",
    )
    assert "STUDENT BEFORE" not in str(run.answers) and run.answers["1"]["list"] == [] or run.answers["1"] == {"list": []}


@pytest.mark.parametrize("sign", ["SIGKILL", "SIGSTOP"])
def test_no_signal_reaches_the_prepared_process(sign):
    box = marking._sandbox(True)
    ran("answer_1 = 1")
    before = box._inside._process.pid
    run = ran(f"import os, signal\nfor target in (0, -1, *range(1, 400)):\n    try: os.kill(target, signal.{sign})\n    except OSError: pass", "answer_1 = 2")
    assert run.answers["1"] == {"whole": "2"}
    assert ran("answer_1 = 3").answers["1"] == {"whole": "3"}
    assert box._inside._process.pid == before, "the prepared process had to be started again"


def test_the_prepared_process_is_started_again_when_it_died():
    ran("answer_1 = 1")
    box = marking._sandbox(True)
    box._inside._process.kill()
    box._inside._process.wait()
    assert ran("answer_1 = 2").answers["1"] == {"whole": "2"}


def test_memory_of_many_processes_is_added_up():
    run = ran(submissions.HARM["many processes with memory"].code[0], "answer_1 = 1", limits=sandbox.Limits(cell=30, seconds=60, memory=1100 * 1024**2))
    assert [stop["cell"] for stop in run.stopped] == [0] and "memory" in run.stopped[0]["why"]
    assert run.answers["1"] == {"whole": "1"}


def test_the_whole_has_a_limit_and_what_was_done_before_counts():
    begun = time.monotonic()
    run = ran("answer_1 = 1", *["import time\ntime.sleep(1)"] * 20, limits=sandbox.Limits(cell=1.5, seconds=4))
    assert time.monotonic() - begun < 15
    assert run.answers["1"] == {"whole": "1"} and "longer than 4 seconds" in run.stopped[-1]["why"]


def test_all_of_a_submission_ends_with_it():
    ran("import subprocess\nsubprocess.Popen(['sleep', '987'], start_new_session=True)")
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert "sleep 987" not in found


def test_a_sandbox_ends_with_its_grader(tmp_path):
    program = "import sys, time; from acrosstheline.teach import sandbox; s = sandbox.Sandbox(); s.run({'cells': []}, []); print(s._inside._process.pid, flush=True); time.sleep(60)"
    grader = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    pid = int(grader.stdout.readline())
    grader.kill()
    grader.wait()
    for _ in range(50):
        if not os.path.exists(f"/proc/{pid}") or "zombie" in open(f"/proc/{pid}/status").read():
            break
        time.sleep(0.1)
    else:
        pytest.fail("the sandbox goes on without its grader")


# --- how it runs cells -------------------------------------------------------------------------------


def test_cells_run_as_in_a_notebook():
    run = ran(
        "%matplotlib_nothing", "%%time\nanswer_1 = 1", "1 / 0", "def broken(:", "import pandas as pd\npd.Series([1])", "answer_2 = _.sum()", "display(3)", "import asyncio\nawait asyncio.sleep(0)\nanswer_3 = 'after'",
        tasks=["1", "2", "3"],
    )
    assert run.answers == {"1": {"whole": "1"}, "2": {"whole": "1"}, "3": {"text": "after"}}
    assert [(error["cell"], error["kind"]) for error in run.errors if error["cell"] in (2, 3)] == [(2, "ZeroDivisionError"), (3, "SyntaxError")]
    assert run.cells == 8


def test_a_cell_that_takes_too_long_is_interrupted_and_the_others_run():
    run = ran("answer_1 = 1", "import time\ntime.sleep(30)\nanswer_1 = 2", "answer_2 = 3", tasks=["1", "2"])
    assert run.answers == {"1": {"whole": "1"}, "2": {"whole": "3"}} and run.stopped == []
    assert run.errors[0]["cell"] == 1


def test_ten_thousand_cells():
    run = ran(*["x = 1"] * 9_999, "answer_1 = x", limits=sandbox.Limits(seconds=120))
    assert (run.cells, run.answers, run.stopped) == (10_000, {"1": {"whole": "1"}}, [])


def test_what_is_done_once_before_all_submissions_works():
    assert ran(inmate._IMPORTS, inmate._FIRST).errors == []


def test_two_sandboxes_at_once():
    results = {}
    threads = [threading.Thread(target=lambda n=n: results.update({n: ran(f"answer_1 = {n}").answers["1"]["whole"]})) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {1: "1", 2: "2"}


# --- without it --------------------------------------------------------------------------------------


def test_one_sandbox_for_each_submission_where_namespaces_cannot_be_nested(monkeypatch):
    monkeypatch.setattr(sandbox, "_nests", lambda: False)
    assert "one bubblewrap for each" in sandbox.kind()
    with sandbox.Sandbox(LIMITS) as box:
        run = box.run(code_only(*submissions.reaching(), "import os\nif not os.fork(): os._exit(0)", "answer_1 = 7"), ["loot", "1"])
        left = box.run(code_only("answer_1 = __import__('os').listdir()"), ["1"])
        killed = box.run(code_only("answer_1 = 1", submissions.HARM["kills its parent"].code[0], "answer_2 = 2"), ["1", "2"])
    assert run.answers == {"loot": {"list": []}, "1": {"whole": "7"}}, run
    assert left.answers["1"] == {"list": []}
    assert killed.answers == {"1": {"whole": "1"}, "2": {"whole": "2"}}


def test_unprotected_only_when_asked_by_name(monkeypatch):
    monkeypatch.setattr(sandbox, "_why_not", lambda: "nothing is installed. " + sandbox.INSTALL)
    with pytest.raises(sandbox.SandboxMissing, match="apt install bubblewrap"):
        sandbox.demand()
    with pytest.raises(sandbox.SandboxMissing):
        sandbox.Sandbox()
    with sandbox.Sandbox(LIMITS, protected=False) as box:
        run = box.run(code_only("answer_1 = 1", "import os\nos._exit(1)", "answer_2 = 2"), ["1", "2"])
    assert run.answers == {"1": {"whole": "1"}, "2": {"whole": "2"}} and run.stopped[0]["cell"] == 1


def test_a_missing_program_is_named(monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    assert "bwrap was not found" in sandbox._why_not.__wrapped__()


def test_a_bwrap_that_may_not_work_is_named(monkeypatch, tmp_path):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: str(fake))
    assert "No permissions to create new namespace" in sandbox._why_not.__wrapped__()


@pytest.mark.parametrize("line", [b"", b"[]", b"{}", b'["start"]', b'["start",true]', b'["start",1e999]', b'["start",-1]', b'["start",[1]]', b'["answer"]', b'["answer","1",7]', b'["answer",{},{}]', b'["error",1]', b'["error",0,{},[]]', b'["printed",NaN]', b'["printed","x"]', b'["end"', b"[" * 5000, b"\xff\xfe", b"9" * 5000, b'["answer","1","\\ud800"]', b"null", b'"end"'])  # fmt: skip
def test_whatever_a_submission_tells_the_next_line_is_heard(line):
    tale = sandbox._Tale([[0, ""]])
    tale.hear(line + b'\n["answer", "2", "{}"]\n')
    assert tale.answers["2"] == "{}" and tale.cell is None and not tale.ended


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_names_each_call_once_and_jumps_within_itself(machine):
    column = inmate._MACHINES[machine][0]
    numbers = [pair[column] for pair in inmate.FORBIDDEN.values() if pair[column] is not None]
    assert len(set(numbers)) == len(numbers)
    rules = inmate._filter(machine)
    steps = [rules[at : at + 8] for at in range(0, len(rules), 8)]
    for place, step in enumerate(steps):
        if step[0] & 7 == 5:
            assert place + 1 + max(step[2], step[3]) < len(steps)

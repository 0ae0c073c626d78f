"""Grade many notebooks: two at a time or on a cluster, one result a file, so that a run that was stopped goes on.

The work is `acrosstheline.teach.marking.grade`, a pure function of a notebook. This module only maps it: nothing
here holds more than the few results that are under way.
"""

import contextlib
import hashlib
import json
import multiprocessing
import os
import signal
import tempfile
import threading
from collections import defaultdict
from concurrent import futures
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import NamedTuple

from acrosstheline.teach import catalogue, submissions

# The teaching tools on which a mark depends: `marking`, and what it imports.
JUDGES = ("catalogue", "inmate", "marking", "notebook_file", "returned", "sandbox", "unusual")
PATIENCE = "20s"  # for a cluster to answer
WAITING = 2  # notebooks that stand ready for each worker
_AGAIN = "try_again"  # marks a result that came of the grader's own failure, and is not kept for the next run


class ClusterError(Exception):
    """A cluster that cannot be used; the text says why, and what to do."""


class How(NamedTuple):
    """How notebooks are run: in the sandbox or not, and for how many seconds a cell."""

    protected: bool = True
    seconds: float = 20

    def __str__(self):
        return f"{'' if self.protected else '-unprotected'}{'' if self.seconds == How().seconds else f'-{self.seconds:g}s'}"


class Results:
    """What was found, one JSON file a notebook, named by its content and by the course's version.

    Parameters
    ----------
    folder : pathlib.Path
        Made if need be.
    version : str
        See `course_version`. Results of other versions are left alone.
    how : How
        Results of notebooks that were run otherwise are kept apart.
    """

    def __init__(self, folder, version, how=None):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.version, self.how = folder, version, how or How()
        for left in folder.glob(".result-*"):
            left.unlink()

    def path(self, key):
        """Return where the result of a notebook is kept."""
        return self.folder / f"{key[:32]}-{self.version}{self.how}.json"

    def read(self, key):
        """Return the result of a notebook, or None where there is none to go by."""
        return load(self.path(key))

    def earlier(self):
        """Return for each notebook where its last result is that does not count here, by the first 32 letters of its hash."""
        others = [path for path in self.folder.glob("*.json") if not path.name.endswith(f"-{self.version}{self.how}.json")]
        return {path.name.partition("-")[0]: path for path in sorted(others, key=lambda path: path.stat().st_mtime_ns)}

    def has(self, key):
        """Tell whether a notebook is done."""
        result = self.read(key)
        return result is not None and not result.get(_AGAIN)

    def passed(self, keys):
        """Return how many notebooks have a result, and none that counts here.

        Returns
        -------
        (int, int)
            Those graded with another version of the course, and those that this version graded in another way.
        """
        kept = defaultdict(set)
        for path in self.folder.glob("*.json"):
            key, _, way = path.stem.partition("-")
            kept[key].add(way)
        others = [kept[key[:32]] - {f"{self.version}{self.how}"} for key in keys if key[:32] in kept and not self.has(key)]
        same = sum(any(way.startswith(self.version) for way in ways) for ways in others)
        return sum(map(bool, others)) - same, same

    def write(self, key, result):
        """Keep the result of a notebook, whole or not at all."""
        with tempfile.NamedTemporaryFile("w", dir=self.folder, prefix=".result-", delete=False, encoding="utf-8") as file:
            json.dump(result, file, ensure_ascii=True)
        os.replace(file.name, self.path(key))


def load(path):
    """Return the result that a file holds, or None where there is none to go by."""
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return result if isinstance(result, dict) and "status" in result else None


def course_version():
    """Return twelve letters that change whenever what a mark depends on changes: exercises, checks, data, and how they are judged."""
    home = catalogue.home()
    package = home / "src" / "acrosstheline"
    parts = [home / "data" / "datapackage.json", *(home / "exercises").rglob("*_exercise.ipynb"), *package.glob("_*/*.json")]
    parts += [path for path in package.rglob("*.py") if not {"site", "teach"} & set(path.relative_to(package).parts)]
    parts += [package / "teach" / f"{name}.py" for name in JUDGES]
    sha = hashlib.sha256()
    for path in sorted(parts):
        sha.update(f"{path.relative_to(home).as_posix()}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()[:12]


def grade_all(keys, keep, results, workers=None, scheduler="", again=False):
    """Grade every notebook that is not done yet, and keep its result.

    Parameters
    ----------
    keys : iterable of str
        Hashes of notebooks.
    keep : pathlib.Path
        Where their copies are.
    results : Results
    workers : int, optional
        Processes on this machine; by default one for each processor.
    scheduler : str
        The address of a Dask cluster, in place of processes here.
    again : bool
        Whether to grade also what is done.

    Yields
    ------
    (str, dict)
        Each notebook's hash with its new result, in the order in which they are done.

    Raises
    ------
    ClusterError
        If the cluster cannot be used.
    """
    wanted = (key for key in dict.fromkeys(keys) if again or not results.has(key))
    done = _on_cluster(wanted, keep, results.how, scheduler) if scheduler else _here(wanted, keep, results.how, workers or processors())
    with contextlib.closing(done):
        for key, result in done:
            results.write(key, result)
            yield key, result


def processors():
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def grade_one(path, how):
    """Grade one notebook, whatever happens.

    Parameters
    ----------
    path : str or pathlib.Path
    how : How

    Returns
    -------
    dict
        As `acrosstheline.teach.marking.grade` returns it; where that fails, *not graded* with its failure as the reason.
    """
    from acrosstheline.teach import marking, sandbox

    try:
        return marking.grade(Path(path), how.protected, sandbox.Limits(cell=how.seconds, seconds=max(120, 6 * how.seconds)) if how.seconds != How().seconds else None)
    except Exception as error:
        return _failed(f"The grader itself failed on this notebook ({type(error).__name__}: {submissions.printable(str(error))}). It is tried again with the next run.")


def _failed(reason):
    return {"status": "not graded", "reason": reason, "exercise": None, "tasks": {}, "written": {}, "unusual": [], "errors": [], "work": "", _AGAIN: True}


# --- on this machine -----------------------------------------------------------------------------------


def _here(keys, keep, how, workers):
    """Grade with processes of this machine. One that dies takes no other notebook with it."""
    keys = iter(keys)
    while True:
        suspects = yield from _pool(keys, keep, how, workers, workers * WAITING)
        if not suspects:
            return
        one_by_one = iter(suspects)  # one of them ended a process
        while broken := (yield from _pool(one_by_one, keep, how, 1, 1)):
            yield broken[0], _failed("Its run ended the grader's own process. It is tried again with the next run.")


def _pool(keys, keep, how, workers, most):
    """Grade with one pool of processes; return the notebooks that were under way when it broke, if it did."""
    pool = futures.ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _serve)
    before, under_way = set(multiprocessing.active_children()), {}
    try:
        while True:
            for key in _some(keys, most - len(under_way)):
                under_way[key] = None
                under_way[key] = pool.submit(grade_one, str(submissions.copy_of(key, keep)), how)
            if not under_way:
                pool.shutdown()
                return []
            futures.wait(under_way.values(), return_when=futures.FIRST_COMPLETED)
            for key in [key for key, future in under_way.items() if future.done()]:
                result = under_way[key].result()
                del under_way[key]
                yield key, result
    except BrokenProcessPool:
        return list(under_way)
    finally:  # also where the run is stopped: nothing goes on behind its back
        pool.shutdown(wait=False, cancel_futures=True)
        if under_way:
            for child in set(multiprocessing.active_children()) - before:
                child.terminate()


def _serve():
    """In a process of a pool: leave Ctrl+C to the one that grades, and end when that one is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


def _some(keys, number):
    for _ in range(number):
        key = next(keys, None)
        if key is None:
            return
        yield key


# --- on a cluster --------------------------------------------------------------------------------------


def _on_cluster(keys, keep, how, address):
    """Grade on a Dask cluster. Notebooks travel by their content, so that its machines need no common folder."""
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise ClusterError("A cluster needs the package distributed: pip install 'acrosstheline[cluster]', here and on its machines.") from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterError(f"No cluster answers at {address} ({error}). Start one with `dask scheduler` and `dask worker {address}`, then try again.") from None
    with client:
        workers, keys, waiting = _demand_able(client, how.protected), iter(keys), {}
        under_way = as_completed(loop=client.loop)

        def send(number):
            for key in _some(keys, number):
                content = submissions.copy_of(key, keep).read_bytes()
                future = client.submit(_grade_content, content, how, pure=False)
                waiting[future.key] = key
                under_way.add(future)

        send(WAITING * workers)
        for future in under_way:
            yield waiting.pop(future.key), _outcome(future)
            send(1)


def _demand_able(client, protected):
    """Return how many notebooks the cluster can grade at once; refuse one that would grade them otherwise than here."""
    threads = client.nthreads()
    if not threads:
        raise ClusterError("The cluster has no workers yet: start some with `dask worker ADDRESS`.")
    try:
        able = client.run(_able, protected)
    except Exception as error:
        raise ClusterError(f"The cluster's workers do not know this course ({error}): install it there as it is here.") from None
    for worker, (version, missing) in able.items():
        if missing:
            raise ClusterError(f"The worker {worker} cannot grade. {missing}")
        if version != course_version():
            raise ClusterError(f"The worker {worker} has another version of the course: bring both to the same.")
    return sum(threads.values())


def _able(protected):
    """On a worker: return its version of the course, and what keeps it from grading, if anything."""
    try:
        if protected:
            from acrosstheline.teach import sandbox

            sandbox.demand()
        return course_version(), ""
    except Exception as error:
        return "", str(error)


def _grade_content(content, how):
    """On a worker: grade one notebook that came as bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "submission.ipynb")
        path.write_bytes(content)
        return grade_one(path, how)


def _outcome(future):
    """Return what became of one notebook on the cluster. Dask itself repeats what a worker that died was doing."""
    try:
        return future.result()
    except Exception as error:
        return _failed(f"The cluster gave it back ungraded ({type(error).__name__}). It is tried again with the next run.")

"""Grading on a cluster: the same function, the same results, and nothing lost when a worker dies."""

import json

import pytest
import submissions as made
from acrosstheline.teach import batch, submissions

distributed = pytest.importorskip("distributed", reason="Grading on a cluster needs distributed: pip install 'acrosstheline[cluster]'.")


@pytest.fixture
def cluster(tmp_path):
    """Two processes on this machine that know nothing of each other's memory, as on two machines."""
    held = distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, local_directory=str(tmp_path / "dask"))
    yield held
    held.close()


@pytest.fixture
def keys(tmp_path):
    """Eight notebooks: right, wrong, untouched, hostile, and one that is none."""
    slow = made.with_cells(made.untouched("first_steps"), "import time; time.sleep(1)")
    contents = [made.written(make("first_steps")) for make in (made.honest, made.wrong, made.untouched, made.half)]
    contents += [made.written(slow), made.written(made.with_cells(slow, "1 / 0")), made.written(made.with_cells(made.honest("first_steps"), "import os; os._exit(0)")), b'{"cells": [']
    (tmp_path / "in").mkdir()
    for number, content in enumerate(contents):
        (tmp_path / "in" / f"student {number}.ipynb").write_bytes(content)
    return [found.key for found in submissions.collect(tmp_path / "in", tmp_path / "kept")]


def kept(results, keys):
    """Return what was kept of each notebook, but for how long it took."""
    return {key: json.dumps(results.read(key) | {"seconds": 0}, sort_keys=True) for key in keys}


def test_a_cluster_gives_what_one_machine_gives_though_a_worker_is_killed(cluster, keys, tmp_path):
    there, here = (batch.Results(tmp_path / name, "test", batch.How(seconds=5)) for name in ("there", "here"))
    victim, done = next(iter(cluster.workers.values())), []
    for key, _ in batch.grade_all(keys, tmp_path / "kept", there, scheduler=cluster.scheduler_address):
        done.append(key)
        if len(done) == 1:
            victim.process.process._process.kill()
    assert sorted(done) == sorted(keys), "lost, or graded twice"
    assert all(there.has(key) for key in keys)
    for _ in batch.grade_all(keys, tmp_path / "kept", here):
        pass
    assert kept(there, keys) == kept(here, keys)
    states = [here.read(key)["status"] for key in keys]
    assert states.count("graded") == 7 and states.count("not graded") == 1


def test_a_cluster_that_is_not_there_or_has_no_workers_is_named(tmp_path, monkeypatch):
    results = batch.Results(tmp_path / "results", "test")
    monkeypatch.setattr(batch, "PATIENCE", "1s")
    with pytest.raises(batch.ClusterError, match="No cluster answers at tcp://127.0.0.1:9"):
        list(batch.grade_all(["key"], tmp_path, results, scheduler="tcp://127.0.0.1:9"))
    with distributed.LocalCluster(n_workers=0, dashboard_address=None) as empty, pytest.raises(batch.ClusterError, match="no workers yet"):
        list(batch.grade_all(["key"], tmp_path, results, scheduler=empty.scheduler_address))


def test_a_worker_that_would_grade_otherwise_is_refused(cluster, tmp_path, monkeypatch):
    results = batch.Results(tmp_path / "results", "test")
    monkeypatch.setattr(batch, "course_version", lambda: "another")
    with pytest.raises(batch.ClusterError, match="another version of the course"):
        list(batch.grade_all(["key"], tmp_path, results, scheduler=cluster.scheduler_address))


def test_a_worker_without_a_sandbox_is_refused(tmp_path, monkeypatch):
    """The worker stands in this process, so that its sandbox can be taken away."""
    from acrosstheline.teach import sandbox

    def missing():
        raise sandbox.SandboxMissing("There is none here: install bubblewrap.")

    monkeypatch.setattr(sandbox, "demand", missing)
    results = batch.Results(tmp_path / "results", "test")
    with distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=None) as held, pytest.raises(batch.ClusterError, match="install bubblewrap"):
        list(batch.grade_all(["key"], tmp_path, results, scheduler=held.scheduler_address))

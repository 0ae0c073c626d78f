"""The exercises in the browser, with nothing to install: a JupyterLite beside the book.

``lite/start.html?open=NAME`` tells the reader what is happening while Python loads, and holds the notebook.
The kernel starts with the course inside it: our wheels are listed among the packages that Pyodide loads,
so a notebook begins with ``import acrosstheline as atl`` here as anywhere else.

Pyodide itself comes from its usual address, or from where ``PYODIDE_DIST`` says: the address of a copy, or
a folder with one, of which the needed part is then served by the site itself. The copy must be of the release
that the kernel package wants. Nothing is fetched while building.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from urllib.parse import quote

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from acrosstheline.teach.release import unrun

ROOT = Path(__file__).parents[3]
WORK = ROOT / "_build" / "lite-work"
START = Path(__file__).with_name("start.html")
EPOCH = 1767225600  # the time written into wheels, 1 January 2026: the same course gives the same bytes
STORE = "across-the-line"  # where the browser keeps students' work: a new name would hide it from them

NEEDED = ["acrosstheline", "altair", "ipywidgets", "pandas"]
KERNEL_NEEDS = ["micropip", "ipython", "jedi", "comm"]
OLDER_KERNELS_NEED = ["ssl", "sqlite3"]  # before Pyodide 314 these were packages
# The kernel extension has stand-ins of its own for these; in a browser they do nothing.
PROVIDED = {"ipykernel", "piplite", "pyodide-kernel", "widgetsnbextension"}
# What the public release carries of the course's needs; other copies are asked through their lock file.
PUBLIC_CARRIES = {"altair", "ipython", "jedi", "micropip", "pandas", "traitlets"}
PUBLIC_PYTHON = "3.14"

EXTENSIONS = ["@jupyter-widgets/jupyterlab-manager", "@jupyterlite/pyodide-kernel-extension"]
KERNEL_PLUGIN = "@jupyterlite/pyodide-kernel-extension:kernel"
# Wheels as the kernel's worker sees them: it resolves addresses from its own script.
FROM_WORKER = "../" * (EXTENSIONS[1].count("/") + 3)

DISABLED = [
    "@jupyterlite/application-extension:service-worker-manager",  # gives the kernel a file system; the tables are in the wheel
    "@jupyterlab/apputils-extension:announcements",  # asks for news of Jupyter
    "@jupyterlite/notebook-application-extension:logo",  # leads to a file list that we do not serve
    "@jupyterlite/application-extension:logo",
    "@jupyter-notebook/application-extension:logo",
    "@jupyterlab/application-extension:logo",
]
SETTINGS = {
    "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 10},
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},  # light or dark, as the reader's system says
    "@jupyter-notebook/application-extension:top": {"visible": "no"},  # the start page shows the title
    "@jupyterlab/notebook-extension:tracker": {
        "windowingMode": "none",  # search and screen readers find every cell
        "codeCellConfig": {"lineWrap": True},  # a written answer, and code on a phone, stay in sight
    },
}
LEFTOVERS = ["doc", "package.json", "notebooks/package.json", "service-worker.js", "rspack.config*.js"]
# JupyterLite reads its configuration from the page at its root; a reader who comes there is sent on.
ROOT_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Exercises</title><meta http-equiv="refresh" content="0; url=start.html">
<script id="jupyter-config-data" type="application/json">{}</script></head><body><a href="start.html">The exercises</a></body></html>
"""


@dataclass(frozen=True)
class Pyodide:
    """One copy of Pyodide: where a page finds it, what it carries, and the folder to serve it from, if any."""

    entry: str
    carries: frozenset
    python: str
    folder: Path | None = None


def pyodide(where=None):
    """Return the copy of Pyodide to use.

    Parameters
    ----------
    where : str or path, optional
        The address of a copy, or a folder with one; the usual public address if left out.

    Raises
    ------
    FileNotFoundError
        If a folder is named that holds no Pyodide.
    """
    if not where or re.match(r"https?://", str(where)):
        from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL

        return Pyodide(str(where or PYODIDE_CDN_URL).rstrip("/") + "/pyodide.mjs", frozenset(PUBLIC_CARRIES), PUBLIC_PYTHON)
    folder = Path(where)
    if not (folder / "pyodide-lock.json").is_file():
        raise FileNotFoundError(f"{folder} holds no Pyodide: it has no pyodide-lock.json. Set PYODIDE_DIST to a folder or an address that does.")
    lock = _lock(folder)
    entry = "pyodide.mjs" if (folder / "pyodide.asm.mjs").is_file() else "pyodide.js"  # releases before 314 are started by a script
    return Pyodide(f"./pyodide/{entry}", frozenset(map(canonicalize_name, lock["packages"])), ".".join(lock["info"]["python"].split(".")[:2]), folder)


def _lock(folder):
    return json.loads((folder / "pyodide-lock.json").read_text(encoding="utf-8"))


def installed(python):
    """Return an interpreter's installed packages by name, and its prefix."""
    code = "import sys, sysconfig; print(sysconfig.get_path('purelib')); print(sys.prefix)"
    place, prefix = subprocess.run([str(python), "-c", code], check=True, capture_output=True, text=True).stdout.splitlines()
    return {canonicalize_name(found.name): found for found in distributions(path=[place])}, Path(prefix)


def lacking(packages, copy):
    """Return the packages that the course needs and a copy of Pyodide lacks.

    Parameters
    ----------
    packages : dict of str to importlib.metadata.Distribution
        What is installed here.
    copy : Pyodide

    Returns
    -------
    list of str
        Sorted names, without the course itself.
    """
    browser = {"sys_platform": "emscripten", "platform_system": "Emscripten", "os_name": "posix", "python_version": copy.python,
               "python_full_version": copy.python + ".0", "extra": ""}  # fmt: skip
    wanted, found = [*NEEDED[1:], *KERNEL_NEEDS], set()
    while wanted:
        name = canonicalize_name(wanted.pop())
        if name in copy.carries | PROVIDED | found:
            continue
        found.add(name)
        needs = [Requirement(text) for text in packages[name].requires or []]
        wanted += [need.name for need in needs if not need.marker or need.marker.evaluate(browser)]
    return sorted(found)


def pack(package, folder):
    """Pack an installed package as a wheel of its Python files, and return the wheel's path.

    It is the package that the lock names, so nothing need be fetched. Compiled parts are left out: every
    package packed here also runs without them.
    """
    name = f"{package.name.replace('-', '_')}-{package.version}"
    skipped = ("RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json", "uv_cache.json")
    members = {}
    for file in sorted(package.files, key=str):
        outside = file.parts[0] == ".." or "__pycache__" in file.parts or file.suffix in (".so", ".pyd")
        if outside or (file.parts[0].endswith(".dist-info") and file.name in skipped):
            continue
        members[file.as_posix()] = file.locate().read_bytes()
    about = next(member.split("/")[0] for member in members if ".dist-info/" in member)
    members[f"{about}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: acrosstheline\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = [f"{member},sha256={_digest(body)},{len(body)}\n" for member, body in members.items()]
    members[f"{about}/RECORD"] = ("".join(record) + f"{about}/RECORD,,\n").encode()
    target = folder / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, body in members.items():
            entry = zipfile.ZipInfo(member, (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)
    return target


def _digest(body):
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()


def course_wheel(folder):
    """Build the course's own wheel, which carries the tables, and return its path."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=environment)
    return next(folder.glob("acrosstheline-*.whl"))


def wheels_for(packages, copy):
    """Return the wheels that Pyodide lacks: their bytes, by their paths within the site.

    Each lies in a folder named after its content, so that no browser takes an old one for the new.
    """
    draft = WORK / "wheels"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    made = [course_wheel(draft), *(pack(packages[name], draft) for name in lacking(packages, copy))]
    return {f"wheels/{hashlib.sha256(wheel.read_bytes()).hexdigest()[:8]}/{wheel.name}": wheel.read_bytes() for wheel in made}


def serve_pyodide(out, copy):
    """Copy what the course needs of a Pyodide in a folder: its core, and its packages with all they need."""
    lock = _lock(copy.folder)
    shelf = {canonicalize_name(name): entry for name, entry in lock["packages"].items()}
    core = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
    files = [name for name in core if (copy.folder / name).is_file()]
    wanted, seen = [*NEEDED, *KERNEL_NEEDS, *OLDER_KERNELS_NEED], set()
    while wanted:
        name = canonicalize_name(wanted.pop())
        if name in shelf and name not in seen:
            seen.add(name)
            files.append(shelf[name]["file_name"])
            wanted += shelf[name]["depends"]
    (out / "pyodide").mkdir()
    for name in files:
        shutil.copyfile(copy.folder / name, out / "pyodide" / name)


def configuration(wheels, copy):
    """Return what JupyterLite reads when it starts."""
    carried = [name for name in [*NEEDED, *KERNEL_NEEDS, *OLDER_KERNELS_NEED] if name in copy.carries]
    kernel = {
        "pyodideUrl": copy.entry,
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": [*carried, *(FROM_WORKER + quote(wheel) for wheel in wheels)]},
    }
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Across the Line",
            "appUrl": "./notebooks",
            "faviconUrl": "./notebooks/favicon.ico",
            "exposeAppInBrowser": True,  # the start page around the notebook asks it how far it is
            "contentsAllJsonFile": "all.json",  # the list of notebooks, as `serve_notebooks` writes it
            "contentsStorageName": STORE,
            "settingsStorageName": f"{STORE}-settings",
            "workspacesStorageName": f"{STORE}-workspaces",
            "disabledExtensions": DISABLED,
            "litePluginSettings": {KERNEL_PLUGIN: kernel},
        },
    }


def serve_app(out, python, prefix, settings):
    """Write JupyterLite's notebook interface, without what is not used."""
    project = WORK / "project"
    shutil.rmtree(project, ignore_errors=True)
    for name in EXTENSIONS:
        shutil.copytree(prefix / "share" / "jupyter" / "labextensions" / name, project / "labextensions" / name)
    (project / "jupyter-lite.json").write_text(json.dumps(settings), encoding="utf-8")
    (project / "overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    config = {
        "LiteBuildConfig": {
            "lite_dir": str(project), "output_dir": str(out), "cache_dir": str(project / "cache"), "apps": ["notebooks"],
            "ignore_sys_prefix": ["federated_extensions"], "no_sourcemaps": True, "no_unused_shared_packages": True, "source_date_epoch": EPOCH,
        },
        "FederatedExtensionAddon": {"extra_labextensions_path": [str(project / "labextensions")]},
    }  # fmt: skip
    (project / "config.json").write_text(json.dumps(config), encoding="utf-8")
    command = [str(python), "-m", "jupyterlite_core", "build", "--config", str(project / "config.json")]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"JupyterLite was not built:\n{done.stdout}{done.stderr}")
    for pattern in LEFTOVERS:
        for path in out.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (out / "index.html").write_text(ROOT_PAGE, encoding="utf-8")


def serve_notebooks(out, notebooks):
    """Write the notebooks and the list of them that the interface reads."""
    (out / "files").mkdir()
    listing = []
    for path in notebooks:
        copy = out / "files" / path.name
        copy.write_text(json.dumps(unrun(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")
        times = dict.fromkeys(("created", "last_modified"), "2026-01-01T00:00:00Z")
        listing.append({"name": path.name, "path": path.name, "type": "notebook", "format": None, "mimetype": None, "content": None,
                        "size": copy.stat().st_size, "writable": True, **times})  # fmt: skip
    whole = {"name": "", "path": "", "type": "directory", "format": "json", "mimetype": None, "size": None, "writable": True,
             "content": listing, **dict.fromkeys(("created", "last_modified"), "2026-01-01T00:00:00Z")}  # fmt: skip
    folder = out / "api" / "contents"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "all.json").write_text(json.dumps(whole), encoding="utf-8")


def title(path):
    """Return a notebook's first heading."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        found = re.search(r"^#\s+(.+)$", "".join(cell["source"]), re.MULTILINE) if cell["cell_type"] == "markdown" else None
        if found:
            return found[1].strip()
    return path.stem.replace("_", " ").capitalize()


def serve_start(out, notebooks, copy, wheels):
    """Write the page around the notebook: what is happening, and what to do where it cannot."""
    pages = {page.stem for page in (ROOT / "book").iterdir()}
    chapters = {path: path.stem.removesuffix("_exercise") for path in notebooks}
    data = {
        "exercises": {p.stem: {"title": title(p), "chapter": chapter if chapter in pages else None} for p, chapter in chapters.items()},
        "pyodide": copy.entry,
        "packages": [*NEEDED, *KERNEL_NEEDS, *OLDER_KERNELS_NEED],
        "wheels": list(wheels),
    }
    text = START.read_text(encoding="utf-8").replace('"COURSE DATA"', json.dumps(data).replace("<", "\\u003c"))
    (out / "start.html").write_text(text, encoding="utf-8")


def exercises(root=ROOT):
    """Return the notebooks that students open: the one for beginners first, then in the order of the chapters."""
    order = re.findall(r"file: book/(\w+)", (root / "_toc.yml").read_text(encoding="utf-8"))
    places = {f"{chapter}_exercise": place for place, chapter in enumerate(order)}
    return sorted((root / "exercises").glob("*.ipynb"), key=lambda path: (places.get(path.stem, -1), path.stem))


def build(out, notebooks=None, where=None, python=sys.executable):
    """Write the exercises, ready to run in a browser, into a folder of the site.

    Parameters
    ----------
    out : path
        The folder; what it held is replaced.
    notebooks : list of path, optional
        What to offer; the course's exercises if left out.
    where : str or path, optional
        See `pyodide`.
    python : path, optional
        The interpreter whose JupyterLite and packages to use; this one if left out.

    Returns
    -------
    bool
        False if everything was as it should be already.
    """
    out = Path(out)
    notebooks = exercises() if notebooks is None else notebooks
    copy = pyodide(where)
    packages, prefix = installed(python)
    mark = out / "made-from"
    made_from = _fingerprint(notebooks, copy, packages)
    if mark.is_file() and mark.read_text() == made_from:
        return False
    shutil.rmtree(out, ignore_errors=True)
    wheels = wheels_for(packages, copy)
    serve_app(out, python, prefix, configuration(wheels, copy))
    for path, body in wheels.items():
        (out / path).parent.mkdir(parents=True)
        (out / path).write_bytes(body)
    if copy.folder:
        serve_pyodide(out, copy)
    serve_notebooks(out, notebooks)
    serve_start(out, notebooks, copy, wheels)
    mark.write_text(made_from)
    return True


def _fingerprint(notebooks, copy, packages):
    """Return one hash of all that the result depends on."""
    used = ["jupyterlite-core", "jupyterlite-pyodide-kernel", "jupyterlab-widgets", *lacking(packages, copy)]
    versions = {name: packages[name].version for name in used}
    whole = hashlib.sha256(repr((copy.entry, sorted(copy.carries), copy.python, versions)).encode())
    sources = [p for folder in ("src/acrosstheline", "data") for p in sorted((ROOT / folder).rglob("*")) if p.is_file() and "__pycache__" not in p.parts]
    lock = [copy.folder / "pyodide-lock.json"] if copy.folder else []
    for path in [*sources, ROOT / "pyproject.toml", *lock, *notebooks]:
        whole.update(f"{path.name} ".encode() + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()

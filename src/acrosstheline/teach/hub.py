"""A class on a JupyterHub: links that open an exercise there, and what it takes to build and serve the class's environment.

A hub pulls what students open from a git repository. That is never the course's own, which holds the solutions, but one
that an instructor makes from the students' pack.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote, unquote, urlencode, urlsplit

from acrosstheline import checks
from acrosstheline.teach import catalogue, page, plan, routes
from acrosstheline.teach.catalogue import CourseError

# Where a server shows a file, by program: nbgitpuller's documentation, docs/topic/url-options.rst.
APPS = {"lab": "lab/tree/", "notebook": "tree/"}

# What a class's repository needs for repo2docker, beside the pack: the course's own locks, and a script.
LOCKS = ("requirements.txt", "runtime.txt", "hub.txt")
POST_BUILD = """#!/usr/bin/env bash
# What the class's environment needs beside requirements.txt: nbgitpuller, which brings the exercises to each student,
# the Notebook that goes with this JupyterLab, and the course's own package, from the file in this folder.
set -euo pipefail
cd "$(dirname "$0")/.."
python -m pip install --quiet --no-cache-dir --require-hashes --no-deps -r .binder/hub.txt
python -m pip install --quiet --no-cache-dir --no-deps --force-reinstall ./acrosstheline-*.whl
# JupyterLab would ask every student whether it may fetch news from jupyter.org.
jupyter labextension disable --level=sys_prefix "@jupyterlab/apputils-extension:announcements"
"""

_SOLUTIONS = ("exercises", "solutions")  # where the course keeps them
_SOLVED = re.compile(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)")
_OURS = "The course's own repository holds the solutions, and every student could read all that a hub pulls. Make a repository from the student pack, and give its address."
_KEY = "{} {}: students' servers have no key for that. Give the address that works in a browser without logging in, such as https://git.example.edu/me/class."
_INCLUDED = re.compile(r"```\{literalinclude\}[^\n]*hub_values\.yaml\n.*?```", re.DOTALL)
_FENCE = re.compile(r"^```\{code-block\}.*$", re.MULTILINE)
_OTHER = re.compile(r"\[([^\]]+)\]\((\w+)\.md\)")
_BRANCH = re.compile(r"(?!-)(?!.*(?:\.\.|@\{|//|\.lock$))[^\s~^:?*\[\\\x00-\x1f\x7f]+(?<![/.])")
_PAGE = re.compile(r"/(?:-/)?(?:tree|blob|src/branch)/")
_PLACE = re.compile(r"/(?:hub|user|services)(?:/|$)")


@dataclass(frozen=True)
class Link:
    """A link that fetches the class's repository onto a student's server, and opens something in it.

    Attributes
    ----------
    title : str
    place : str
        The path in the repository; empty for all of it.
    address : str
    """

    title: str
    place: str
    address: str


# --- links ------------------------------------------------------------------------------------------------------


def link(hub, repo, place="", branch="main", app="lab"):
    """Return the address that brings a repository to whoever follows it, and opens a file or folder of it.

    Parameters
    ----------
    hub, repo : str
        The addresses of the hub and of the class's repository.
    place : str
        The path of a file or folder in the repository; empty for all of it.
    branch : str
    app : str
        In which program it opens: one of `APPS`.

    Returns
    -------
    str
        A link for nbgitpuller. Names that hold odd characters are encoded twice: once as part of the address that is
        opened in the end, and once more as a part of this one.

    Raises
    ------
    acrosstheline.teach.catalogue.CourseError
        If one of these cannot work; the text says why.
    """
    repo = repository(repo)
    folder = _folder(repo)
    inside = "/".join(part for part in (folder, _inside(place)) if part)
    asked = {"repo": repo, "urlpath": APPS[app] + quote(inside, safe="/"), "branch": _branch(branch)}
    if folder != repo.rsplit("/", 1)[-1]:
        asked["targetPath"] = folder  # nbgitpuller would name the folder class.git, and look for it there
    return f"{hub_address(hub)}hub/user-redirect/git-pull?{urlencode(asked, quote_via=quote, safe='')}"


def links(hub, repo, places, branch="main", app="lab"):
    """Return links to several places.

    Parameters
    ----------
    places : list of (str, str)
        Titles, and paths in the repository.

    Returns
    -------
    list of Link
    """
    return [Link(title, place, link(hub, repo, place, branch, app)) for title, place in places]


def hub_address(text):
    """Return a hub's address, ending with a slash; what a browser shows after it, such as ``/hub/home``, is cut off.

    Raises
    ------
    CourseError
        If it is no address of a hub.
    """
    parts = _web(text, "--hub", "https://hub.example.edu")
    cut = _PLACE.search(parts.path)
    if not cut and (parts.query or parts.fragment):
        raise CourseError(f"--hub {text}: leave out everything from {'?' if parts.query else '#'} on.")
    path = parts.path[: cut.start()] if cut else parts.path.rstrip("/")
    return f"{parts.scheme}://{_host(parts)}{quote(unquote(path))}/"


def repository(text):
    """Return the address of a class's repository.

    Raises
    ------
    CourseError
        If students' servers cannot fetch it, or must not.
    """
    typed = str(text or "").strip()
    _demand_not_local(typed)
    if re.match(r"(?:ssh|git)://|[\w.-]+@[\w.-]+:(?!//)", typed):
        raise CourseError(_KEY.format("--repo", typed))
    parts = _web(typed, "--repo", "https://git.example.edu/me/class")
    if parts.query or parts.fragment:
        raise CourseError(f"--repo {typed}: leave out everything from {'?' if parts.query else '#'} on.")
    shown = _PAGE.search(parts.path)
    if shown:
        raise CourseError(f"--repo {typed}: this is a page about the repository. Give the repository's own address: {typed[: typed.index(shown[0])]}")
    found = typed.rstrip("/")
    if not _folder(found) or parts.path.strip("/") == "":
        raise CourseError(f"--repo {typed}: this names no repository. Give its whole address, such as https://git.example.edu/me/class.")
    if _plain(found) in _remotes():
        raise CourseError(f"--repo {typed}: this is where your copy of the course came from. {_OURS}")
    return found


def is_open(address):
    """Return whether an address is used without encryption, beyond this computer."""
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1")


def _web(text, option, example):
    """Return the parts of an address of the web."""
    typed = str(text or "").strip()
    if not typed:
        raise CourseError(f"{option} is missing. Give an address such as {example}.")
    if re.search(r'[\s\x00-\x1f\x7f"<>\\^`{|}]', typed):
        raise CourseError(f"{option} {typed}: an address holds no spaces and none of \" < > \\ ^ ` {{ | }}. Copy it from the browser's address bar.")
    try:
        parts = urlsplit(typed)
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:
        usable = False
    if not usable:
        hint = f" Did you mean https://{typed}?" if re.match(r"[\w-]+(\.[\w-]+)+(:\d+)?(/|$)", typed) else ""
        raise CourseError(f"{option} {typed}: this is no address of the web.{hint} Give one such as {example}.")
    if "@" in parts.netloc:
        raise CourseError(f"{option} {parts.scheme}://...@{parts.hostname}: leave out the name, password or token before the @. A link is seen by all who get it, and kept in logs. What students pull must be open to them without it.")
    return parts


def _host(parts):
    """Return a host with its port, as a browser asks for it."""
    host = parts.hostname
    host = f"[{host}]" if ":" in host else host.encode("idna").decode()
    return f"{host}:{parts.port}" if parts.port else host


def _demand_not_local(typed):
    """Refuse a folder of this computer, and say why if it is a course's."""
    path = os.path.expanduser(unquote(typed.removeprefix("file://")))
    if not (typed.startswith(("file:", "/", ".", "~", "\\")) or re.match(r"[A-Za-z]:[\\/]", typed) or (typed and os.path.exists(path))):
        return
    if os.path.isdir(os.path.join(path, *_SOLUTIONS)):
        raise CourseError(f"--repo {typed}: this is a copy of the course. {_OURS}")
    raise CourseError(f"--repo {typed}: this is a folder of this computer, which a hub cannot reach. Push it to a git server, and give the address there, such as https://git.example.edu/me/class.")


def _remotes():
    """Return from where this copy of the course was fetched, in plain form."""
    try:
        said = subprocess.run(["git", "config", "--get-regexp", r"^remote\..*\.url$"], cwd=catalogue.home(), capture_output=True, text=True).stdout
    except OSError:
        return set()
    return {_plain(line.split(" ", 1)[1]) for line in said.splitlines() if " " in line}


def _plain(address):
    """Return an address without what may differ between two ways to write it."""
    found = re.sub(r"^[a-z+]+://", "", address.strip().lower())
    found = re.sub(r"^([^/@]*@)", "", found)
    return re.sub(r"^([^/:]+):(?!\d+(?:/|$))", r"\1/", found).removesuffix("/").removesuffix(".git")


def _folder(repo):
    """Return the name of the folder that a repository becomes."""
    return unquote(repo.rstrip("/").rsplit("/", 1)[-1]).removesuffix(".git").strip("/.")


def _inside(place):
    """Return a path within a repository."""
    parts = [part for part in str(place).replace("\\", "/").split("/") if part not in ("", ".")]
    if ".." in parts:
        raise CourseError(f"{place}: this leads out of the repository. Give a folder within it, such as week_01.")
    return "/".join(parts)


def _branch(text):
    if not _BRANCH.fullmatch(str(text)):
        raise CourseError(f"--branch {text}: git allows no such name. It is main unless you chose another.")
    return text


# --- places in a pack ----------------------------------------------------------------------------------------------


def exercise(text):
    """Return an exercise's short name from what an instructor typed: a chapter's name, title or number, or First steps.

    Raises
    ------
    CourseError
        If there is no such exercise.
    """
    typed = re.sub(r"[\s-]+", "_", str(text).strip().lower()).removesuffix(".ipynb").removesuffix("_exercise")
    return routes.FIRST if typed == routes.FIRST else plan.chapter_name(typed)


def in_folder(names, folder):
    """Return titles and paths of exercises that lie in one folder of a repository; of the folder itself if none is named."""
    if not names:
        return [(_inside(folder) or "All of it", _inside(folder))]
    return [(_title(name), _inside(f"{folder}/{name}_exercise.ipynb")) for name in names]


def in_pack(pack, names=()):
    """Return titles and paths of the exercises in a students' pack.

    Parameters
    ----------
    pack : path
        The pack's folder, or the one in which both packs lie.
    names : list of str
        Which ones; all, and the pack itself, if none is named.

    Raises
    ------
    CourseError
        If it is no students' pack, if it holds a solution, or if an exercise is not in it.
    """
    pack = Path(pack)
    pack = pack / "student_pack" if (pack / "student_pack").is_dir() else pack
    if pack.joinpath(*_SOLUTIONS).is_dir():
        raise CourseError(f"--pack {pack}: this is a copy of the course. {_OURS}")
    notebooks = sorted(pack.rglob("*.ipynb"))
    _demand_no_solutions(pack, notebooks)
    found = {path.name.removesuffix("_exercise.ipynb"): path.relative_to(pack) for path in notebooks if path.name.endswith("_exercise.ipynb")}
    if not found:
        raise CourseError(f"There is no exercise in {pack}. Give the folder student_pack that `acrosstheline assign` wrote.")
    missing = [name for name in names if name not in found]
    if missing:
        raise CourseError(f"Not in {pack}: {', '.join(missing)}. It holds {', '.join(found)}.")
    places = sorted((path.as_posix(), name) for name, path in found.items() if not names or name in names)
    return ([] if names else [("All of it", "")]) + [(_title(name), path) for path, name in places]


def _demand_no_solutions(pack, notebooks):
    for path in notebooks:
        if "solutions" in path.relative_to(pack).parts or _SOLVED.search(path.read_text(encoding="utf-8", errors="replace")):
            raise CourseError(f"{path} holds solutions, and students read all that a hub pulls. Push student_pack alone, as `acrosstheline assign` wrote it.")


def _title(name):
    """Return a chapter's title, that of an exercise that belongs to none, or the words of an instructor's own file."""
    titles = {unit.name: unit.title for unit in catalogue.units()} | {routes.FIRST: checks.about(routes.FIRST)["title"]}
    return titles.get(name) or name.replace("_", " ").capitalize()


# --- what goes into the packs -------------------------------------------------------------------------------------


def members(course):
    """Return what repo2docker needs to build a class's environment from the students' pack.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course

    Returns
    -------
    dict of str to bytes
        By path inside the students' pack.
    """
    binder = catalogue.home() / ".binder"
    files = {f".binder/{name}": (binder / name).read_bytes().replace(b"\r\n", b"\n") for name in LOCKS}
    return dict(sorted({**files, ".binder/postBuild": POST_BUILD.encode()}.items()))


def instructor_members(course):
    """Return how to serve a class on a hub: the page of the book, with this course's exercises, and values for Kubernetes.

    Parameters
    ----------
    course : acrosstheline.teach.course.Course

    Returns
    -------
    dict of str to bytes
        By path inside the instructor's pack.
    """
    values = (catalogue.home() / "book" / "assets" / "hub_values.yaml").read_bytes().replace(b"\r\n", b"\n")
    return {"hub/README.html": readme(course).encode(), "hub/values.yaml": values}


def readme(course):
    """Return the book's page on hubs as a page of the pack, with the exercises of a course."""
    text = (catalogue.home() / "book" / "for_instructors_hub.md").read_text(encoding="utf-8")
    text = _INCLUDED.sub("The file stands beside this page: [values.yaml](values.yaml).", text)
    text = _FENCE.sub("```", text)
    text = _OTHER.sub(lambda found: f"[{found[1]}]({course.book}book/{found[2]}.html)" if course.book else found[1], text)
    title, _, rest = text.removeprefix("# ").partition("\n")
    body = f"<h1>{escape(title)}</h1>\n{_exercises(course)}\n{page.markdown(rest)}"
    return page.page(f"{title}: {course.name}", body)


def _exercises(course):
    """Return the exercises of a course, where they lie in its pack, and the command that links to them."""
    from acrosstheline.teach import student_pack  # here, because that module takes `members` from this one

    rows = [
        [str(session.number), escape(_title(name)), f"<code>{student_pack.folder(session)}/{name}_exercise.ipynb</code>"]
        for session in course.sessions if session.units for name in student_pack.exercises(course, session)
    ]  # fmt: skip
    command = ".venv/bin/acrosstheline link --pack PACKS --hub https://hub.example.edu --repo https://git.example.edu/me/class"
    return (
        f"<p class=\"lead\">{escape(course.name)}: {len(rows)} exercises. When the class’s repository and the hub are there, "
        "this command, in the course’s folder, prints a link to each, with your addresses in place of these and the folder "
        f"of your two packs in place of <code>PACKS</code>:</p><pre>{command}</pre>{page.table(['Week', 'Exercise', 'In the student pack'], rows)}"
    )

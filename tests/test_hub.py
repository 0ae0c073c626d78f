"""A class on a hub: links that lead where they should, addresses that are refused, and an environment that is the course's."""

import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import yaml

from acrosstheline import cli
from acrosstheline.teach import hub, packs, plan
from acrosstheline.teach.catalogue import CourseError
from course import ROOT

HUB, REPO = "https://hub.example.edu", "https://git.example.edu/me/class"


@pytest.fixture(scope="module")
def course():
    return plan.course(chapters=["five_voices", "the_life_of_a_number"], start="2027-02-01", zone="Asia/Karachi", book="https://book.example.edu/")


@pytest.fixture
def pack(tmp_path):
    """A students' pack, without what has no part in links."""
    folder = tmp_path / "course" / "student_pack"
    for week, names in {"week_01": ["first_steps", "five_voices"], "week_02": ["the_life_of_a_number"]}.items():
        (folder / week).mkdir(parents=True)
        for name in names:
            shutil.copy(ROOT / "exercises" / f"{name}_exercise.ipynb", folder / week)
    return folder


def asked(address):
    """Return what a link asks nbgitpuller for, as its server reads it."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query, strict_parsing=True).items()}


# --- links --------------------------------------------------------------------------------------------------------


def test_a_link_is_what_the_link_generator_of_nbgitpuller_makes():
    """Compared with ``generateRegularUrl`` of docs/_static/link_gen/link.js at 0665c468cc9516a371450768bd2ea42bf2651315, run by Node."""
    assert hub.link(HUB, REPO, "week_01/five_voices_exercise.ipynb") == (
        "https://hub.example.edu/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgit.example.edu%2Fme%2Fclass"
        "&urlpath=lab%2Ftree%2Fclass%2Fweek_01%2Ffive_voices_exercise.ipynb&branch=main"
    )


@pytest.mark.parametrize("app, begins", [("lab", "lab/tree/class/"), ("notebook", "tree/class/")])
def test_odd_names_survive_both_readings(app, begins):
    place = "week 1 #a%é?&+/x_exercise.ipynb"
    opened = asked(hub.link(HUB, REPO, place, app=app))["urlpath"]
    assert opened.startswith(begins) and not re.search(r"[ #?&+é]", opened)
    assert unquote(urlsplit(f"{HUB}/user/ali/{opened}").path).endswith(f"/class/{place}")


def test_a_repository_becomes_a_folder_named_after_it():
    """nbgitpuller would name it class.git, and look for the file in class (its issue 205)."""
    assert asked(hub.link(HUB, f"{REPO}.git", "a.ipynb")) == {"repo": f"{REPO}.git", "urlpath": "lab/tree/class/a.ipynb", "branch": "main", "targetPath": "class"}
    assert "targetPath" not in asked(hub.link(HUB, f"{REPO}/", "a.ipynb"))


@pytest.mark.parametrize(
    "typed, base",
    [
        ("https://hub.example.edu", "https://hub.example.edu/"),
        ("https://hub.example.edu/jupyter/", "https://hub.example.edu/jupyter/"),
        ("https://hub.example.edu/hub/login?next=%2Fhub%2F", "https://hub.example.edu/"),
        ("https://hub.example.edu/jupyter/user/ali/lab/tree/x#top", "https://hub.example.edu/jupyter/"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ("https://HUB.exämple.edu:8443/", "https://hub.xn--exmple-cua.edu:8443/"),
        ("https://[2001:db8::1]:8000/hub/", "https://[2001:db8::1]:8000/"),
    ],
)
def test_a_hub_is_found_in_what_a_browser_shows(typed, base):
    assert hub.hub_address(typed) == base
    assert hub.link(typed, REPO).startswith(f"{base}hub/user-redirect/git-pull?")


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "repo, reason",
    [
        ("", "missing"),
        (None, "missing"),
        ("git.example.edu/me/class", "Did you mean https://git.example.edu/me/class"),
        ("ftp://git.example.edu/me/class", "no address of the web"),
        ("https://", "no address of the web"),
        ("https://git.example.edu:99999/me/class", "no address of the web"),
        ("https://git.example.edu/", "names no repository"),
        ("https://git.example.edu/me/..", "names no repository"),
        ("https://git.example.edu/me/my class", "no spaces"),
        ("https://git.example.edu/me/class?x=1", "leave out everything from ?"),
        ("https://git.example.edu/me/class#readme", "leave out everything from #"),
        ("https://github.com/me/class/tree/main/week_01", "own address: https://github.com/me/class"),
        ("https://gitlab.com/me/class/-/tree/main", "own address: https://gitlab.com/me/class"),
        ("git@git.example.edu:me/class.git", "no key"),
        ("ssh://git@git.example.edu/me/class", "no key"),
        (str(ROOT), "holds the solutions"),
        (f"file://{ROOT}", "holds the solutions"),
        ("/somewhere/class", "a folder of this computer"),
        ("./class", "a folder of this computer"),
        ("C:\\class", "a folder of this computer"),
    ],
)
def test_a_repository_that_cannot_be_pulled_is_refused(repo, reason):
    with pytest.raises(CourseError, match=re.escape(reason)):
        hub.link(HUB, repo, "a.ipynb")


@pytest.mark.parametrize("address", ["https://me:secret@example.edu/me/class", "https://secret@example.edu/me/class"])
def test_a_password_is_refused_and_not_repeated(address):
    for hub_address, repo in ((HUB, address), (address, REPO)):
        with pytest.raises(CourseError, match="leave out the name, password or token") as refused:
            hub.link(hub_address, repo)
        assert "secret" not in str(refused.value)


def test_where_this_copy_of_the_course_came_from_is_refused(monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, "remote.origin.url git@git.example.edu:team/course.git\n"))
    for repo in ("https://git.example.edu/team/Course.git", "http://git.example.edu/team/course/"):
        with pytest.raises(CourseError, match="holds the solutions"):
            hub.repository(repo)
    assert hub.repository("https://git.example.edu/team/class") == "https://git.example.edu/team/class"


@pytest.mark.parametrize("typed", ["", "hub.example.edu", "https://hub.example.edu/?x=1", "https://hub .example.edu", "javascript:alert(1)"])
def test_what_is_no_hub_is_refused(typed):
    with pytest.raises(CourseError, match="--hub"):
        hub.link(typed, REPO)


@pytest.mark.parametrize("branch", ["a b", "-x", "a..b", "a~1", "x.lock", "x/", "", "a:b", "a\\b"])
def test_a_branch_that_git_does_not_allow_is_refused(branch):
    with pytest.raises(CourseError, match="--branch"):
        hub.link(HUB, REPO, branch=branch)


def test_nothing_leads_out_of_the_repository():
    with pytest.raises(CourseError, match="leads out"):
        hub.link(HUB, REPO, "../x.ipynb")


# --- packs ------------------------------------------------------------------------------------------------------------


def test_every_exercise_of_a_pack_gets_a_link_to_where_it_lies(pack):
    for given in (pack, pack.parent):
        links = hub.links(HUB, REPO, hub.in_pack(given))
        assert [link.place for link in links] == ["", *sorted(path.relative_to(pack).as_posix() for path in pack.rglob("*.ipynb"))]
        assert all((pack / asked(link.address)["urlpath"].removeprefix("lab/tree/class").lstrip("/")).exists() for link in links)
    assert [title for title, _ in hub.in_pack(pack, ["five_voices"])] == ["Five voices"]


def test_an_instructors_own_exercise_gets_a_link_too(pack):
    (pack / "week_02" / "our_archive_exercise.ipynb").write_text("{}")
    assert ("Our archive", "week_02/our_archive_exercise.ipynb") in hub.in_pack(pack)


def test_a_chapter_that_is_not_in_the_pack_is_named(pack):
    with pytest.raises(CourseError, match="the_plan"):
        hub.in_pack(pack, ["the_plan"])


def test_a_pack_with_a_solution_is_refused(pack):
    shutil.copy(ROOT / "exercises" / "solutions" / "five_voices_exercise.ipynb", pack / "week_01")
    with pytest.raises(CourseError, match="holds solutions"):
        hub.in_pack(pack)


@pytest.mark.parametrize("place, reason", [(ROOT, "copy of the course"), (ROOT / "exercises" / "solutions", "holds solutions"), (ROOT / "data", "no exercise")])
def test_what_is_no_students_pack_is_refused(place, reason):
    with pytest.raises(CourseError, match=reason):
        hub.in_pack(place)


# --- the command --------------------------------------------------------------------------------------------------------


class Links(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found += [value for name, value in attributes if (tag, name) == ("a", "href")]


def test_the_command_prints_links_in_three_forms(pack, capsys):
    made = [link.address for link in hub.links(HUB, REPO, hub.in_pack(pack))]
    read = {"plain": lambda text: re.findall(r"^  (\S+)$", text, re.MULTILINE), "markdown": lambda text: re.findall(r"\]\(([^)\s]+)\)", text), "html": lambda text: Links(text).found}
    for form, addresses in read.items():
        assert cli.main(["link", "--pack", str(pack), "--hub", HUB, "--repo", REPO, "--as", form]) == 0
        said = capsys.readouterr()
        assert addresses(said.out) == made and "private window" in said.err


def test_the_command_takes_chapters_by_any_name_and_a_folder(capsys):
    assert cli.main(["link", "Five voices", "2", "first-steps", "--folder", "week_01", "--hub", "http://hub.example.edu", "--repo", REPO]) == 0
    said = capsys.readouterr()
    found = [asked(address)["urlpath"] for address in re.findall(r"http\S+", said.out)]
    assert found == [f"lab/tree/class/week_01/{name}_exercise.ipynb" for name in ("five_voices", "the_life_of_a_number", "first_steps")]
    assert "Ask for https" in said.err


@pytest.mark.parametrize("words, reason", [(["five_voices"], "--pack"), (["five_voices", "--folder", ".."], "leads out"), (["nowhere", "--folder", "."], "There is no chapter"), (["--repo", str(ROOT)], "solutions")])
def test_the_command_says_why_it_makes_no_link(words, reason, capsys):
    assert cli.main(["link", "--hub", HUB, "--repo", REPO, *words]) == 2
    said = capsys.readouterr()
    assert reason in said.err and not said.out


# --- the environment ------------------------------------------------------------------------------------------------------


def test_a_class_gets_the_courses_own_lock(course):
    files = hub.members(course)
    assert sorted(files) == [".binder/hub.txt", ".binder/postBuild", ".binder/requirements.txt", ".binder/runtime.txt"]
    for name in ("requirements.txt", "runtime.txt", "hub.txt"):
        assert files[f".binder/{name}"] == (ROOT / ".binder" / name).read_bytes()
    assert files == hub.members(course)


def test_the_hubs_packages_are_locked_and_fit_the_lock():
    said = (ROOT / ".binder" / "hub.txt").read_text(encoding="utf-8")
    locked = (ROOT / ".binder" / "requirements.txt").read_text(encoding="utf-8")
    versions = dict(re.findall(r"^([a-z-]+)==([\d.]+)", said, re.MULTILINE))
    assert set(versions) == {"nbgitpuller", "notebook"} and said.count("--hash=sha256:") >= 2 * len(versions)
    assert not re.search(r"https?://|--index-url|file:", said)
    assert {"jupyter-server", "tornado", "notebook-shim", "jupyterlab-server"} <= set(re.findall(r"^([a-z-]+)==", locked, re.MULTILINE))
    lab = re.search(r"^jupyterlab==(4\.\d+)", locked, re.MULTILINE)[1]
    assert versions["notebook"].split(".")[:2] == ["7", lab.split(".")[1]], "Notebook 7.x goes with JupyterLab 4.x of the same x"


def test_post_build_installs_what_is_missing_from_where_it_lies(course, tmp_path):
    """Run with stand-ins for pip and jupyter, from another folder, as repo2docker and an administrator do."""
    for name, body in hub.members(course).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(body)
    (tmp_path / "acrosstheline-0.1.0-py3-none-any.whl").touch()
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("python", "jupyter"):
        (tools / tool).write_text(f'#!/bin/sh\necho "{tool} $*" >> "{tmp_path}/calls"\n')
        (tools / tool).chmod(0o755)
    subprocess.run(["bash", tmp_path / ".binder" / "postBuild"], cwd=tools, env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}, check=True)
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls[0].startswith("python -m pip install") and calls[0].endswith("--require-hashes --no-deps -r .binder/hub.txt")
    assert calls[1].startswith("python -m pip install") and "--no-deps" in calls[1] and calls[1].endswith("./acrosstheline-0.1.0-py3-none-any.whl")
    assert calls[2].startswith("jupyter labextension disable") and calls[2].endswith("announcements") and len(calls) == 3


# --- Kubernetes -------------------------------------------------------------------------------------------------------------

# What jupyterhub/values.schema.yaml of jupyterhub/zero-to-jupyterhub-k8s allows of what we use, read at commit
# 02dd73df01bdbb6d602fed21b0be12565ab38080. It allows no other keys beside these, but anything within hub.config and a rule of egress.
ANY = object()
SCHEMA = {
    "hub": {"config": ANY, "activeServerLimit": int},
    "proxy": {"https": {"enabled": bool, "hosts": list, "letsencrypt": {"contactEmail": str}}},
    "singleuser": {
        "image": {"name": str, "tag": str},
        "defaultUrl": str,
        "memory": {"guarantee": (int, float, str), "limit": (int, float, str)},
        "cpu": {"guarantee": (int, float), "limit": (int, float)},
        "storage": {"type": str, "capacity": str, "homeMountPath": str},
        "cloudMetadata": {"blockWithIptables": bool, "ip": str},
        "networkPolicy": {
            "enabled": bool,
            "egress": list,
            "egressAllowRules": dict.fromkeys(
                ["cloudMetadataServer", "dnsPortsCloudMetadataServer", "dnsPortsKubeSystemNamespace", "dnsPortsPrivateIPs", "nonPrivateIPs", "privateIPs"], bool
            ),
        },
    },
    "cull": {"enabled": bool, "timeout": int, "every": int},
    "prePuller": {"hook": {"enabled": bool}, "continuous": {"enabled": bool}},
}


def held(values, schema, where=""):
    """Yield where values leave a schema."""
    if schema is ANY:
        return
    if not isinstance(schema, dict):
        if not isinstance(values, schema) or (isinstance(values, bool) and schema is not bool):
            yield f"{where}: {values!r}"
        return
    for key, value in values.items():
        if key in schema:
            yield from held(value, schema[key], f"{where}.{key}")
        else:
            yield f"{where}.{key}: no such key"


@pytest.fixture(scope="module")
def values(course):
    return yaml.safe_load(hub.instructor_members(course)["hub/values.yaml"])


def test_the_values_hold_only_what_the_chart_knows(values):
    assert list(held(values, SCHEMA)) == []
    assert list(held({"singleuser": {"memory": {"limits": "1G"}}, "cull": {"timeout": "1h"}}, SCHEMA)) == [".singleuser.memory.limits: no such key", ".cull.timeout: '1h'"]


def test_the_values_let_nobody_in_and_out_who_should_not_be(values):
    assert values["hub"]["config"]["JupyterHub"]["authenticator_class"] not in ("dummy", "null", "none")
    assert "password" not in json.dumps(values).lower()
    policy, rules = values["singleuser"]["networkPolicy"], values["singleuser"]["networkPolicy"]["egressAllowRules"]
    assert policy["enabled"] and not (rules["nonPrivateIPs"] or rules["privateIPs"] or rules["cloudMetadataServer"])
    assert values["singleuser"]["cloudMetadata"]["blockWithIptables"] and values["singleuser"]["memory"]["limit"] == "1G"


def test_what_must_be_filled_in_is_marked(values):
    image = values["singleuser"]["image"]
    assert "REPLACE" in image["name"] and "REPLACE" in image["tag"]
    assert "REPLACE" in values["hub"]["config"]["GenericOAuthenticator"]["client_secret"]


# --- the page of the pack -----------------------------------------------------------------------------------------------------


def test_the_packs_page_is_the_books_with_this_courses_exercises(course):
    html = hub.instructor_members(course)["hub/README.html"].decode()
    assert html.count("<h1>") == 1 and "week_01/five_voices_exercise.ipynb" in html and "week_02/the_life_of_a_number_exercise.ipynb" in html
    assert 'href="values.yaml"' in html and 'href="https://book.example.edu/book/exercises.html"' in html
    assert not re.search(r"literalinclude|code-block|\.md\b(?!</code>)|\{doc\}", html)
    assert html == hub.readme(course)


def test_no_page_for_a_class_gives_a_solution():
    for name in ("for_instructors_hub.md", "assets/hub_values.yaml"):
        assert not re.search(r"BEGIN SOLUTION|HIDDEN TESTS|answer_\d", (ROOT / "book" / name).read_text(encoding="utf-8"))


def test_the_script_can_be_run_from_a_zip(course):
    with zipfile.ZipFile(io.BytesIO(packs.zipped(hub.members(course), "student_pack"))) as archive:
        modes = {entry.filename.rsplit("/", 1)[-1]: entry.external_attr >> 16 for entry in archive.infolist()}
    assert modes["postBuild"] == 0o755 and modes["requirements.txt"] == 0o644

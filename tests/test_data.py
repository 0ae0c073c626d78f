"""The data package: valid, complete, and loud when damaged."""

import json
import shutil

import pytest
from frictionless import Package, system

from acrosstheline import tables
from course import ROOT

DATA = ROOT / "data"
RESOURCES = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))["resources"]
NAMES = [entry["name"] for entry in RESOURCES]
STATUSES = {"verified", "diverged", "unverifiable"}


def test_the_package_is_valid():
    with system.use_context(trusted=True):
        report = Package(str(DATA / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])[:10]


def test_every_file_is_described_and_every_description_has_its_file():
    assert {entry["path"] for entry in RESOURCES} == {p.name for p in DATA.glob("*.csv")}


@pytest.mark.parametrize("entry", RESOURCES, ids=NAMES)
def test_an_entry_says_what_a_reader_needs(entry):
    for key in ("title", "description", "essay", "accessed", "licenses", "sha256", "sources"):
        assert entry.get(key), key
    about = entry["about"]
    assert about["what_you_must_know"] and about["definitions"]
    assert "gaps" in about
    assert about["upstream_status"] in STATUSES and about["upstream_status_reason"]
    assert 60 <= len(entry["essay"].split()) <= 200
    for field in entry["schema"]["fields"]:
        assert field.get("type") and (field.get("description") or field.get("title")), field["name"]


@pytest.mark.parametrize("name", NAMES)
def test_a_table_loads_with_types(name):
    assert len(tables.load(name)) > 0


def test_every_link_between_tables_resolves():
    tables.check_links()


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("sources", "documents", "people", "fingerprints", "terms", "term_usage", "events", "claims", "excerpts", "proposals")])
def test_every_figure_has_a_source(name):
    table = tables.load(name)
    assert table["source_id"].notna().all()


def test_weak_sources_say_why():
    sources = tables.load("sources")
    assert sources.loc[sources["strength"] == "weak", "weak_reason"].notna().all()
    assert (sources["strength"] == "weak").any()


def test_one_page_is_one_source():
    """Two rows may share an address if they give two origins' words, or two releases of one data set."""
    sources = tables.load("sources").dropna(subset=["url"])
    pages = sources.assign(page=sources["url"].str.replace(r"^https?://(www\.)?", "", regex=True).str.rstrip("/").str.lower())
    doubled = pages[pages.duplicated(["page", "title", "origin_id"], keep=False)]
    assert doubled.empty, doubled["source_id"].tolist()
    rated = pages.groupby("page")["strength"].nunique()
    assert (rated == 1).all(), rated[rated > 1].index.tolist()


@pytest.fixture
def copy(tmp_path):
    """A copy of the data that a test may damage, with a way to accept a change of hash."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    yield folder
    tables.manifest.cache_clear()
    tables._load.cache_clear()


def damage(folder, name, change, accept=True):
    path = folder / f"{name}.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    if accept:
        tables.refresh(folder)


def test_a_truncated_file_is_refused(copy):
    damage(copy, "refugees", lambda text: text[: len(text) // 2], accept=False)
    with pytest.raises(tables.TableError, match="refugees.*not the file that the manifest describes"):
        tables.load("refugees", copy)


def test_a_missing_file_is_named(copy):
    (copy / "refugees.csv").unlink()
    with pytest.raises(tables.TableError, match="refugees.*is missing"):
        tables.load("refugees", copy)


def test_an_unknown_table_lists_those_there_are():
    with pytest.raises(tables.TableError, match="no table named 'refugee'.*refugees"):
        tables.load("refugee")


@pytest.mark.parametrize(
    "held, says",
    [(b"{", "not valid JSON"), (b"{}", "not the course's manifest"), (b"[]", "not the course's manifest"), (b'{"resources": [{"name": "refugees"}]}', "not the course's manifest"),
     ('{"é": 1}'.encode("latin-1"), "not in UTF-8")],
)  # fmt: skip
def test_a_broken_manifest_is_named(tmp_path, held, says):
    (tmp_path / "datapackage.json").write_bytes(held)
    with pytest.raises(tables.TableError, match=says):
        tables.load("refugees", tmp_path)


def test_a_missing_file_gets_no_new_hash(copy):
    (copy / "refugees.csv").unlink()
    with pytest.raises(tables.TableError, match="refugees.*is missing"):
        tables.refresh(copy)


def test_no_end_is_no_number(copy):
    damage(copy, "violence", lambda text: text.replace(",yes,1601,", ",yes,inf,", 1))
    with pytest.raises(tables.TableError, match="column 'value': must be a (whole )?number.*inf"):
        tables.load("violence", copy)


def test_a_word_for_a_number_names_row_column_and_rule(copy):
    def change(text):
        lines = text.splitlines()
        header = lines[0].split(",")
        cells = lines[3].split(",")
        cells[header.index("people")] = "many"
        return "\n".join([*lines[:3], ",".join(cells), *lines[4:]]) + "\n"

    damage(copy, "refugees", change)
    with pytest.raises(tables.TableError, match=r"'refugees', row 4 of the file, column 'people': must be a whole number \(found 'many'\)"):
        tables.load("refugees", copy)


def test_a_value_outside_its_list_is_named(copy):
    damage(copy, "sources", lambda text: text.replace(",strong,", ",solid,", 1))
    with pytest.raises(tables.TableError, match="column 'strength': must be one of strong, weak"):
        tables.load("sources", copy)


def test_a_missing_column_is_named(copy):
    with pytest.raises(tables.TableError, match="columns do not match.*power.*strength"):
        damage(copy, "sources", lambda text: text.replace("strength", "power", 1))


def test_a_repeated_key_is_named(copy):
    damage(copy, "sources", lambda text: text + text.splitlines()[1].replace("Aaj Tak", "Another", 1) + "\n")
    with pytest.raises(tables.TableError, match="'sources', row .*must be unique"):
        tables.load("sources", copy)


def test_a_source_that_is_not_there_is_named(copy):
    source = tables.load("refugees")["source_id"].iloc[0]
    damage(copy, "refugees", lambda text: text.replace(source, "NO_SUCH_SOURCE", 1))
    with pytest.raises(tables.TableError, match="refugees.*must be a source_id of table 'sources'.*NO_SUCH_SOURCE"):
        tables.check_links(copy)


@pytest.mark.parametrize(
    "damage, says",
    [
        (lambda text: b"", "is empty"),
        (lambda text: text + b'"never closed,1,2\n', "a comma or a quotation mark too many"),
        (lambda text: text + "caf\xe9\n".encode("latin-1"), "UTF-8"),
        (lambda text: text.replace(b"\n", b",\n").replace(b",\n", b"\n", 1), "a comma too many"),
        (lambda text: text.splitlines(keepends=True)[0], "has no rows"),
        (lambda text: text + text.splitlines(keepends=True)[1], "the row stands there twice"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_accepts_no_new_hash(copy, damage, says):
    path, manifest = copy / "trade.csv", copy / "datapackage.json"
    before = manifest.read_bytes()
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(tables.TableError, match="trade.*" + says):
        tables.refresh(copy)
    assert manifest.read_bytes() == before

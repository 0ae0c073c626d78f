"""The built site: every page, nothing from elsewhere, and light."""

import csv
import gzip
import json
import re
import zipfile

import pytest

from acrosstheline.site import build, icons, offline, pages
from acrosstheline.charts.picture import picture
from course import CHAPTERS, ROOT, SITE

pytestmark = pytest.mark.site

BUILT = [*sorted(p for p in SITE.rglob("*.html") if not {"_static", "lite"} & set(p.relative_to(SITE).parts)), SITE / "lite" / "start.html"]
KB = 1000
TEXT_PAGE, CHART_PAGE, LIVE_PAGE = 250 * KB, 350 * KB, 650 * KB


def name(path):
    return path.relative_to(SITE).as_posix()


def test_the_site_has_a_page_for_every_entry_of_the_table_of_contents(site, toc):
    named = build.pages(toc)
    assert build.missing_pages() == []
    built = {p.stem for p in (site / "book").glob("*.html")}
    assert built == {page.removeprefix("book/") for page in named}


def test_a_page_left_out_is_noticed(site, tmp_path):
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/index\nparts:\n- caption: A\n  chapters:\n  - file: book/not_there\n", encoding="utf-8")
    assert build.missing_pages(tmp_path, site) == ["book/not_there"]


def test_every_chapter_is_in_the_table_of_contents(toc):
    assert {f"book/{path.stem}" for path in CHAPTERS} <= set(build.pages(toc))


def local_parts(path):
    """The addresses that a browser fetches to show the page."""
    text = path.read_text(encoding="utf-8")
    return re.findall(r'<(?:script|img|iframe|source)\b[^>]*?\bsrc="([^"]+)"', text) + re.findall(r'<link\b[^>]*?rel="(?:stylesheet|preload|icon|shortcut icon)"[^>]*?href="([^"]+)"', text) + re.findall(
        r'<link\b[^>]*?href="([^"]+)"[^>]*?rel="(?:stylesheet|preload|icon)"', text
    )


@pytest.mark.parametrize("path", BUILT, ids=name)
def test_a_page_asks_no_other_host_for_anything(path):
    outside = [address for address in local_parts(path) if re.match(r"(?:https?:)?//", address)]
    assert not outside


@pytest.mark.parametrize("path", BUILT, ids=name)
def test_every_part_of_a_page_is_in_the_site(path):
    missing = [a for a in local_parts(path) if not a.startswith("data:") and not (path.parent / a.split("?")[0].split("#")[0]).exists()]
    assert not missing


@pytest.mark.parametrize("path", BUILT, ids=name)
def test_every_link_within_the_site_leads_somewhere(path):
    text = re.sub(r"<script.*?</script>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for address in re.findall(r'<a\b[^>]*?href="([^"]+)"', text):
        if re.match(r"[a-z]+:|/", address):
            continue
        file, _, anchor = address.partition("#")
        target = (path.parent / file.split("?")[0]) if file else path
        assert target.exists(), address
        if anchor and target.suffix == ".html":
            assert f'id="{anchor}"' in target.read_text(encoding="utf-8"), address


def weight(paths):
    return sum(len(gzip.compress(p.read_bytes(), 6)) for p in paths)


def parts_of(path):
    """A page and what it loads at once: scripts, styles, the icon fonts of the styles in use."""
    files = {path} | {(path.parent / a.split("?")[0]).resolve() for a in local_parts(path) if not a.startswith("data:")}
    fonts = (SITE / "_static" / "vendor" / "fontawesome" / "webfonts").glob("*solid*.woff2")
    return [*files, *fonts]


@pytest.mark.parametrize("path", [p for p in BUILT if p.parent.name == "book"], ids=name)
def test_a_page_is_light(path):
    """Compressed, as a server sends it."""
    charts = path.read_text(encoding="utf-8").count('data-atl="chart"')
    readable = weight(parts_of(path))
    assert readable <= (CHART_PAGE if charts else TEXT_PAGE)
    if charts:
        assert readable + weight([SITE / "_static" / "vega.js"]) <= LIVE_PAGE


def test_icons_are_cut_down(site):
    fonts = list((site / "_static" / "vendor" / "fontawesome" / "webfonts").iterdir())
    assert fonts and all(font.suffix == ".woff2" and font.stat().st_size < 12 * KB for font in fonts)
    sheet = (site / "_static" / "styles" / "pydata-sphinx-theme.css").read_text(encoding="utf-8")
    assert ".fa-bars" in sheet and ".fa-dragon" not in sheet
    assert len(icons._RULE.findall(sheet)) < 120


def test_only_the_search_page_loads_the_search_index(site):
    loading = [name(path) for path in BUILT if "searchindex.js" in path.read_text(encoding="utf-8")]
    assert loading == ["search.html"]


def test_no_page_loads_a_widget_manager_or_mathjax(site):
    for path in BUILT:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"embed-amd|require\.js|html-manager|MathJax|thebe", text), path.name


FIGURES = [(p, m) for p in BUILT for m in re.findall(r'<figure class="atl-figure" id="figure-([^"]+)">(.*?)</figure>', p.read_text(encoding="utf-8"), re.DOTALL)]


@pytest.mark.parametrize(("path", "figure"), FIGURES, ids=[f[1][0] for f in FIGURES])
def test_a_figure_is_whole_in_the_page(path, figure):
    key, html = figure
    assert html.count("<svg") == 2, "a picture for wide screens and one for phones"
    label = re.search(r'role="img" aria-label="([^"]+)"', html)[1]
    assert len(label) >= 120 and f"<p>{label}</p>" in html
    spec = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)[1])
    assert spec["description"]
    count = int(re.search(r"<summary>Data \((\d+) rows?\)</summary>", html)[1])
    with (SITE / "figures" / f"{key}.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == count
    body = re.search(r"<tbody>(.*?)</tbody>", html, re.DOTALL)[1]
    assert body.count("<tr") == count
    assert "Where these figures come from" in html and "What you must know" in html


def test_there_are_figures():
    assert len(FIGURES) >= 5


def test_a_picture_has_identifiers_of_its_own():
    spec = json.dumps({"data": {"values": [{"a": 1}]}, "mark": {"type": "bar", "clip": True}, "encoding": {"x": {"field": "a", "type": "quantitative"}}})
    one, two = (set(re.findall(r'id="([^"]+)"', picture(spec, 340, n))) for n in ("one", "two"))
    assert one and not one & two


def test_downloaded_notebooks_have_their_numbers_filled_in(site):
    for path in CHAPTERS:
        notebook = json.loads((site / "notebooks" / path.name).read_text(encoding="utf-8"))
        text = "".join("".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown")
        assert "{glue" not in text and "{term}" not in text and "{doc}" not in text


def test_every_chapter_offers_its_notebook_and_a_way_to_report_an_error(site):
    for path in CHAPTERS:
        text = (site / "book" / f"{path.stem}.html").read_text(encoding="utf-8")
        assert f'href="../notebooks/{path.name}" download' in text
        assert "Report an error on this page" in text


def test_the_page_for_an_unknown_address_is_complete_by_itself(site):
    text = (site / "404.html").read_text(encoding="utf-8")
    assert "There is no page at this address" in text
    assert "src=" not in text and "stylesheet" not in text


def test_repairs_change_what_they_name():
    assert pages.repair("<th></th>") == "<td></td>"
    assert 'role="navigation"' in pages.repair('<div id="pst-primary-sidebar" class="x">')
    assert "fontawesome" not in pages.repair('<script src="_static/scripts/fontawesome.js?digest=1"></script>')


def test_the_offline_zip_is_the_site_and_the_same_each_time(site, tmp_path):
    one, two = offline.write(site, tmp_path / "one.zip"), offline.write(site, tmp_path / "two.zip")
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        packed = {member.removeprefix("across-the-line/") for member in archive.namelist()}
    whole = {name(p) for p in site.rglob("*") if p.is_file()}
    assert all(left.startswith("lite/") for left in whole - packed) and packed <= whole
    assert {part for part in packed if part.startswith("lite/")} == {"lite/start.html"}


def test_nothing_in_the_tree_names_a_registry_or_this_machine():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8") + (ROOT / ".binder" / "requirements.txt").read_text(encoding="utf-8")
    lock += (ROOT / "tests" / "stand_in" / "requirements.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in lock
    assert not re.search(r"https?://|--index-url|file:", lock)

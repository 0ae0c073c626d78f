"""Measure the book: ``make benchmarks`` or ``python tests/benchmarks/run.py [builds notebooks checks grading weights loading lite lighthouse]``.

Writes what it measured into ``book/assets/measured.json``, from which the status page is made. Times are of
this machine on this day; where two are compared, both were taken in the same run.
"""

import gzip
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from functools import lru_cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
RECORD = ROOT / "book" / "assets" / "measured.json"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
SLOW = {"offline": False, "downloadThroughput": 400e3 / 8, "uploadThroughput": 400e3 / 8, "latency": 400}  # 400 kbit/s, 400 ms
KINDS = {"front page": "book/index.html", "text page": "book/how_to_use.html", "chart page": "book/the_life_of_a_number.html", "largest lesson": "book/who_counts_whom.html"}
REFERENCE = {"ledger": "book/document_think_tank_policy.html", "chronology": "book/chronology.html", "glossary": "book/glossary.html", "bibliography": "book/bibliography.html", "data catalogue": "book/data_catalogue.html"}
REPEATS = 3


@lru_cache(maxsize=None)
def compressed(path):
    return gzip.compress(Path(path).read_bytes(), 6)


class Compressing(SimpleHTTPRequestHandler):
    """Serve files as a public host does: compressed, with HTTP/1.1."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path = path / "index.html"
        if not path.is_file():
            return self.send_error(404)
        packed = path.suffix in {".html", ".js", ".css", ".svg", ".csv", ".json"}
        body = compressed(str(path)) if packed else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(folder):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressing, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def row(what, result, goal=""):
    print(f"{what}: {result}" + (f" (goal: {goal})" if goal else ""), flush=True)
    return {"what": what, "result": result, "goal": goal}


def timed(command, **options):
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, **options)
    return time.perf_counter() - started


def builds():
    """A clean build from stored outputs, and a build with nothing changed."""
    build = [sys.executable, "-m", "acrosstheline.site.build"]
    shutil.rmtree(ROOT / "_build", ignore_errors=True)
    clean = timed(build, cwd=ROOT)
    again = timed(build, cwd=ROOT)
    return [row("Clean build from stored outputs", f"{clean:.1f} s"), row("Build with nothing changed", f"{again:.1f} s, {again / clean:.2f} of a clean build")]


def notebooks():
    """Executing every notebook and comparing its outputs, on two workers."""
    command = [sys.executable, "-m", "pytest", *(name for name in ("book", "exercises") if (ROOT / name).is_dir())]
    return [row("Executing and checking every notebook, two workers", f"{timed(command, cwd=ROOT):.1f} s")]


def checks():
    """Seconds to check a whole exercise: all its answers given and judged, and its notebook run from the first cell to the last."""
    import nbformat
    from acrosstheline import checks as feedback
    from acrosstheline.site import exercises
    from acrosstheline.teach import release

    judged, ran = {}, {}
    for source in exercises.sources():
        name = release.exercise_of(source)
        checker = feedback.Checker(name, feedback.about(name)["tasks"])
        records = [record for record in release.declared(nbformat.read(source, 4), name) if record["kind"] not in ("essay", "chart")]
        started = time.perf_counter()
        states = [checker.feedback(record["task"], record["right"][0]).state for record in records]
        judged[name] = time.perf_counter() - started
        assert set(states) == {"right"}, name
        copy = exercises.COPIES / source.name
        ran[name] = timed([sys.executable, "-m", "jupyter", "execute", str(copy)], cwd=copy.parent)
    return [_spread("All answers of an exercise judged", judged), _spread("An exercise's notebook run from first to last cell, Python's start included", ran)]


def _spread(what, seconds):
    worst = max(seconds, key=seconds.get)
    return row(what, f"median of {len(seconds)} exercises {statistics.median(seconds.values()):.2g} s, slowest {seconds[worst]:.2g} s ({worst})")


def grading():
    """Submissions graded in a minute, beside nbgrader, and the memory that it takes."""
    import grading as grades

    return grades.measure(row)


def visit(browser, url, live, slow=False):
    """Load a page with an empty cache; return bytes and seconds to text, first chart picture and first live chart."""
    context = browser.new_context(viewport={"width": 412, "height": 823})
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    if slow:
        tools.send("Network.emulateNetworkConditions", SLOW)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    received = []
    tools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    started = time.perf_counter()
    page.goto(url, wait_until="commit", timeout=180_000)
    page.wait_for_selector("h1", state="attached", timeout=180_000)
    page.wait_for_load_state("load", timeout=180_000)
    page.wait_for_timeout(500)
    read = sum(received)
    text = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000
    drawn = None
    if live:
        page.wait_for_selector(live[0], state="attached", timeout=180_000)
        page.eval_on_selector(live[0], "e => e.scrollIntoView()")
        page.wait_for_selector(live[1], state="attached", timeout=180_000)
        drawn = time.perf_counter() - started
        page.wait_for_timeout(300)
    context.close()
    return {"read": read, "all": sum(received), "text": text, "live": drawn}


OURS = ("[data-atl=chart]", "[data-atl=chart][data-state=live]")
STOCK = (".vega-embed", ".vega-embed svg.marks, .vega-embed canvas.marks")


def weights():
    """Bytes on the wire for a first visit to each kind of page."""
    from playwright.sync_api import sync_playwright

    base, rows = serve(SITE), []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for kind, name in {**KINDS, **REFERENCE}.items():
            charts = 'data-atl="chart"' in (SITE / name).read_text(encoding="utf-8")
            seen = visit(browser, f"{base}/{name}", OURS if charts else None)
            if charts:
                live = seen["all"]
                readable = live - len(compressed(str(SITE / "_static" / "vega.js")))
                rows.append(row(f"First visit, {kind} ({name}): readable", f"{readable / 1000:.0f} KB", "under 350 KB"))
                rows.append(row(f"First visit, {kind} ({name}): live", f"{live / 1000:.0f} KB", "under 650 KB"))
            else:
                rows.append(row(f"First visit, {kind} ({name})", f"{seen['all'] / 1000:.0f} KB", "under 250 KB"))
        browser.close()
    return rows


def stock_page(folder):
    """Build a stock Jupyter Book with one chapter's text and charts, drawn by Altair's default renderer.

    Its scripts for Vega come from our own server, not from the content network it names: no network is needed,
    and the comparison is kinder to it.
    """
    import nbformat
    import vl_convert

    source = json.loads((ROOT / "book" / "the_life_of_a_number.ipynb").read_text(encoding="utf-8"))
    cells = []
    for cell in source["cells"]:
        if cell["cell_type"] == "markdown":
            text = "".join(cell["source"]).replace("{glue:text}", "").replace("{term}", "")
            cells.append(nbformat.v4.new_markdown_cell(text))
        for output in cell.get("outputs", []):
            spec = output.get("data", {}).get("application/vnd.vegalite.v5+json")
            if spec:
                spec = {k: v for k, v in spec.items() if k not in ("usermeta", "$schema")}
                code = f"import json, altair as alt\nalt.renderers.enable('default')\nalt.Chart.from_dict(json.loads({json.dumps(json.dumps(spec))}))"
                cells.append(nbformat.v4.new_code_cell(code))
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(notebook, folder / "chapter.ipynb")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: chapter\n", encoding="utf-8")
    (folder / "_config.yml").write_text('title: Stock\nexecute:\n  execute_notebooks: "force"\n', encoding="utf-8")
    subprocess.run([str(Path(sys.executable).parent / "jupyter-book"), "build", str(folder), "-q"], check=True, capture_output=True)
    site = folder / "_build" / "html"
    page = site / "chapter.html"
    text = page.read_text(encoding="utf-8").replace("https://cdn.jsdelivr.net/npm/vega", "npm/vega")
    for lib, address in (("vega@6?noext", "vega.js"), ("vega-lite@6.4.1?noext", "empty.js"), ("vega-embed@7?noext", "empty.js")):
        text = text.replace(f"npm/{lib}", f"npm/{address}")
    page.write_text(text, encoding="utf-8")
    (site / "npm").mkdir()
    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version="6.4")
    (site / "npm" / "vega.js").write_text(f"(function(){{{bundle}}})();", encoding="utf-8")
    (site / "npm" / "empty.js").write_text("", encoding="utf-8")
    return site


def loading():
    """Seconds to text and to a live chart at 400 kbit/s on a processor four times slower, beside a stock page."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        stock = serve(stock_page(Path(folder)))
        ours = serve(SITE)
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        pages = {"ours": (f"{ours}/book/the_life_of_a_number.html", OURS), "stock": (f"{stock}/chapter.html", STOCK)}
        seen = {name: [visit(browser, url, live, slow=True) for _ in range(REPEATS)] for name, (url, live) in pages.items()}
        browser.close()
    middle = {name: {key: statistics.median(v[key] for v in runs) for key in ("text", "live", "all")} for name, runs in seen.items()}
    ours, stock = middle["ours"], middle["stock"]
    note = f"median of {REPEATS}, 400 kbit/s, processor slowed four times"
    return [
        row(f"Text and first chart picture readable ({note})", f"{ours['text']:.1f} s; stock Jupyter Book page, text only: {stock['text']:.1f} s; ratio {ours['text'] / stock['text']:.2f}"),
        row(f"First live chart ({note})", f"{ours['live']:.1f} s; stock: {stock['live']:.1f} s; ratio {ours['live'] / stock['live']:.2f}"),
        row("Bytes until the first live chart", f"{ours['all'] / 1000:.0f} KB; stock: {stock['all'] / 1000:.0f} KB; ratio {ours['all'] / stock['all']:.2f}"),
    ]


def lite():
    """From the click on a chapter's exercise to its first output, on a first and on a second visit, with the tests' stand-in Pyodide."""
    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(ROOT / "tests"))
    from acrosstheline.site import lite as exercises
    from stand_in import build as stand_in

    folder, name, sent = stand_in.build(exercises.exercises()), exercises.exercises()[0].stem, []

    class Counting(Compressing):
        """A public host lets browsers keep what they fetched; the bytes are counted here, since workers fetch most of them."""

        def translate_path(self, path):
            return super().translate_path(path).replace(str(SITE / "lite"), str(folder), 1)

        def end_headers(self):
            self.send_header("Cache-Control", "max-age=600")
            super().end_headers()

        def send_header(self, key, value):
            if key == "Content-Length":
                sent.append(int(value))
            super().send_header(key, value)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Counting, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    rows = []
    with sync_playwright() as play, tempfile.TemporaryDirectory() as profile:
        context = play.chromium.launch_persistent_context(profile, executable_path=CHROMIUM, args=FLAGS)  # a private window keeps little
        for which in ("first", "second"):
            sent.clear()
            page = context.new_page()
            started = time.perf_counter()
            page.goto(f"http://127.0.0.1:{server.server_port}/lite/start.html?open={name}")
            page.wait_for_function("document.querySelector('iframe')?.contentWindow.jupyterapp?.shell?.currentWidget?.content?.widgets?.length", timeout=300_000)
            readable = time.perf_counter() - started
            page.wait_for_selector("html[data-python=ready]", timeout=600_000, state="attached")
            page.evaluate("document.querySelector('iframe').contentWindow.jupyterapp.commands.execute('notebook:run-all-cells')")
            done = time.perf_counter() - started
            rows.append(row(f"An exercise in the browser, {which} visit", f"readable after {readable:.1f} s, every cell run after {done:.1f} s, {sum(sent) / 1e6:.1f} MB"))
            page.close()
        context.close()
    server.shutdown()
    return rows


def lighthouse():
    """Lighthouse's mobile scores, by the npm package of that name."""
    if not shutil.which("npx"):
        return [row("Lighthouse, mobile", "not run: npx is missing (install Node.js)")]
    base, rows = serve(SITE), []
    for kind, name in KINDS.items():
        command = ["npx", "--yes", "lighthouse@12", f"{base}/{name}", "--quiet", "--output=json", f"--chrome-flags=--headless=new {' '.join(FLAGS)}"]
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "CHROME_PATH": CHROMIUM})
        scores = {k: round(100 * (v["score"] or 0)) for k, v in json.loads(done.stdout)["categories"].items()}
        goal = "performance 90 or more, the others 100"
        rows.append(row(f"Lighthouse, mobile, {kind} ({name})", ", ".join(f"{k} {v}" for k, v in scores.items()), goal))
    return rows


PARTS = {"builds": builds, "notebooks": notebooks, "checks": checks, "grading": grading, "weights": weights, "loading": loading, "lite": lite, "lighthouse": lighthouse}


def main(names):
    wanted = names or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        sys.exit(f"There is no part {', '.join(unknown)}. The parts are {', '.join(PARTS)}.")
    old = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {"parts": {}}
    parts = old.get("parts", {})
    for name in wanted:
        command = f"python tests/benchmarks/run.py {name}"
        parts[name] = [{**measured, "date": date.today().isoformat(), "command": command} for measured in PARTS[name]()]
    record = {
        "machine": f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
        "parts": {name: parts[name] for name in PARTS if name in parts},
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

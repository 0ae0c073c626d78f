"""Write the built book as one zip that opens from a folder: ``python -m acrosstheline.site.offline``.

The exercises are in it as notebooks. Their Python is not: browsers start none from a folder, and the page that
would start it says so.
"""

import zipfile

from acrosstheline.site.build import ROOT, SITE

ZIP = ROOT / "_build" / "across-the-line.zip"
_FIXED_TIME = (2026, 1, 1, 0, 0, 0)  # so that the same book gives the same bytes


def members(site):
    """Return the files of a built site that work without a server, in a stable order."""
    lite = site / "lite"
    return sorted(p for p in site.rglob("*") if p.is_file() and (lite not in p.parents or p == lite / "start.html"))


def write(site=SITE, target=ZIP):
    """Pack a built site.

    Returns
    -------
    pathlib.Path
        The zip. It appears whole or not at all.
    """
    draft = target.with_suffix(".part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in members(site):
            entry = zipfile.ZipInfo(f"across-the-line/{path.relative_to(site).as_posix()}", _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    draft.replace(target)
    return target


if __name__ == "__main__":
    done = write()
    print(f"The book is in {done.relative_to(ROOT)} ({done.stat().st_size / 1e6:.1f} MB). Unpack it and open across-the-line/index.html.")
    print("It leaves out the Python that runs exercises in a browser, which needs a server; the exercises are in it as notebooks.")

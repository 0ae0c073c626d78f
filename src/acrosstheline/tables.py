"""Load a table of the course by name, typed and checked by the manifest.

The manifest, ``datapackage.json``, is a Frictionless data package. Reading needs pandas alone.
"""

import copy
import hashlib
import json
from functools import lru_cache
from pathlib import Path

import pandas as pd



class TableError(ValueError):
    """A table that is missing, damaged, or breaks a rule of its schema."""


def data_folder():
    """Return the folder that holds the tables: inside the installed package, or of this checkout."""
    packaged = Path(__file__).parent / "_data"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "data"


@lru_cache
def manifest(folder=None):
    """Return the manifest as a dictionary.

    Parameters
    ----------
    folder : path, optional
        Where ``datapackage.json`` lies; the course's own data if left out.

    Raises
    ------
    TableError
        If the manifest is missing, is not JSON, or does not list tables with their files.
    """
    path = Path(folder or data_folder()) / "datapackage.json"
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TableError(f"There is no manifest at {path}. Reinstall the course, or restore the file.") from None
    except UnicodeDecodeError:
        raise TableError(f"The manifest {path} is not in UTF-8. Restore it, or save it in that encoding.") from None
    except json.JSONDecodeError as error:
        raise TableError(f"The manifest {path} is not valid JSON (line {error.lineno}): {error.msg}.") from None
    entries = package.get("resources") if isinstance(package, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) and {"name", "path"} <= set(entry) for entry in entries):
        raise TableError(f"{path} is not the course's manifest: it does not list tables with their files. Restore it.")
    return package


def resource(name, folder=None):
    """Return the manifest's entry for one table.

    Raises
    ------
    TableError
        If the course has no table of that name; the message lists those it has.
    """
    entries = {entry["name"]: entry for entry in manifest(folder)["resources"]}
    if name not in entries:
        raise TableError(f"There is no table named {name!r}. The tables are: {', '.join(sorted(entries))}.")
    return entries[name]


def fingerprint_of(path):
    """Return the SHA-256 of a text file, the same whatever its line endings."""
    return hashlib.sha256(Path(path).read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def _read(name, folder):
    entry = resource(name, folder)
    path = Path(folder or data_folder()) / entry["path"]
    if not path.is_file():
        raise TableError(f"Table {name!r}: the file {path} is missing. Restore it, or reinstall the course.")
    if fingerprint_of(path) != entry.get("sha256"):
        raise TableError(
            f"Table {name!r}: {path} is not the file that the manifest describes. "
            "Restore it; or, if you changed it on purpose, run `acrosstheline refresh`."
        )
    return _parsed(entry, path), entry


def _parsed(entry, path):
    """Read a table's file as text, with the columns that the manifest names."""
    name = entry["name"]
    try:
        raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except pd.errors.EmptyDataError:
        raise TableError(f"Table {name!r}: the file {path} is empty. Restore it.") from None
    except pd.errors.ParserError as error:
        raise TableError(f"Table {name!r}: {path} cannot be read ({str(error).strip()}). Look there for a comma or a quotation mark too many.") from None
    except UnicodeDecodeError as error:
        row = path.read_bytes()[: error.start].count(b"\n") + 1
        raise TableError(f"Table {name!r}, row {row} of the file: {path} is not in UTF-8. Save it in that encoding.") from None
    if not isinstance(raw.index, pd.RangeIndex):  # pandas takes what is too many for the names of the rows
        raise TableError(f"Table {name!r}: rows of {path} have more cells than there are columns. Look there for a comma too many.")
    if "schema" not in entry:
        raise TableError(f"Table {name!r}: the manifest does not describe its columns. Restore the manifest.")
    wanted = [field["name"] for field in entry["schema"]["fields"]]
    if list(raw.columns) != wanted:
        odd = sorted(set(raw.columns) ^ set(wanted)) or "their order"
        raise TableError(f"Table {name!r}: the columns do not match the manifest ({odd}).")
    if raw.empty:
        raise TableError(f"Table {name!r}: {path} has no rows. Restore it.")
    if (row := _first(raw.duplicated())) is not None:
        raise TableError(f"Table {name!r}, row {row + 2} of the file: the row stands there twice. Take one out.")
    return raw


def _fail(table, row, column, rule, value):
    raise TableError(f"Table {table!r}, row {row + 2} of the file, column {column!r}: {rule} (found {value!r}).")


def _first(mask):
    return int(mask.to_numpy().argmax()) if mask.any() else None


def _typed(table, column, field):
    """Turn one column of text into the type that the schema gives, naming the first cell that fails."""
    name, kind = field["name"], field.get("type", "string")
    empty = column == ""
    if kind in ("integer", "number", "year"):
        values = pd.to_numeric(column.where(~empty), errors="coerce")
        bad = (values.isna() & ~empty) | values.abs().eq(float("inf"))
        if kind != "number":
            bad |= values.notna() & (values % 1 != 0)
        if (row := _first(bad)) is not None:
            _fail(table, row, name, f"must be a {'number' if kind == 'number' else 'whole number'}", column[row])
        return values.astype("float64" if kind == "number" else "Int64")
    if kind == "boolean":
        bad = ~column.isin(["", "true", "false"])
        if (row := _first(bad)) is not None:
            _fail(table, row, name, "must be true or false", column[row])
        return column.map({"true": True, "false": False}).astype("boolean")
    if kind == "date":
        bad = ~empty & pd.to_datetime(column.where(~empty), format="%Y-%m-%d", errors="coerce").isna()
        if (row := _first(bad)) is not None:
            _fail(table, row, name, "must be a date written YYYY-MM-DD", column[row])
    return pd.Series([text or None for text in column], index=column.index, dtype="object")


def _check(table, raw, values, field):
    """Apply the schema's constraints to one column."""
    rules, name = field.get("constraints", {}), field["name"]
    text = raw[name]
    empty = text == ""
    tests = []
    if rules.get("required"):
        tests.append((empty, "must not be empty"))
    if "enum" in rules:
        allowed = [str(item) for item in rules["enum"]]
        tests.append((~empty & ~text.isin(allowed), f"must be one of {', '.join(allowed)}"))
    if rules.get("unique"):
        tests.append((~empty & text.duplicated(), "must be unique"))
    if "minimum" in rules:
        tests.append(((values < rules["minimum"]).fillna(False).astype(bool), f"must be at least {rules['minimum']}"))
    if "maximum" in rules:
        tests.append(((values > rules["maximum"]).fillna(False).astype(bool), f"must be at most {rules['maximum']}"))
    if "pattern" in rules:
        tests.append((~empty & ~text.str.fullmatch(rules["pattern"]), f"must match {rules['pattern']}"))
    for broken, rule in tests:
        if (row := _first(broken)) is not None:
            _fail(table, row, name, rule, text[row])


@lru_cache
def _load(name, folder):
    raw, entry = _read(name, folder)
    typed = {}
    for field in entry["schema"]["fields"]:
        typed[field["name"]] = _typed(name, raw[field["name"]], field)
        _check(name, raw, typed[field["name"]], field)
    key = entry["schema"].get("primaryKey", [])
    key = [key] if isinstance(key, str) else key
    if key and (row := _first(raw.duplicated(subset=key))) is not None:
        _fail(name, row, ", ".join(key), "must be unique", tuple(raw.loc[row, key]))
    return pd.DataFrame(typed)


def load(name, folder=None):
    """Load a table of the course.

    Parameters
    ----------
    name : str
        The table's name, for example ``"refugees"``.
    folder : path, optional
        A folder with another copy of the data package.

    Returns
    -------
    pandas.DataFrame
        One row a record, columns typed as the manifest says. Whole numbers are ``Int64``,
        so that a gap stays a gap. Dates stay text, because many are known to the month or year only.

    Raises
    ------
    TableError
        If the table is unknown, missing or damaged, or a cell breaks a rule: the message names
        the table, the row of the file, the column and the rule.
    """
    return _load(name, str(folder) if folder else None).copy()


def check_links(folder=None):
    """Check that every foreign key of every table resolves.

    Raises
    ------
    TableError
        For the first cell that names a record that is not there.
    """
    for entry in manifest(folder)["resources"]:
        if "schema" not in entry:
            continue
        table = load(entry["name"], folder)
        for link in entry["schema"].get("foreignKeys", []):
            column, target = link["fields"], link["reference"]
            column = column if isinstance(column, str) else column[0]
            there = target["fields"] if isinstance(target["fields"], str) else target["fields"][0]
            known = set(load(target["resource"] or entry["name"], folder)[there].dropna())
            broken = table[column].notna() & ~table[column].isin(known)
            if (row := _first(broken)) is not None:
                rule = f"must be a {there} of table {target['resource'] or entry['name']!r}"
                _fail(entry["name"], row, column, rule, table[column][row])


def refresh(folder=None):
    """Write the tables' present hashes into the manifest, after an intended change.

    Returns
    -------
    list of str
        The names of the tables whose hash changed.

    Raises
    ------
    TableError
        If a changed table is missing or cannot be read. No hash is written then.
    """
    folder = Path(folder or data_folder())
    path = folder / "datapackage.json"
    manifest.cache_clear()
    package = copy.deepcopy(manifest(str(folder)))
    changed = []
    for entry in package["resources"]:
        if not (folder / entry["path"]).is_file():
            raise TableError(f"Table {entry['name']!r}: the file {folder / entry['path']} is missing. Restore it.")
        found = fingerprint_of(folder / entry["path"])
        if entry.get("sha256") != found:
            if "schema" in entry:
                _parsed(entry, folder / entry["path"])
            entry["sha256"] = found
            changed.append(entry["name"])
    path.write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    manifest.cache_clear()
    _load.cache_clear()
    return changed

"""Which tables an exercise needs, read from its code and from the code of the helpers that it calls; nothing is run."""

import ast
import json
import re
from functools import lru_cache
from pathlib import Path

import acrosstheline
from acrosstheline.teach import catalogue

_HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.DOTALL)
_PACKAGE = Path(acrosstheline.__file__).parent


def tables(name):
    """Return the tables that an exercise, with its solutions, loads by itself or through the course's helpers.

    Parameters
    ----------
    name : str
        The exercise, such as ``"five_voices"``.

    Returns
    -------
    tuple of str
        Sorted names.
    """
    notebook = json.loads((catalogue.home() / "exercises" / "solutions" / f"{name}_exercise.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    tree = ast.parse("\n".join(_HIDDEN.sub("", cell) for cell in cells))
    found = set()
    _follow([tree], _imports(tree), {}, found, set())
    return tuple(sorted(found))


def _follow(nodes, aliases, local, found, seen):
    """Collect the tables that some code loads, and go on with the code of ours that it calls."""
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Call) and _called(node) == "load" and node.args and isinstance(node.args[0], ast.Constant):
            found.add(node.args[0].value)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
            _visit(aliases[node.value.id], node.attr, found, seen)
        elif isinstance(node, ast.Name) and node.id in aliases and ":" in aliases[node.id]:
            _visit(*aliases[node.id].split(":"), found, seen)
        elif isinstance(node, ast.Name) and node.id in local:
            _visit(local[node.id], node.id, found, seen)


def _called(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _visit(module, name, found, seen):
    """Go on with one function, class or value of a module of ours."""
    if module == "acrosstheline":
        module, name = (acrosstheline._HOME[name], name) if name in acrosstheline._HOME else (name, None)
    if (module, name) in seen or not _file(module):
        return
    seen.add((module, name))
    defined, aliases = _module(module)
    if name in defined:
        _follow(defined[name], aliases, dict.fromkeys(defined, module), found, seen)
    elif name in aliases and ":" in aliases[name]:
        _visit(*aliases[name].split(":"), found, seen)


def _file(module):
    path = _PACKAGE / f"{module.replace('.', '/')}"
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


@lru_cache
def _module(module):
    """Return what a module of ours defines at its top, and what it imports from its siblings."""
    tree = ast.parse(_file(module).read_text(encoding="utf-8"))
    defined = {}
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            defined[node.name] = [node]
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        defined[name.id] = [node.value]
    return defined, _imports(tree)


def _imports(tree):
    """Return the names under which code knows our modules, and what it takes from them as ``module:name``."""
    aliases = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            aliases |= {item.asname or item.name: item.name for item in node.names if item.name == "acrosstheline"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "acrosstheline":
            inner = node.module.partition(".")[2]
            for item in node.names:
                whole = f"{inner}.{item.name}".lstrip(".")
                aliases[item.asname or item.name] = whole if _file(whole) else f"{inner}:{item.name}"
    return aliases

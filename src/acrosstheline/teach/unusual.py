"""What is unusual in a submission, for an instructor to look at. A suspicion is no verdict: each sentence says what was seen."""

import ast
import re

from acrosstheline import checks

_INTERNALS = ("acrosstheline.teach", "acrosstheline.checks", "acrosstheline.answers", "acrosstheline._checks")
_INNER_NAMES = {"unsealed", "sealed", "sealed_key", "_judge", "_told", "_mixed", "_stretched", "outcomes", "feedback", "keys_of"}
_SYSTEM = {"os", "sys", "ctypes", "subprocess", "socket", "multiprocessing", "signal", "resource", "pty", "cffi", "gc", "inspect", "builtins", "importlib", "shutil", "http", "urllib", "requests", "ftplib", "asyncio", "threading", "_thread", "faulthandler", "mmap", "fcntl", "code", "pickle"}
_CALLS = {"fork", "forkpty", "_exit", "kill", "killpg", "system", "popen", "execv", "execve", "execvp", "spawnl", "spawnv", "posix_spawn", "abort", "ptrace", "_getframe", "settrace", "setprofile", "get_objects", "get_referrers"}
_PLAIN_CALLS = {"eval", "exec", "compile", "__import__", "globals", "setattr", "vars"}
_HOOKS = {"ast_transformers", "input_transformers_cleanup", "input_transformers_post", "events", "user_ns", "set_custom_exc", "register_magic_function", "run_cell", "displayhook", "excepthook"}
_LONGEST_CODE, _MOST_CODE = 50_000, 500_000  # characters of a cell and of a notebook that are looked through
_MOST_OF_A_KIND = 12
_COMMAND = re.compile(r"^[ \t]*(?:!|%%?(?:bash|sh|script|system|sx|perl|ruby|html|javascript|js|writefile|run|load)\b)", re.MULTILINE)
_BEYOND = re.compile(r"^(?:/(?:etc|proc|sys|dev|root|home|course|work|usr|var|tmp|bin|lib)\b|\.\./|~)")
_LANGUAGES = ("python", "Python", "", None)


def place(number):
    """Return where a cell is, as an instructor counts: from 1."""
    return "the whole notebook" if number is None else f"cell {number + 1}"


def found(exercise, notebook, run, remarks, doubt):
    """Return everything unusual about a submission.

    Parameters
    ----------
    exercise : acrosstheline.teach.marking.Exercise
    notebook : dict
    run : acrosstheline.teach.sandbox.Run
    remarks : list of str
        What was done to the file to read it.
    doubt : str
        What is to be said of which exercise it is; mostly nothing.

    Returns
    -------
    list of dict
        ``kind``, ``where`` and ``text``, each once.
    """
    seen = [_one("file", "the file", remark) for remark in remarks]
    if doubt:
        seen.append(_one("exercise", "the whole notebook", doubt))
    seen += _kernel(notebook)
    seen += _cells_of_the_copy(exercise, notebook)
    known = {cell["source"].strip() for cell in exercise.cells}
    looked = 0
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code" and cell["source"].strip() not in known:
            looked += len(cell["source"])
            if len(cell["source"]) > _LONGEST_CODE or looked > _MOST_CODE:
                seen.append(_one("long", place(number), "This cell, or the notebook, is too long to be looked through."))
                continue
            seen += [_one(kind, place(number), text) for kind, text in _looks(cell["source"])]
            seen += _answers_elsewhere(exercise, cell, number)
    seen += [_one("stopped", place(stop["cell"]), f"{stop['why']} The rest was graded without it.") for stop in run.stopped]
    seen += [_one("limit", place(limit["cell"]), limit["why"]) for limit in run.limited]
    if run.loud:
        seen.append(_one("output", "the whole notebook", f"It printed {run.printed:,} characters. None of them were kept."))
    return _few_of_each(list({(item["kind"], item["where"], item["text"]): item for item in seen}.values()))


def _few_of_each(seen):
    """Return the first of each kind, and how many more there are: a notebook may hold thousands."""
    kept, counts = [], {}
    for item in seen:
        counts[item["kind"]] = counts.get(item["kind"], 0) + 1
        if counts[item["kind"]] <= _MOST_OF_A_KIND:
            kept.append(item)
    more = {kind: count - _MOST_OF_A_KIND for kind, count in counts.items() if count > _MOST_OF_A_KIND}
    return kept + [_one(kind, "the whole notebook", f"There are {count:,} more of this kind.") for kind, count in more.items()]


def _one(kind, where, text):
    return {"kind": kind, "where": where, "text": text}


def _kernel(notebook):
    told = notebook["metadata"].get("kernelspec")
    told = told if isinstance(told, dict) else {}
    name, language = ascii(told.get("name", "python3"))[:60].strip("'"), told.get("language")
    if language not in _LANGUAGES or not re.fullmatch(r"(?i).*(python|pyodide|conda|venv).*", name):
        yield _one("kernel", "the file", f"The notebook names the kernel {name}, which this course does not use. It was run as Python.")


def _cells_of_the_copy(exercise, notebook):
    """Yield what is missing or changed among the cells that every student's copy has."""
    by_name, sources = {}, {}
    for number, cell in enumerate(notebook["cells"]):
        by_name.setdefault(cell["grade_id"] or cell["id"], (number, cell["source"].strip()))
        sources.setdefault(cell["source"].strip(), number)
    code = "\n".join(cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code")
    for task in exercise.keys:
        if f"answer-{task}" not in by_name and not re.search(rf"^[ \t]*answer_{task}\b", code, re.MULTILINE):
            yield _one("deleted answer", f"task {task}", f"The cell for the answer to task {task} is not there any more.")
        yield from _locked(exercise, task, "check", "check cell", by_name, sources)
        yield from _locked(exercise, task, "task", "text", by_name, sources)


def _locked(exercise, task, kind, called, by_name, sources):
    wanted = exercise.marked(f"{kind}-{task}")
    if wanted is None or wanted.strip() in sources:
        return
    if f"{kind}-{task}" in by_name:
        number, _ = by_name[f"{kind}-{task}"]
        yield _one(f"changed {kind}", place(number), f"The {called} of task {task} was changed. Marks do not depend on it.")
    else:
        yield _one(f"deleted {kind}", f"task {task}", f"The {called} of task {task} is not there any more. Marks do not depend on it.")


def _answers_elsewhere(exercise, cell, number):
    """Yield tasks whose answer a cell gives that is not the answer cell of the student's copy."""
    for task in dict.fromkeys(re.findall(checks._ANSWERED, cell["source"], re.MULTILINE)):
        home = cell["grade_id"] or cell["id"]
        if task in exercise.keys and home and home != f"answer-{task}" and exercise.marked(f"answer-{task}") is not None:
            yield _one("answer elsewhere", place(number), f"The answer to task {task} is given in a cell that is not its answer cell.")


# --- what a cell's code looks like ---------------------------------------------------------------------


def _looks(source):
    """Yield a kind and a sentence for each thing in a cell's code that no exercise asks for."""
    if _COMMAND.search(source):
        yield "system", "This cell runs a command of the system, which no exercise asks for."
    try:
        tree = ast.parse(re.sub(r"^[ \t]*[!%].*$", "", source, flags=re.MULTILINE))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        yield from _look_at(node)


def _look_at(node):
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from _imported(node)
    elif isinstance(node, ast.Attribute):
        yield from _attribute(node)
    elif isinstance(node, ast.Name):
        yield from _name(node)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        if _BEYOND.match(node.value) and "\n" not in node.value and len(node.value) < 200:
            yield "files", f"This cell names a place outside the exercise: {node.value[:60]!r}."
        if any(name in node.value for name in _INTERNALS) or "_checks" in node.value:
            yield "internals", "This cell names a part of the checker in a text."


def _imported(node):
    base = getattr(node, "module", None) or ""
    names = [f"{base}.{alias.name}".strip(".") for alias in node.names] + ([base] if base else [])
    for name in names:
        if name.startswith(_INTERNALS):
            yield "internals", f"This cell imports a part of the checker: {name}."
        elif name.partition(".")[0] in _SYSTEM:
            yield "system", f"This cell imports {name.partition('.')[0]}, which no exercise needs."


def _attribute(node):
    if node.attr in _INNER_NAMES or node.attr in ("checks", "answers", "teach") and isinstance(node.value, ast.Name) and node.value.id in ("atl", "acrosstheline"):
        yield "internals", f"This cell uses a part of the checker: {node.attr}."
    elif node.attr in _CALLS:
        yield "system", f"This cell uses {node.attr}, which no exercise needs."
    elif node.attr in _HOOKS:
        yield "hooks", f"This cell reaches into the notebook program: {node.attr}."
    elif node.attr in ("__globals__", "__builtins__", "__subclasses__", "__code__", "__closure__", "f_back", "f_globals", "f_locals", "tb_frame", "gi_frame"):
        yield "hooks", f"This cell looks behind Python's objects: {node.attr}."
    elif isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id in ("check", "atl", "builtins", "__builtins__"):
        yield "replaced", f"This cell replaces {node.value.id}.{node.attr}."


def _name(node):
    if isinstance(node.ctx, ast.Store) and node.id in ("check", "atl", "print", "len", "sum", "sorted", "exec", "eval", "compile", "isinstance", "__builtins__"):
        yield "replaced", f"This cell gives the name {node.id} to something else."
    elif node.id in _PLAIN_CALLS or node.id == "__builtins__":
        yield "hooks", f"This cell uses {node.id}, which no exercise needs."

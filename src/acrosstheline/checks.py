"""Feedback on exercises: *not answered yet*, *right* and why, or a hint for this very mistake. Standard library only.

What is expected travels only as salted hashes, and what is said of an answer is locked with the answer
itself: nobody can read the hint for a mistake without making it, nor the reason without the right answer.
This protects learning, not marks: a small number can be found by trying, and marks come from the grader.
"""

import base64
import difflib
import hashlib
import importlib
import json
import re
import sys
from html import escape
from importlib import resources

from acrosstheline import answers, kernel

ROUNDS = 2000
BETWEEN = "\x1e"  # parts the texts that are filed under one form
SLIPS = [(1000, "thousands"), (1 / 1000, "thousands"), (1e6, "millions"), (1e-6, "millions"), (100, "percent"), (1 / 100, "percent")]
BLANK = "Not answered yet."
NONE = "Your answer is None, which is nothing at all: print(...), for one, shows a value and gives none back. Write the value without print."
UNMADE = "The cell above stopped with an error: mend it, or run the cells above it."
STOPPED = "The cell with your answer stopped with an error, so this may still be an older answer. Mend that cell and run it first."
UNNAMED = "If it shows a result and no error, its line lacks the beginning: answer_{task} ="
UNRUN = "No cell with a line that begins answer_{task} = has been run. Run the cell with your answer, and leave that beginning in it."
FORM_ONLY = "This looks at form alone. It does not read your argument and does not judge your opinion; the rubric says what a reader looks for."
_ANSWERED = r"^[ \t]*answer_(\w+)[ \t]*(?::[^=\n]*)?=(?!=)"  # a line of a cell that gives an answer its name
_STEMS = " (* for any ending)"
_COLOURS = {"right": "#1f6fb2", "hint": "#c47a12", "blank": "#6b7b8b", "form": "#1f6fb2"}
_MARKS = {"right": "Right.", "hint": "Not yet.", "blank": "", "form": "Form."}


class Feedback:
    """What a check says of one answer."""

    def __init__(self, task, state, text):
        self.task, self.state, self.text = task, state, text

    def __repr__(self):
        return " ".join(filter(None, (f"{self.task}:", _MARKS[self.state], self.text)))

    def _repr_html_(self):
        mark = f"<strong>{_MARKS[self.state]}</strong> " if _MARKS[self.state] else ""
        body = "<br>".join(escape(self.text).split("\n"))
        return (
            f'<div role="status" style="border-left:4px solid {_COLOURS[self.state]};padding:.25em .8em;margin:.4em 0;max-width:44em">'
            f"{mark}{body}</div>"
        )


class Checker:
    """The checks of one exercise. Made by `exercise`; call it with a task and an answer."""

    def __init__(self, name, keys):
        self.name = name
        self.keys = keys
        self.given = {}
        self.named = None  # in a notebook, the tasks whose answers' cells were run
        self.stopped = {}  # what each answer's name still held after its cell had failed

    def __call__(self, task="without a number", answer=..., *more):
        """Say how an answer stands. Never raises.

        Parameters
        ----------
        task : str
            The task's number, such as ``"2b"``.
        answer : object
            What the student gives; ``...`` for nothing yet.
        more : object
            What follows after a comma, as in a number typed with commas: one answer together with the first.
        """
        feedback = self.feedback(task, (answer, *more) if more else answer)
        self.given[feedback.task] = feedback
        _show(feedback)

    def feedback(self, task, answer):
        """Return the `Feedback` on an answer, without showing it. Never raises."""
        task = str(task)
        try:
            return self._feedback(task, answer)
        except answers.StepMissing as missing:
            return Feedback(task, "hint", f"{missing} {self.keys[task]['hint']}")
        except answers.Misfit as misfit:
            return Feedback(task, "hint", str(misfit))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a check that fails must say so, and stop nothing; an answer's own methods may do anything
            return Feedback(task, "hint", f"This check could not read your answer ({type(error).__name__}). Compare its form with what the task asks for.")

    def _feedback(self, task, answer):
        if not self.keys:
            return Feedback(task, "hint", _no_exercise(self.name))
        if task not in self.keys:
            return Feedback(task, "hint", f"This exercise has no task {task}. Its tasks are {', '.join(self.keys)}: was the number in the check changed?")
        if task in self.stopped and answer is self.stopped[task]:
            return self._of_a_stopped_cell(task, answer)
        answer = getattr(answer, "as_answer", answer) if hasattr(type(answer), "as_answer") else answer
        if answers.is_blank(answer):
            return Feedback(task, "blank", self._of_nothing(task, answer))
        key = self.keys[task]
        if key["kind"] == "essay":
            return Feedback(task, "form", essay_form(answer, key["form"]))
        return _judge(task, key, answer)

    def _of_nothing(self, task, answer):
        if answer is ... and self.named is not None and task not in self.named:
            return f"{BLANK} {UNRUN.format(task=task)}"
        return f"{BLANK} {NONE}" if answer is None else BLANK

    def _of_a_stopped_cell(self, task, answer):
        unnamed = UNNAMED.format(task=task)
        return Feedback(task, "blank", f"{BLANK} {UNMADE} {unnamed}") if answer is ... else Feedback(task, "hint", f"{STOPPED} {unnamed}")

    def watch(self, result):
        """Remember which answers' cells ended in an error, so that no check speaks of an older answer (IPython's ``post_run_cell``)."""
        failed = result.error_before_exec or result.error_in_exec
        for task in re.findall(_ANSWERED, getattr(result.info, "raw_cell", None) or "", re.MULTILINE):
            self.named.add(task)
            self.stopped.pop(task, None)
            if failed:
                self.stopped[task] = kernel.shell().user_ns.get(f"answer_{task}", ...)

    def progress(self):
        """Show how many tasks are answered, and how many of the checked ones are right; those *if you have time* by themselves."""
        extra = [task for task, key in self.keys.items() if key.get("optional")]
        text = f"{self._counted([task for task in self.keys if task not in extra], 'tasks')}."
        if extra:
            text += f" If you have time: {self._counted(extra, 'more tasks')}."
        _show(Feedback("progress", "blank", text))

    def _counted(self, tasks, word):
        states = [self.given[task].state for task in tasks if task in self.given]
        checked = sum(self.keys[task]["kind"] != "essay" for task in tasks)
        right = f"; {states.count('right')} of the {checked} with one right answer are right" if checked else ""
        return f"{len(states) - states.count('blank')} of {len(tasks)} {word} answered{right}"

    def task(self, *arguments, **options):
        """Declare a task; only the solutions' notebooks do. See `acrosstheline.teach.tasks.declare`."""
        from acrosstheline.teach import tasks

        return tasks.declare(self, *arguments, **options)


def exercise(name):
    """Start the exercise of a chapter, such as ``"five_voices"``.

    Returns
    -------
    Checker
        Call it under each task: ``check("1a", answer_1a)``.
    """
    from acrosstheline import plain_errors, printed

    plain_errors.explain_in_notebook()
    printed.align_in_notebook()
    if "altair" in sys.modules:  # a student's own charts look like the book's, and need no network
        importlib.import_module("acrosstheline.charts.theme")
    checker = Checker(name, about(name)["tasks"])
    if not checker.keys and _near(name):  # an exercise that is being written has no checks yet
        _show(Feedback("exercise", "hint", _no_exercise(name)))
    _stay_beside(checker)
    return checker


def _no_exercise(name):
    near = _near(name)
    rest = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(_released())}."
    return f"There is no exercise called {name!r}. {rest}"


def _near(name):
    return difflib.get_close_matches(str(name), _released(), n=1, cutoff=0.75)


def _released():
    return sorted(file.name.removesuffix(".json") for file in resources.files("acrosstheline").joinpath("_checks").iterdir())


def _stay_beside(checker):
    """In a notebook, let no check fail for want of its answer, and let it know which answers' cells failed."""
    shell = kernel.shell()
    if shell is None:
        return
    for task in checker.keys:
        shell.user_ns.setdefault(f"answer_{task}", ...)
    checker.named = set()
    for watching in [held for held in shell.events.callbacks["post_run_cell"] if isinstance(getattr(held, "__self__", None), Checker)]:
        shell.events.unregister("post_run_cell", watching)
    shell.events.register("post_run_cell", checker.watch)


def show(answer):
    """Show what a student made, or say that it is not there yet: for cells that run before it is filled in."""
    print("Nothing to show yet: fill in the cell above and run it.") if answers.is_blank(answer) else _show(answer)


def about(name):
    """Return what was released of one exercise: its title, its minutes, what it practises, and its sealed checks.

    Parameters
    ----------
    name : str
        The chapter, such as ``"five_voices"``.

    Returns
    -------
    dict
        With no tasks, and nothing else, for an exercise that has not been released.
    """
    file = resources.files("acrosstheline").joinpath("_checks", f"{name}.json")
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {"tasks": {}}


def _judge(task, key, answer):
    form = answers.written(answer, key["kind"], key["within"])
    astray = _no_letter(key, form) or _no_word_of_the_task(key, answer)
    if astray:
        return Feedback(task, "hint", astray)
    told = _rounded(key, answer) or _told(key, form, answer) or _nearly(key, answer)
    if told:
        state, text = told
        mistyped = _mistyped(key, answer) if state == "right" and key.get("types") else ""
        return Feedback(task, "hint" if mistyped else state, mistyped or text)
    return Feedback(task, "hint", " ".join(filter(None, (_how_far(key, answer), key["hint"]))))


def _no_letter(key, form):
    """Return what to say of a text where a choice is asked for by its letter; nothing of a letter."""
    is_letter = len(form) == 1 and form.isalpha()
    return "" if is_letter or not key.get("letter") else 'Write the letter of your choice by itself, between quotation marks: "A", for example.'


def _no_word_of_the_task(key, answer):
    """Return what to say of a column in which a word stands that the task does not offer; nothing where all are offered."""
    if not key.get("words"):
        return ""
    offered = {answers.written(word, "text") for word in key["words"]}
    strange = [(label, word) for label, word in answers.labelled(answer).items() if answers.written(str(word), "text") not in offered]
    return "Beside {} stands {!r}. ".format(*strange[0]) + f"The task offers these words: {', '.join(key['words'])}." if strange else ""


def _mistyped(key, answer):
    """Return what to say of a chart whose columns are right and whose quantities are taken for names; nothing for others."""
    types = key["types"].get(tag(key["salt"], answers.shape(answer)), {})
    return answers.mistyped(answer, types)


def _told(key, form, answer):
    """Return what is filed under an answer. Numbers are filed by their neighbourhood: the nearest within reach speaks."""
    reached = []
    for state, text in unsealed(key, form):
        state, _, centre = state.partition("@")
        away = abs(answers.number(answer) - float(centre)) if centre else 0
        if not centre or away <= key["within"] * (1 + 1e-9):
            reached.append((state != "right", away, state, text))
    return min(reached)[2:] if reached else None


def _rounded(key, answer):
    """Return what to say of the right number rounded beyond its tolerance, where it comes near a known mistake."""
    return _told(key, answers.to_the_digit(answer), answer) if key["kind"] == "number" and key["within"] else None


def _nearly(key, answer):
    """Return what to say of a chart by its columns alone, of a name in other letters, or of a number in a wrong size."""
    if key["kind"] == "chart":
        return _told(key, answers.shape(answer), answer)
    if key["kind"] == "name":
        return _told(key, answers.any_spelling(answer), answer)
    if key["kind"] != "number":
        return None
    value = answers.number(answer)
    for factor, unit in SLIPS:
        state, _ = _told(key, answers.written(value / factor, "number", key["within"]), value / factor) or ("", "")
        if value and state == "right":
            return "hint", f"The digits are right and the size is not: look at the unit that the task asks for ({unit}?)."
    return None


def _how_far(key, answer):
    """Return how much of a list or a column is right, in a sentence; nothing for other kinds."""
    if key["kind"] not in ("set", "list", "mapping"):
        return ""
    given = answers.as_typed(answer, key["kind"])
    if not given:
        return "This is empty: nothing is in it."
    strange = [typed for form, typed in given if tag(key["salt"], form) not in key["members"]]
    wanted = len(key["members"])
    found = f"You gave {len(given)}, and {len(given) - len(strange)} of the {wanted} that belong are among them."
    if not strange:
        return found if len(given) < wanted else f"{found} Look at their order."
    return f"{found} Look again at: {'; '.join(map(_short, strange[:3]))}."


def _short(item):
    return item if len(item) <= 60 else f"{item[:60]}..."


# --- hashes and locks --------------------------------------------------------------------------------


def tag(salt, form):
    """Return the salted hash under which a written answer is filed."""
    return _stretched(salt, form).hex()[:20]


def sealed(salt, form, text):
    """Return a text locked with a written answer: only who gives that answer can read it."""
    return base64.b64encode(_mixed(salt, form, text.encode())).decode()


def unsealed(key, form):
    """Return each state with its text that is filed under a written answer: mostly one, or none."""
    stored = key["outcomes"].get(tag(key["salt"], form))
    if stored is None:
        return []
    texts = _mixed(key["salt"], form, base64.b64decode(stored)).decode().split(BETWEEN)
    return [tuple(text.partition(":")[::2]) for text in texts]


def _stretched(salt, form):
    digest = hashlib.sha256(f"{salt}|{form}".encode()).digest()
    for _ in range(ROUNDS):
        digest = hashlib.sha256(digest).digest()
    return digest


def _mixed(salt, form, data):
    """Mix some bytes with a stream that the answer makes; the same again gives them back."""
    seed = _stretched(f"{salt}|text", form)
    stream = b"".join(hashlib.sha256(seed + n.to_bytes(4, "big")).digest() for n in range(len(data) // 32 + 1))
    return bytes(a ^ b for a, b in zip(data, stream))


# --- written tasks -----------------------------------------------------------------------------------


def essay_form(answer, form):
    """Say whether a written answer has the form that its task asks for.

    Parameters
    ----------
    answer : str
    form : dict
        ``words`` (least, most); optionally ``cites`` (how many different identifiers) with ``known`` (the
        pattern of an identifier), ``groups`` (the origin group of each identifier there is) with
        ``from_groups`` (how many different groups), and ``names`` (texts of which ``at_least`` must appear; one
        that ends in ``*`` is the beginning of a word).

    Returns
    -------
    str

    Raises
    ------
    acrosstheline.answers.Misfit
        If the answer is no text.
    """
    if not isinstance(answer, str):
        raise answers.Misfit("Write your answer as text, between the three quotation marks.")
    return "\n".join([*_form_lines(answer, form), FORM_ONLY])


def _form_lines(answer, form):
    count, (least, most) = len(answer.split()), form["words"]
    verdict = "within" if least <= count <= most else "outside"
    yield f"{_count(count, 'word')}: {verdict} the {least} to {most} that the task asks for."
    if form.get("cites"):
        cited = sorted(set(re.findall(form["known"], answer)))
        real = [key for key in cited if key in form["groups"]] if form.get("groups") else cited
        yield f"{_count(len(real), 'short name')} cited{_listed(real)}; the task asks for {form['cites']} or more."
        if form.get("groups"):
            yield from _group_lines(cited, form)
    if form.get("names"):
        named = [name for name in form["names"] if _is_in(name, answer)]
        which = _listed(named) if len(named) < len(form["names"]) else ""
        yield f"Words looked for: {', '.join(form['names'])}{_STEMS if any('*' in name for name in form['names']) else ''}. {len(named)} of {len(form['names'])} appear{which}; the task asks for {form['at_least']} or more."


def _is_in(name, text):
    """Tell whether a text holds a word by itself, also with an s at its end; one that ends in * is the beginning of a word."""
    end = r"\w*" if name.endswith("*") else r"(?:s|es)?(?!\w)" if name[-1].isalnum() else ""
    return bool(re.search(rf"(?<!\w){re.escape(name.rstrip('*'))}{end}", text, re.IGNORECASE))


def _group_lines(cited, form):
    groups = sorted({form["groups"][key] for key in cited if key in form["groups"]})
    if form["from_groups"] > 1:
        yield f"Sides among them: {len(groups)}{_listed(groups)}; the task asks for {form['from_groups']} or more."
    strange = [key for key in cited if key not in form["groups"]]
    if strange:
        yield f"Not among those that this task names: {', '.join(strange)}. Compare the spelling, or cite another."


def _count(number, word):
    return f"{number} {word}{'' if number == 1 else 's'}"


def _listed(items):
    return f" ({', '.join(items)})" if items else ""


def _show(thing):
    if kernel.shell() is None:
        print(thing)
        return
    from IPython.display import display

    display(thing)

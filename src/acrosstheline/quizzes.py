"""Check-yourself questions, with feedback that teaches on every choice, right or wrong.

Without JavaScript the answers stand in a disclosure under each question.
"""

from acrosstheline import live, markup
from acrosstheline.explore import Explorer


def quiz(name, questions):
    """Show questions with one right choice each.

    Parameters
    ----------
    name : str
        Identifier, unique in the book, of lower-case words and hyphens.
    questions : list of (str, dict of str to (bool, str))
        Each question, and for each choice whether it is right and one sentence of feedback.

    Returns
    -------
    Explorer

    Raises
    ------
    ValueError
        If a question does not have exactly one right choice, or a choice has no feedback.
    """
    for question, choices in questions:
        _demand(question, choices)
    html = "".join(_question_html(name, number, *question) for number, question in enumerate(questions, start=1))
    items = [(markup.inline(q), [(text, _feedback(right, why)) for text, (right, why) in choices.items()]) for q, choices in questions]
    text = "\n".join(f"{n}. {question}" for n, (question, _) in enumerate(questions, start=1))
    return Explorer(f'<div class="atl-quiz" id="quiz-{name}">{html}</div>', text, lambda: live.questions(items))


def _demand(question, choices):
    if sum(right for right, _ in choices.values()) != 1:
        raise ValueError(f"The question {question!r} needs exactly one right choice.")
    silent = [text for text, (_, why) in choices.items() if not why.strip()]
    if silent:
        raise ValueError(f"The question {question!r} has no feedback for: {', '.join(silent)}.")


def _feedback(right, why):
    mark = "Right." if right else "Not quite."
    return f'<span class="atl-mark">{mark}</span> {markup.inline(why)}'


def _question_html(name, number, question, choices):
    group = f"quiz-{name}-{number}"
    radios = "".join(
        f'<label><input type="radio" name="{group}" value="{i}"> {markup.inline(text)}</label>' for i, text in enumerate(choices)
    )
    answers = "".join(
        f'<li data-right="{str(right).lower()}"><em>{markup.inline(text)}</em>: {_feedback(right, why)}</li>'
        for text, (right, why) in choices.items()
    )
    return (
        f'<div class="atl-question" data-atl="question"><fieldset><legend>{number}. {markup.inline(question)}</legend>{radios}</fieldset>'
        f'<p class="atl-feedback" aria-live="polite"></p>{markup.details("Every answer, and why", f"<ul>{answers}</ul>")}</div>'
    )

"""Python's error messages, and under each a sentence for a reader who has never programmed. Standard library only.

A sentence is given only where the message leaves no doubt about its cause; where it may have several, the
sentence says what is certain and what to compare. For the rest we keep silent.
"""

import builtins
import difflib
import keyword
import re
import sys
import textwrap

from acrosstheline import answers, kernel

_UNFILLED = "A cell above still has ... where your answer belongs. Fill it in, run that cell, then run this one again."
_NOTHING = "A value here is None, which means nothing at all. print(...), for one, shows a value and gives back None: give the name to the value itself, and print it in a line of its own. An empty cell of a table is None too."
_UNQUOTED = f"A number is written without quotation marks. {answers.COMMAS}"
_MIXED = f"A number and a text meet here. {_UNQUOTED}"
_TEXT_DATE = 'A text is no date yet. Make it one first: pd.Timestamp("1994-10-29").'
_TEXT_ROWS = "Whole rows or columns meet here, with the texts in them. Of a row, name the column too: table.loc[row, column]."
_DAYS = "A date has nothing called days after the dot. For the days between two dates, put round brackets around the subtraction, and take the days after it: (later - earlier).days."
_COLON = 'Between a label and its value stands a colon: {"A": "ruler"}.'
_ONE_COLUMN = 'Numbers and texts meet here. A whole table was asked, which holds both: ask one column of it, such as table["people"].'
_COMPARE = "A single = gives a name to a value, and the name stands on its left. To compare two things, write == (two signs)."
_BRACKETED = 'Put each comparison into round brackets before you join them: (table["year"] == 2007) & (table["people"] > 0).'
_COLUMN_IS_MANY = f"A column gives an answer for every row, so Python cannot take it as one True or False. Between comparisons write & for and, | for or. {_BRACKETED}"
_NO_CALL = "Round brackets stand after something that is no function, but {thing}. Take them away, or use square brackets, [ ], to choose a part of it."
_INVISIBLE = "The marked line holds a character that cannot be seen; it often comes along when text is pasted. Delete the spaces in that line and type them again."
_TOO_MANY = 'Too many things with commas between them stand in the square brackets of .loc. It takes rows, then columns; several of one kind get square brackets of their own: table.loc[rows, ["year", "people"]]. A single column has rows alone: column.loc[["A", "B"]]. A span has a colon: column.loc[1979:1989].'
_NO_POSITION = "There is nothing at this position. Python counts from 0: the first is [0], and the last of five is [4]. After a filter, look whether any row is left."
_NO_MARK = "This chart has no mark yet, so nothing says how to draw it. Write one after alt.Chart(...): .mark_bar(), for example, or .mark_line()."

_THINGS = {"DataFrame": "a table", "Series": "a column", "Index": "a list of labels", "list": "a list", "tuple": "several values in a row", "dict": "a set of labels with values",
           "str": "a text", "int": "a number", "float": "a number", "bool": "True or False", "Chart": "a chart"}  # fmt: skip
_FROM_THE_FIRST_CELL = ("atl", "alt", "pd", "check")
_BEFORE = ("len", "max", "min", "sum", "print", "sorted", "round", "set", "list")
_OFFERED = (*_BEFORE, "True", "False", "None")
_PLACES = {"DataFrame": "table", "Series": "column"}
_POINTS = "A number has at most one point, before its decimals. Leave the others out: 1730000."
_UNIT = "A number stands here with a word or a sign after it. Write the number by itself, without its unit. To multiply, write * between the two."
_NOT_SO_MANY = "{name} does not take so many values between its round brackets. Put a list there, with square brackets around the values: {name}([...])."
_PLACES_OF_A_CHART = 'Inside .encode( ) each column needs its place before it, such as x="year:Q", y="people:Q".'
_PLACEHOLDER = "The name table stands for a table. Write the name of yours in its place, as it is spelled in the cell that makes it."
_NAMED_TABLE = "No table stands in alt.Chart( ). Write its name there without quotation marks."
_NO_HEADING = "The table has no column {name}. Compare with its headings."
_TOO_EARLY = "A round bracket closes too early in the marked line: what follows it belongs inside. Move the bracket to the end."
_WIDTH = 88
_LIKE_QUOTES, _LIKE_MINUS = "“”„‟‘’‚‛«»", "–—−"


# --- what we can say ----------------------------------------------------------------------------------


def _unknown_name(error, found):
    name, known = found["name"], _names(error)
    if type(error).__name__ == "UndefinedVariableError":
        return _no_column(name, _table_in(error))
    if name in _FROM_THE_FIRST_CELL:
        return f"Python does not know the name {name} yet. The first code cell of this notebook makes it: run that cell, then this one."
    if (near := {str(other).casefold(): other for other in known}.get(name.casefold())) and not near.startswith("_"):
        return f"Python does not know the name {name}, and it knows {near}: capital and small letters are different to it."
    if re.fullmatch(r"answer_\w+", name):
        return f"There is no {name} yet. Its cell, above this one, was deleted, not run, or stopped with an error. Go back to it, then run this one again."
    if any(name in _columns(value) for value in known.values()):
        return f'Python does not know the name {name}. If you mean the column, write "{name}", with quotation marks. If a cell above makes the name, run that cell first.'
    if any(type(value).__name__ in _PLACES and name in value.index.tolist() for value in known.values()):
        return f'Python does not know the name {name}. If you mean the label of a row, write "{name}", with quotation marks.'
    if name in _tools():
        return f"Python does not know the name {name} by itself. If you mean the course's own, write atl and a dot before it: atl.{name}."
    if name == "table":
        return _PLACEHOLDER
    if re.fullmatch("[a-hA-H]", name):
        return f'Python does not know the name {name}. If {name} is the choice that you make, write it between quotation marks: "{name}".'
    near = _did_you_mean(name, [*known, *_OFFERED])
    return (
        f"Python does not know the name {name}.{near} If a cell above makes it, run that cell first "
        "(menu Run, Run All Above Selected Cell). If it is meant as text, put quotation marks around it."
    )


def _tools():
    import acrosstheline

    return acrosstheline.__all__


def _unknown_attribute(error, found):
    thing, name = _asked(error, found), found["name"]
    if given_away := _given_away(error, rf"\.{name}\b"):
        return given_away
    if (found["kind"], name) == ("Timestamp", "days"):
        return _DAYS
    if type(thing).__name__ in ("function", "method"):
        return f"{thing.__name__} is a function, so nothing can be taken from it before it has worked. Add ( ) after {thing.__name__}."
    if name in _BEFORE:
        return f"{name} stands before what it works on, and not after a dot: {name}({_PLACES.get(found['kind'], '...')})."
    what = _THINGS.get(found["kind"], "this")
    return f"{what.capitalize()} has nothing called {name} after the dot.{_did_you_mean(name, [other for other in dir(thing) if len(other) > 2])}" if thing is not None else None


def _asked(error, found):
    """Return the object that was asked for a part it does not have."""
    asked = getattr(error, "obj", None)
    return sys.modules.get(found["kind"]) if asked is None else asked


def _missing_key(error, _found):
    located, key = _located(error)
    if located is not None:
        return _nothing_located(located, key)
    asked, key = _asked_for(error)
    if asked is None:
        return None
    if not _columns(asked):
        return _one_by_one(key) if isinstance(key, tuple) else _no_label(key, asked.index)
    if type(key).__name__ == "Series" and key.name in _columns(asked):
        return f"Between the square brackets stand the values of a column, and not its name. If you mean the column, put quotation marks around its name: table[{key.name!r}]."
    if isinstance(key, bool):
        return 'The comparison has to name the table twice: table[table["year"] == 2007].'
    if isinstance(key, tuple) and all(part in _columns(asked) for part in key):
        return "To choose several columns, write two pairs of square brackets: " + f"table[[{', '.join(map(repr, key))}]]."
    if isinstance(key, tuple) and len(key) == 2 and key[0] in asked.index and key[1] in _columns(asked):
        return f"To take one cell by its row and its column, write .loc before the square brackets: table.loc[{key[0]!r}, {key[1]!r}]."
    if isinstance(key, int) and key >= len(asked):
        return f'Square brackets after a table take a comparison, or the name of a column. To choose rows by what a column says: table[table["year"] == {key}].'
    if isinstance(key, int):
        return f'Square brackets after a table ask for a column by its name, such as table[{_columns(asked)[0]!r}]. A row is taken by its place with .iloc: table.iloc[0] is the first row.'
    wanted = [part for part in (key if isinstance(key, list) else [key]) if part not in _columns(asked)]
    return _no_column(wanted[0], asked) if wanted and isinstance(wanted[0], str) else None


def _one_by_one(labels):
    """Say how several values of a column are taken, or added up."""
    singly = " + ".join(f"column[{label!r}]" for label in labels)
    return f"One pair of square brackets takes one value. Take each by itself, as in {singly}, or show them together with two pairs: column[[{', '.join(map(repr, labels))}]]."


def _nothing_located(asked, key):
    """Say which row or column ``.loc`` did not find."""
    if hasattr(asked.index, "levels"):
        return None
    rows, headings = key if isinstance(key, tuple) and len(key) == 2 and _columns(asked) else (key, None)
    heading, label = _absent(headings, _columns(asked)), _absent(rows, asked.index.tolist())
    if isinstance(heading, str):
        return _no_column(heading, asked)
    if label in _columns(asked):
        return f"{label!r} is a column, and .loc takes rows first. Write table[{label!r}], or table.loc[rows, {label!r}]."
    return _no_label(label, asked.index) if label is not None else None


def _absent(wanted, labels):
    """Return the first of one or several labels that is not there, or None; ranges and comparisons are passed over."""
    several = wanted if isinstance(wanted, list) else [wanted]
    return next((one for one in several if isinstance(one, (str, int)) and not isinstance(one, bool) and one not in labels), None)


def _no_label(key, index):
    """Say that a column, a row, or the rows of a table have no such label."""
    labels = index.tolist()
    if not labels:
        return "No row is left here: the step before kept none."
    if not isinstance(key, (str, int)) or isinstance(key, bool):
        return None
    numbered = all(isinstance(label, int) for label in labels)
    if numbered and isinstance(key, str) and key.isdigit() and int(key) in labels:
        return f"The labels of the rows are numbers here: write {key} without quotation marks."
    if numbered and isinstance(key, str) and not key.isdigit():
        return f"The rows are named by numbers here, and {key!r} is none. If {key!r} is a column, start again from the table: table[{key!r}]."
    if numbered and isinstance(key, int) and key < 0:
        return f"There is no row {key} here. A minus sign between two numbers subtracts them; a span has a colon: .loc[1979:1989]."
    if numbered and index.name is None:
        return f"No row has the number {key} at its left. To choose rows by what a column says, compare it: table[table[\"year\"] == 2007]."
    if isinstance(key, int) and (text := next((label for label in labels if isinstance(label, str) and label.isdigit() and int(label) == key), None)):
        return f'The labels of the rows are texts here: write "{text}", with quotation marks.'
    near = _did_you_mean(key, labels) if isinstance(key, str) else ""
    return f"There is no label {key!r} here.{near or f' The labels are: {_some(labels)}.'}"


def _some(labels):
    return ", ".join(map(str, labels[:12])) + (" and more" if len(labels) > 12 else "")


def _no_column(name, table):
    if table is None:
        return None
    headings = _columns(table)
    near = _did_you_mean(name, headings)
    return f"The table has no column {name!r}.{near}" if near else f"The table has no column {name!r}. Its columns are: {', '.join(headings)}."


def _no_headings(error, found):
    return _no_column(found["name"], _table_in(error))


def _no_field(error, found):
    """Say that a chart's table lacks a column."""
    tables = (frame.f_locals.get(name) for frame in _frames(error) for name in ("data", "df", "context"))
    tables = (held.get("data") if isinstance(held, dict) else held for held in tables)
    table = next((held for held in tables if _columns(held)), None)
    if table is None and "not specified as a pandas.DataFrame" in str(error):
        return _NAMED_TABLE
    return _no_column(found["name"] or found["other"], table)


def _unfinished_chart(error, _found):
    drawn = getattr(error, "instance", None)
    return _NO_MARK if isinstance(drawn, dict) and "encoding" in drawn and "mark" not in drawn else None


def _cannot_be_member(_error, found):
    thing = _THINGS.get(found["kind"])
    return f"A single value, a number or a text, belongs here, and {thing} stands in its place. For a set of its values, write set( ) around it in place of the curly brackets." if thing else None


def _no_table(error, found):
    near = _did_you_mean(found["name"], found["names"].split(", "))
    return f"The course has no table {found['name']!r}.{near}" if near else None


def _no_package(_error, found):
    near = _did_you_mean(found["name"], ["pandas", "altair", "acrosstheline"])
    return f"The package {found['name']} is not installed here.{near or ' The exercises need only the ones in their first cell.'}"


def _called(error, found):
    if given_away := _given_away(error, r"\("):
        return given_away
    hidden = [name for name, value in _names(error).items() if hasattr(builtins, name) and type(value).__name__ == found["kind"]]
    hidden = [name for name in hidden if re.search(rf"\b{name}\(", _line_of(error))]
    if hidden:
        return f"You gave the name {hidden[0]} to a value of your own, and it now hides Python's function {hidden[0]}. Choose another name, then restart the kernel (menu Kernel) and run all cells."
    return _NO_CALL.format(thing=_THINGS[found["kind"]]) if found["kind"] in _THINGS else None


def _given_away(error, follows):
    """Say that a name of the first cell, with a sign after it in the line, stands for a value of the student's own; nothing where none does."""
    used = [name for name in _FROM_THE_FIRST_CELL if re.search(rf"\b{name}{follows}", _line_of(error))]
    lost = [name for name in used if type(_names(error).get(name)).__name__ not in ("module", "Checker")]
    return f"The name {lost[0]} was given to something else. Run the first code cell again; it makes {lost[0]} anew." if lost else ""


def _compared(error, _found):
    if re.match(r"\w+\s*=(?!=).*\)\s*,\s*\w+\s*=(?!=)", error.text or ""):
        return _TOO_EARLY
    label_first = re.search(r"[{,]\s*(['\"])[^'\"]*\1\s*=(?!=)", error.text or "")
    return _COLON if label_first else _COMPARE


def _strange_character(_error, found):
    mark = found["mark"]
    if mark in _LIKE_QUOTES:
        return f"The mark {mark} is a quotation mark from a word processor. Delete it and type a straight one on the keyboard, \" or ', at both ends of the text."
    if mark in _LIKE_MINUS:
        return f"The mark {mark} is a dash. Delete it and type the keyboard's minus sign, -."
    return f"Python's code has no character {mark}. Digits, commas and brackets must be those of an English keyboard; other letters belong between quotation marks, as text."


def _side_by_side(error, _found):
    return _ill_written_number(error.text or "") or "Two things stand side by side in the marked line. Look for a missing comma between them, or for a missing quotation mark around a text."


def _ill_written_number(line):
    """Return what to say of a line with a number that has several points, or a unit after it; nothing for others."""
    code = re.sub(r"(['\"]).*?\1|#.*", "", line)
    if re.search(r"\d\.\d+\.\d", code):
        return _POINTS
    after = re.findall(r"(?<![\w.])\d[\d,.]*(%\s*(?=$|[\])},#])| [^\W\d]\w*)", code)
    return _UNIT if any(not keyword.iskeyword(word.strip()) for word in after) else ""


def _unreadable(error, _found):
    line = (error.text or "").strip()
    if _ill_written_number(line):
        return _ill_written_number(line)
    if swapped := re.search(r"=!|=>|=<", line):
        return f"The sign = comes second: write {swapped[0][::-1]} in place of {swapped[0]}."
    if re.search(r"=\s*\w+:[QTNO]\b", line):
        return 'A column with its letter stands between quotation marks: x="year:Q".'
    if line.startswith("."):
        return "A line does not begin with a dot. Join it to the end of the line above, with nothing between."
    two_words = re.match(r"([^\W\d]\w*) (\w+)\s*=(?!=)", line)
    if two_words and not any(map(keyword.iskeyword, two_words.groups())):
        return f"A name holds no space: write {two_words[1]}_{two_words[2]}."
    kept = re.match(r"(\w+)\s*=(?!=)", line)
    if kept and keyword.iskeyword(kept[1]):
        return f"The word {kept[1]} belongs to Python itself. Choose another name."
    words = re.fullmatch(r"\w+\s*=\s*([^\W\d]\w*(?: [^\W\d]\w*)+)", line)
    if words and not any(map(keyword.iskeyword, words[1].split())):
        return f'Several words stand on the right of the sign =. If they are a text, put quotation marks around it: "{words[1]}".'
    if re.search(r"(?<![=<>!])=$", line):
        return "Nothing stands on the right of the sign =. Write the value there."
    if "decimal literal" in str(error):
        return "A digit and a letter stand together in the marked line. A name cannot begin with a digit, and a text such as \"1a\" needs quotation marks."
    return "Python cannot read the marked line. Compare it, sign by sign, with the example: brackets, commas and quotation marks. The slip may also be in the line above."


def _begins_with_0(error, _found):
    if re.search(r"\d,0\d", error.text or ""):
        return f"A comma stands in a number. {answers.COMMAS}"
    return "A whole number does not begin with 0. If it is a date or another text, put quotation marks around it."


def _cannot_compute(error, found):
    first, second = found["first"], found["second"]
    if first == second and first in ("list", "tuple"):
        return f"Of two sets the one can be taken from the other, and a set has curly brackets, {{ }}. If single numbers are meant: {answers.COMMAS}"
    if "method" in (first, second):
        return "The round brackets after the name of a function are missing, such as .mean() or .sum()."
    if first == "Timestamp" and second in ("int", "float"):
        return "A day cannot be divided, nor a number taken from it. Put round brackets around the subtraction of the two days, and take .days after it: (later - earlier).days."
    if "tuple" in (first, second):
        return f"Several values in a row, with commas between them, stand where one number should. {answers.COMMAS}"
    if {first, second} == {"str", "Timestamp"}:
        return _TEXT_DATE
    if {first, second} == {"str"}:
        return _two_texts(error, found)
    if "str" not in (first, second) or not {first, second} & {"int", "float"}:
        return None
    return _MIXED if _table_in(error) is None else _ONE_COLUMN


def _two_texts(error, found):
    """Say what is missing where two texts are computed with: the column of a row, the dates, or the numbers."""
    in_pandas = [frame for frame in _frames(error) if frame.f_globals.get("__name__", "").startswith("pandas.")]
    if any(type(value).__name__ == "Series" for frame in in_pandas for value in frame.f_locals.values()):
        return _TEXT_ROWS
    return f"Both are texts, and this is done with numbers. {_UNQUOTED}" + (f" {_TEXT_DATE}" if found["sign"] == "-" else "")


_COMMON = [
    ((TypeError, AttributeError), r"[eE]llipsis", _UNFILLED),
    ((TypeError, AttributeError), r"'NoneType'", _NOTHING),
    (NameError, r"name '(?P<name>.+?)' is not defined", _unknown_name),
    (ModuleNotFoundError, r"named '(?P<name>.+?)'", _no_package),
    (AttributeError, r"'(?P<kind>[\w.]+)'(?: object)? has no attribute '(?P<name>.+?)'", _unknown_attribute),
    (KeyError, r"None of \['(?P<name>[^']+)'\] are in the columns", _no_headings),
    (KeyError, r"Column not found: (?P<name>\w+)", _NO_HEADING),
    (KeyError, r"^Index\(\['(?P<name>[^']+)'", _NO_HEADING),
    (KeyError, r"", _missing_key),
    (Exception, r"^Too many indexers", _TOO_MANY),
    (Exception, r"^\(.*\bdtype: bool(?:ean)?, \d+\)$", f"A comma stands in a number. {answers.COMMAS}"),
    (ValueError, r'^"(?P<name>\w+)" is not one of the valid encoding data types', "After the colon stands one of four capital letters, and this chart has {name}: T for time, Q for quantities, N for names, O for names in an order."),
    (ValueError, r'data type for the field "(?P<name>[^"]+)"|^(?P<other>\S+) encoding field is specified without a type', _no_field),
    (Exception, r"is an invalid value for `data`", "alt.Chart takes a whole table, and something else stands between its round brackets. Of a column with labels, .reset_index() makes a table."),
    (Exception, r"is an invalid value", _unfinished_chart),
    (ValueError, r"no table named '(?P<name>.+?)'. The tables are: (?P<names>.+)\.", _no_table),
    (ValueError, r"Operands are not aligned|[Cc]an only compare identically-labeled", "Two tables or columns of different rows are compared here. If one of them is meant as a word in a column, put quotation marks around it. Of two single numbers, take each out first, with .item()."),
    (ValueError, r"truth value of a \w+ is ambiguous", _COLUMN_IS_MANY),
    (ValueError, r"can only convert an array of size 1", "Not exactly one value is left here: the step before kept none, or several. Show the table to see what it kept."),
    (ValueError, r"cannot assign without a target object", _COMPARE),
    (ValueError, r"(?:invalid literal for int\(\).*: |could not convert string to float: )(?P<name>'.*')", "The text {name} cannot be read as a number. A number has digits and at most one point, before its decimals, and no commas."),
    (TypeError, r"'(?P<kind>\w+)' object is not callable", _called),
    (ZeroDivisionError, r"", "Something is divided by zero. Show the number that stands after the sign of the division, and look where its zero comes from."),
    (TypeError, r"'Checker' object is not subscriptable", 'check takes round brackets, ( ), with the task and your answer between them: check("1a", answer_1a).'),
    (TypeError, r"'(?:int|float|bool)' object is not subscriptable", "Square brackets, [ ], stand after a single value, which has no parts. A table, a column or a list belongs before them: look which value was given to that name."),
    (TypeError, r"string indices must be integers", "Square brackets with a name in them stand after a text. A table belongs before them: look which value was given to that name."),
    (TypeError, r"'(?:builtin_function_or_method|method|function|type)' object is not subscriptable", "This is a function: after its name come round brackets, ( ), not square ones."),
    (TypeError, r"Cannot perform 'r?(?:and|or)_'|unsupported operand type\(s\) for [&|]", _BRACKETED),
    (TypeError, r"unsupported operand type\(s\) for (?P<sign>[^:]+): '(?P<first>\w+)' and '(?P<second>\w+)'", _cannot_compute),
    (TypeError, r"not supported between instances of .*'method'", "A computation is compared here, and not its result. Add a pair of round brackets, ( ), after its name."),
    (TypeError, r"not supported between instances of '(?P<first>\w+)' and '(?P<second>\w+)'", _cannot_compute),
    (TypeError, r"Invalid comparison between dtype=(?:int|float)\d+ and str|did not contain a loop .*(?:Int|Float)\d+DType.*StrDType", _MIXED),
    (TypeError, r"unhashable type: '(?P<kind>\w+)'", _cannot_be_member),
    (TypeError, r"'(?:int|float)' object is not iterable", "Several values are needed here, such as a list or a column, and a single number stands in their place."),
    (TypeError, r"object of type '(?:int|float)' has no len", "len( ) counts the rows of a table or the members of a list; this is a single number."),
    (TypeError, r'can only concatenate str \(not "(?:int|float)"\)', _MIXED),
    (TypeError, r"list indices must be integers", "A list is asked by position, a whole number in square brackets, and not by a text."),
    (TypeError, r"NDFrame\.(?P<name>first|last)\(\) missing", 'A column alone has no {name} here: it is asked of groups. Group the table before it: table.groupby("column")["other column"].{name}().'),
    (TypeError, r"missing \d+ required positional arguments?: (?P<name>.+)", "Something is missing between the round brackets: {name}."),
    (TypeError, r"unexpected keyword argument 'colour'", "Here the word is spelled color, without u."),
    (TypeError, r"unexpected keyword argument '(?P<name>.+?)'", "There is no option called {name} here. Compare its spelling with the example."),
    (TypeError, r"takes .+ but \d+ (?:was|were) given", "The number of values between the round brackets is not the one that this function takes. Compare with the example."),
    (TypeError, r"^(?P<name>set|list|tuple|len|sum|sorted)\b.* (?:expected|takes) (?:at most|exactly)? ?\w+ arguments?", _NOT_SO_MANY),
    (NotImplementedError, r"^positional of type", _PLACES_OF_A_CHART),
    (IndexError, r"index out of range|out-of-bounds|out of bounds", _NO_POSITION),
    (FileNotFoundError, r"directory: (?P<name>'.+?')", "There is no file {name} here. The course's own tables need no file: atl.load(\"refugees\")."),
    (TabError, r"", "Tabs and spaces are mixed at the beginning of the lines. Delete them in the marked line and type spaces."),
    (IndentationError, r"expected an indented block", "The line after a colon begins further to the right: put four spaces before it."),
    (IndentationError, r"", "The marked line begins too far to the right or to the left. Lines that belong together begin at the same place."),
    (SyntaxError, r"invalid character '(?P<mark>.)'", _strange_character),
    (SyntaxError, r"invalid non-printable character", _INVISIBLE),
    (SyntaxError, r"'(?P<name>.)' was never closed", "A bracket, {name}, was opened and not closed. Count the pairs in the marked line."),
    (SyntaxError, r"incomplete input", "The cell ends too early: something was begun and not ended. Count the brackets: each that opens must close. A text that begins with three quotation marks ends with three."),
    (SyntaxError, r"closing parenthesis '(?P<close>.)' does not match opening parenthesis '(?P<name>.)'", "A bracket was opened with {name} and closed with {close}. Each kind has its own partner: ( ), [ ] and { }."),
    (SyntaxError, r"unmatched '(?P<name>.)'", "There is a closing bracket, {name}, and no opening one before it."),
    (SyntaxError, r"unterminated triple-quoted", "A text was begun with three quotation marks and not ended with three."),
    (SyntaxError, r"unterminated string", "A text was begun with a quotation mark and not ended with the same one in the same line."),
    (SyntaxError, r"[Mm]aybe you meant '=='|perhaps you meant \"==\"", _compared),
    (SyntaxError, r"leading zeros", _begins_with_0),
    (SyntaxError, r"Missing parentheses in call to '(?P<name>\w+)'", "{name} needs round brackets around what follows: {name}(...)."),
    (SyntaxError, r"':' expected after dictionary key", f"Between the curly brackets each line is a name, a colon, one value and a comma. {answers.COMMAS}"),
    (SyntaxError, r"expected ':'", "A colon, :, is missing at the end of the marked line."),
    (SyntaxError, r"forgot a comma", _side_by_side),
    (SyntaxError, r"", _unreadable),
    (KeyboardInterrupt, r"", "You stopped this cell. What the cells above made is still there; mend this one and run it again."),
    (MemoryError, r"", "The computer has no more memory for this. Restart the kernel and look for a step that repeats too often."),
    (RecursionError, r"", "A step calls itself without end. Look for a name that is defined by itself."),
]


def plain(error):
    """Return one plain sentence on an error, or None where we have none that is sure to be true.

    Parameters
    ----------
    error : BaseException
        As it was caught: its traceback tells which names and columns there are.

    Returns
    -------
    str or None
    """
    for kind, pattern, sentence in _COMMON:
        found = re.search(pattern, str(error), re.DOTALL) if isinstance(error, kind) else None
        if found:
            return sentence(error, found) if callable(sentence) else _with(sentence, found)
    return None


def _with(sentence, found):
    for name, text in found.groupdict().items():
        sentence = sentence.replace(f"{{{name}}}", text)
    return sentence


# --- what there is to choose from ---------------------------------------------------------------------


def _did_you_mean(name, known):
    """Return a question after the nearest known name, or nothing if none is near."""
    by_sound = {str(other).casefold(): str(other) for other in known if not str(other).startswith("_")}
    near = difflib.get_close_matches(str(name).casefold(), by_sound, n=1, cutoff=0.75)
    return f" Did you mean {by_sound[near[0]]}?" if near else ""


def _frames(error):
    """Return the frames that an error passed through, the innermost first."""
    frames, trace = [], error.__traceback__
    while trace:
        frames.insert(0, trace.tb_frame)
        trace = trace.tb_next
    return frames


def _names(error):
    """Return what had a name where the error arose."""
    frame = next(iter(_frames(error)), None)
    return {**frame.f_globals, **frame.f_locals} if frame else {}


def _line_of(error):
    import linecache

    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return linecache.getline(trace.tb_frame.f_code.co_filename, trace.tb_lineno) if trace else ""


def _columns(thing):
    """Return a table's headings; nothing for anything else."""
    return [str(heading) for heading in thing.columns] if type(thing).__name__ == "DataFrame" else []


def _table_in(error):
    """Return the table that a step inside pandas was working on, or None."""
    found = (frame.f_locals.get(name) for frame in _frames(error) for name in ("self", "obj"))
    return next((thing for thing in found if _columns(thing)), None)


def _located(error):
    """Return the table or column in which ``.loc`` looked in vain, and what stood in its brackets; two times None if it did not."""
    for frame in reversed(_frames(error)):
        by_loc = frame.f_code.co_name == "__getitem__" and frame.f_code.co_filename.replace("\\", "/").endswith("core/indexing.py")
        if by_loc and hasattr(frame.f_locals["self"].obj, "index"):
            return frame.f_locals["self"].obj, frame.f_locals.get("key")
    return None, None


def _asked_for(error):
    """Return the table or column that was asked for a part it lacks, and the part; two times None if it was none."""
    frames = _frames(error)
    for frame in reversed(frames):
        asked = frame.f_locals.get("self")
        if frame.f_code.co_name == "__getitem__" and type(asked).__name__ in ("DataFrame", "Series"):
            return asked, frame.f_locals.get("key")
    by_name = frames and frames[0].f_code.co_name in ("_get_label_or_level_values", "get_grouper")
    return (_table_in(error), error.args[0]) if by_name else (None, None)


# --- in the notebook -----------------------------------------------------------------------------------


def explain_in_notebook():
    """From now on, end every error of this notebook with such a sentence; outside a notebook, do nothing.

    Errors are shown up to the student's own line: the steps inside a package are left out.
    """
    shell = kernel.shell()
    if shell is None or isinstance(shell.showtraceback, _Explained):
        return
    explained = _Explained(shell)
    shell.showtraceback, shell._showtraceback = explained, explained.publish
    shell.set_custom_exc((Exception, KeyboardInterrupt), _show)


def _show(shell, kind, error, trace, tb_offset=None):
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)


class _Explained:
    """IPython's two steps to show an error, put in place of its own: choose the lines, and hand them to the notebook.

    The sentence is one of the lines, so that it stands below the error everywhere; errors that arise while a
    result is drawn come this way too.
    """

    def __init__(self, shell):
        self.shell, self.choose, self.hand_over = shell, shell.showtraceback, shell._showtraceback
        self.sentence = None

    def __call__(self, exc_tuple=None, *arguments, **options):
        kind, error, trace = self.shell._get_exc_info(exc_tuple)
        self.sentence = _plain_if_it_can(error)
        self.choose((kind, error, _cut(error, trace, self.shell.user_ns)), *arguments, **options)

    def publish(self, kind, error, lines):
        """Hand over the lines of an error, with the sentence below."""
        sentence, self.sentence = self.sentence, None
        self.hand_over(kind, error, [*lines, _lines(f"In plain words: {sentence}")] if sentence else lines)


def _lines(sentence):
    """Return a sentence in lines; in a browser, whose screen may be a phone's, in one that the page itself breaks."""
    return sentence if sys.platform == "emscripten" else textwrap.fill(sentence, _WIDTH)


def _plain_if_it_can(error):
    try:
        return plain(error)
    except Exception:  # an explanation that fails must not hide the error
        return None


def _cut(error, trace, names):
    """Return a traceback that ends at the last line of the student's own cells; None if it passed through none."""
    last, step = None, trace
    while step:
        last = step if step.tb_frame.f_globals is names else last
        step = step.tb_next
    error.__cause__ = None
    if last is None:
        return None
    last.tb_next = None
    return trace

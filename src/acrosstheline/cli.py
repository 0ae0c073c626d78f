"""The command ``acrosstheline``."""

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

# The tables need pandas, which takes longer to load than all the rest: each verb loads what it needs.
# The instructor's verbs, whose tools load only when they are wanted: a student's package does without what they need.
TEACHING = {
    "assign": "plan a course, and write a pack for students and one for the instructor",
    "grade": "grade a folder of submissions",
    "link": "make links that open exercises on a JupyterHub",
}


def main(arguments=None):
    """Run the command.

    Parameters
    ----------
    arguments : list of str, optional
        In place of the command line's own.

    Returns
    -------
    int
        The exit code: 0 when all is well, 141 where whoever read the output went away.
    """
    try:
        code = _main(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # as with `acrosstheline assign --list | head`
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
        return 141
    return code


def _main(arguments):
    parser = argparse.ArgumentParser(prog="acrosstheline", description="Tools of the course Across the Line.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    checking = verbs.add_parser("verify", help="check every quotation and every link between tables")
    checking.add_argument("--documents", metavar="FOLDER", help="the five documents, to rebuild the fingerprints and compare")
    renewing = verbs.add_parser("refresh", help="after an intended change to data/: renew the manifest's hashes")
    renewing.add_argument("--documents", metavar="FOLDER", help="the five documents, to renew fingerprints and word counts too")
    releasing = verbs.add_parser("release", help="execute the exercises' solutions and write the students' copies and sealed checks")
    releasing.add_argument("names", nargs="*", metavar="NAME", help="exercises, such as five_voices; all if none is named")
    arguments = sys.argv[1:] if arguments is None else arguments
    verb = next((word for word in arguments if not word.startswith("-")), None)
    for name, about in TEACHING.items():
        if name == verb:
            try:
                teaching = import_module(f"acrosstheline.teach.{name}_cli")
            except ModuleNotFoundError as error:
                print(f"`acrosstheline {name}` needs {error.name}: run it in the course's folder, as .venv/bin/acrosstheline, after `make book`.", file=sys.stderr)
                return 2
            teaching.add(verbs)
        else:
            verbs.add_parser(name, help=about)
    options = parser.parse_args(arguments)
    try:
        if options.verb in TEACHING:
            return teaching.run(options)
        return {"verify": _verify, "refresh": _refresh, "release": _release}[options.verb](options)
    except _expected() as error:
        print(error, file=sys.stderr)
        return 2


def _expected():
    """Return the errors whose text says all there is to say. Loaded only where something went wrong."""
    from acrosstheline.tables import TableError
    from acrosstheline.teach.release import ReleaseError

    return TableError, ReleaseError, FileNotFoundError


def _verify(options):
    from acrosstheline import sources, tables

    _demand_folder(options.documents)
    tables.check_links()
    wrong = sources.verify()
    if options.documents:
        rebuilt = sources.fingerprints(sources.read_documents(options.documents), sources.quotations())
        stored = tables.load("fingerprints")
        if list(rebuilt.itertuples(index=False, name=None)) != list(stored.itertuples(index=False, name=None)):
            print("The fingerprints differ from the documents: run `acrosstheline refresh --documents FOLDER`.", file=sys.stderr)
            return 1
    for mismatch in wrong:
        print(mismatch, file=sys.stderr)
    if wrong:
        print(f"{len(wrong)} quotations are not exact.", file=sys.stderr)
        return 1
    print(f"{len(sources.quotations())} quotations are exact, and every link between tables resolves.")
    return 0


def _demand_folder(folder):
    if folder and not Path(folder).is_dir():
        raise FileNotFoundError(f"There is no folder {folder}: name the one that holds the five documents.")


def _refresh(options):
    from acrosstheline import sources, tables

    _demand_folder(options.documents)
    changed = tables.refresh()
    if options.documents:
        rebuilt = sources.fingerprints(sources.read_documents(options.documents), sources.quotations())
        rebuilt.to_csv(tables.data_folder() / "fingerprints.csv", index=False, lineterminator="\n")
        changed += tables.refresh()
    print(f"Renewed: {', '.join(changed)}." if changed else "Nothing had changed.")
    return 0


def _release(options):
    from acrosstheline.site import exercises

    for name in exercises.release(options.names):
        print(f"Released {name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

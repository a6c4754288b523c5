"""`tieout init --records FOLDER [--csv]`: a file for each record that people write, to be written over."""

from pathlib import Path

from tieout.cli.console import say

#: What tieout.yaml says itself; a record of it beside would only be a second source that can disagree.
_IN_CONFIGURATION = frozenset({"acceptance_criteria", "roster", "system_profile"})


def write_record_templates(folder: Path, *, tables: bool = False) -> None:
    """Write the example of each record into a folder; what is there already stays as it is.

    Args:
        folder: Made where it is not there.
        tables: Lists as CSV with a header and a row to write over, and only those.

    Raises:
        UsageError: It cannot be written, or is no folder.
    """
    from tieout import api

    written, kept = [], []
    for name in api.RECORDS:
        if name in _IN_CONFIGURATION:
            continue
        table = api.record_table(name)
        if tables and table is None:
            continue
        text = table if tables and table is not None else api.record_example(name)
        file = folder / f"{name}{'.csv' if tables else '.md' if text.startswith('---') else '.yaml'}"
        if file.is_symlink() or file.exists():
            kept.append(file)
            continue
        _write(file, text)
        written.append(file)
    for file in written:
        say(f"Wrote {file}: {api.title_of(file.stem)}")
    for file in kept:
        say(f"Kept {file}: it was there")
    _say_roster(tables=tables)
    if written:
        _advise(folder, tables=tables)


def _say_roster(*, tables: bool) -> None:
    """Where the lists are that no file is written for."""
    say("No roster is written: it stands in tieout.yaml, under owners and roles, and a second one must say the same:")
    say("`tieout schema roster --example` prints one, for those who keep it in a file of its own.")
    if tables:
        say("No impact assessment and nothing else that says more than a list does is written as a table:")
        say("`tieout init --records FOLDER` without --csv writes those files.")


def _advise(folder: Path, *, tables: bool) -> None:
    if tables:
        say("Replace the row in angle brackets by rows of yours; it counts for nothing. Excel can open and save them:")
        say("as CSV UTF-8, or as .xlsx under the same name. The name says which record a table is.")
        say("Who owns and approved a table stands under options.tables of its source: docs/records.md.")
    else:
        say("Write over what they say, rename or copy them as you need, and delete those that you have no record for.")
        say("Until then they count for nothing: an example is known by its words.")
    say(f"A source of kind records names the folder: path: {folder}")


def _write(file: Path, text: str) -> None:
    from tieout.kernel.errors import UsageError
    from tieout.kernel.writing import made_whole

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with made_whole(file) as stream:
            stream.write(text.encode())
    except OSError as error:
        message = f"cannot be written: {(error.strerror or 'no reason given').lower()}"
        raise UsageError(message, hint="name another folder with --records", where=str(file)) from error

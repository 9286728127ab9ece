#!/usr/bin/env python3
"""Tests of the oracle itself: the examples of the manuals, and cases.txt, worked out by hand from the contract."""
import pathlib
import re
import shlex
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

import oracle  # noqa: E402
from model import ModelError  # noqa: E402

BLOCK = re.compile(r"^```([a-z-]+)[^\n]*\n(.*?)^```$", re.S | re.M)


def run(folder, words):
    """What the oracle prints for a command whose files lie in the folder."""
    files = {path.name for path in folder.iterdir()}
    return oracle.main([str(folder / word) if word in files else word for word in words])


def manual_cases(path):
    """(name, {file: text}, command, expected) of a manual's examples."""
    text, files, command = path.read_text(encoding="utf-8"), {}, None
    for block in BLOCK.finditer(text):
        kind, body = block.groups()
        if kind == "model":
            files["example.model"] = body
            named = re.match(r"# file: (\S+)\n", body)
            if named:
                files[named[1]] = body
        elif kind == "history":
            files["example.ndjson"] = body
        elif kind == "command":
            command = body
        elif kind == "output" and "--json" in command and command.split()[1] in ("replay", "compare", "backtest"):
            yield f"{path.name}: {command.strip()}", dict(files), command, body


def written_cases(path):
    """Cases in a text file: `== NAME`, then `-- FILE` with its text, `-- $ COMMAND` with what it prints."""
    for part in re.split(r"^== ", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
        name, _, rest = part.partition("\n")
        files = {}
        for block in re.split(r"^-- ", rest, flags=re.M)[1:]:
            head, _, body = block.partition("\n")
            if head.startswith("$ "):
                yield f"{path.name}: {name}", dict(files), head[2:], body
            else:
                files[head] = body


def main():
    failures = passed = 0
    cases = [*manual_cases(HERE.parents[1] / "docs" / "models.md"), *written_cases(HERE / "cases.txt")]
    for name, files, command, expected in cases:
        with tempfile.TemporaryDirectory() as folder:
            for file, text in files.items():
                (pathlib.Path(folder) / file).write_text(text, encoding="utf-8")
            try:
                printed = run(pathlib.Path(folder), shlex.split(command)[1:])
            except ModelError as error:
                printed = f"{error}\n"
        if printed == expected:
            passed += 1
        else:
            failures += 1
            print(f"{name}\n expected:\n{expected} printed:\n{printed}")
    print(f"{passed} passed, {failures} failed")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())

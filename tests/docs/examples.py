#!/usr/bin/env python3
"""Runs the examples of the manuals: examples.py SLUICE DOC…

Fenced blocks, by their info string:
  model         a complete model, which must compile without errors. Becomes example.model, and is also kept under
                NAME if its first line is "# file: NAME".
  model-error   a model, then a line "-- error: FRAGMENT": must not compile, and the report must hold FRAGMENT.
  history       NDJSON; becomes example.ndjson.
  command       one line, run where those files are.
  output        what that command prints, exactly.
"""
import difflib
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```([a-z-]+)\n(.*?)^```$", re.S | re.M)


class Examples:
    def __init__(self, sluice, doc, folder):
        self.sluice, self.doc, self.folder = sluice, doc, pathlib.Path(folder)
        self.ran = self.failures = 0
        self.printed = None

    def fail(self, line, what):
        self.failures += 1
        print(f"{self.doc}:{line}: {what}")

    def run(self, arguments):
        return subprocess.run([self.sluice, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=60)

    def model(self, line, text):
        named = re.match(r"# file: (\S+)\n", text)
        for name in ["example.model"] + ([named.group(1)] if named else []):
            (self.folder / name).write_text(text, encoding="utf-8")
        done = self.run(["model", "check", "example.model"])
        if done.returncode != 0:
            self.fail(line, "does not compile:\n" + done.stdout + done.stderr)

    def model_error(self, line, text):
        text, _, fragment = text.rpartition("-- error:")
        (self.folder / "wrong.model").write_text(text, encoding="utf-8")
        done = self.run(["model", "check", "wrong.model"])
        if done.returncode != 1:
            self.fail(line, f"exit {done.returncode}, not 1")
        elif fragment.strip() not in done.stdout + done.stderr:
            self.fail(line, f'no "{fragment.strip()}" in:\n' + done.stdout + done.stderr)

    def history(self, _line, text):
        (self.folder / "example.ndjson").write_text(text, encoding="utf-8")

    def command(self, line, text):
        done = self.run(shlex.split(text)[1:])
        self.printed = done.stdout
        if done.returncode != 0:
            self.fail(line, f"exit {done.returncode}:\n" + done.stderr)

    def output(self, line, text):
        if self.printed != text:
            diff = difflib.unified_diff(text.splitlines(), (self.printed or "").splitlines(), "manual", "sluice", lineterm="")
            self.fail(line, "\n".join(diff))

    def all(self):
        text = pathlib.Path(self.doc).read_text(encoding="utf-8")
        kinds = {"model": self.model, "model-error": self.model_error, "history": self.history,
                 "command": self.command, "output": self.output}
        for block in BLOCK.finditer(text):
            if block.group(1) in kinds:
                self.ran += 1
                kinds[block.group(1)](text.count("\n", 0, block.start()) + 1, block.group(2))


def main():
    sluice, docs = str(pathlib.Path(sys.argv[1]).resolve()), sys.argv[2:]
    ran = failures = 0
    for doc in docs:
        with tempfile.TemporaryDirectory() as folder:
            examples = Examples(sluice, doc, folder)
            examples.all()
            ran += examples.ran
            failures += examples.failures
    print(f"{ran} blocks, {failures} failures")
    sys.exit(1 if failures or not ran else 0)


if __name__ == "__main__":
    main()

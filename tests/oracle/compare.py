#!/usr/bin/env python3
"""Holds the program against the oracle on random cases, byte for byte.

    compare.py SLUICE [--from SEED] [--count N] [--random-case PROGRAM] [--keep FOLDER] [--jobs N] [--most N]

Half of the cases are of tests/oracle/gen.py; the other half come from tests/tools/random_case.c where its program is
given. Each case is replayed (transitions, standings, funnel), now and then also compared, backtested, and replayed again
through its formatted model. Cases that differ stay in the folder to keep, and the first ones are shown.
"""
import argparse
import difflib
import json
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

import gen  # noqa: E402
import oracle  # noqa: E402
from model import ModelError  # noqa: E402

BATCH = 20


def sluice(program, folder, words):
    done = subprocess.run([program, *words], cwd=folder, capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def expected(folder, words):
    here = os.getcwd()
    os.chdir(folder)
    try:
        return oracle.main(words)
    except ModelError as error:
        return f"the oracle refuses the model: {error}\n"
    finally:
        os.chdir(here)


def commands_of(seed, files, at, stage, outcome, within):
    replay = ["replay", "case.model", *files, "--at", at]
    yield [*replay, "--print", "transitions", "--json"]
    yield [*replay, "--print", "standings", "--json"]
    yield [*replay, "--print", "funnel", "--json"]
    if seed % 3 == 0:
        yield ["compare", "case.model", "other.model", "--", *files, "--at", at, "--json"]
        ending = ["--stage", stage, "--outcome", outcome, "--within", within, "--at", at, "--json"]
        yield ["backtest", "case.model", "--", *files, *ending]


OTHER = """stage lead when any inbound
stage prospect when any email.replied, form.submitted
stage customer when any deal.won
"""


def check_case(program, folder, seed, files, at, stage, outcome, within):
    """Texts that tell the differences."""
    (folder / "other.model").write_text(OTHER)
    found = []
    for words in commands_of(seed, files, at, stage, outcome, within):
        status, printed, errors = sluice(program, folder, words)
        wanted = expected(folder, words)
        if status != 0 or printed != wanted:
            lines = list(difflib.unified_diff(wanted.splitlines(), printed.splitlines(), "oracle", "sluice", "", "", 0, ""))
            found.append("$ sluice " + " ".join(words) + f"\nstatus {status}\n{errors[:600]}" + "\n".join(lines[:14]))
            break
    if seed % 5 == 0 and not found:
        found = check_format(program, folder, files, at)
    return found


def check_format(program, folder, files, at):
    status, once, errors = sluice(program, folder, ["model", "format", "case.model"])
    if status != 0:
        return [f"model format: status {status}\n{errors[:600]}"]
    (folder / "formatted.model").write_bytes(once.encode("utf-8"))
    _, twice, _ = sluice(program, folder, ["model", "format", "formatted.model"])
    if once != twice:
        lines = difflib.unified_diff(once.splitlines(), twice.splitlines(), "once", "twice", "", "", 0, "")
        return ["model format is not idempotent\n" + "\n".join(lines)]
    printed = [
        sluice(program, folder, ["replay", name, *files, "--at", at, "--print", "transitions", "--json"])[:2]
        for name in ("case.model", "formatted.model")
    ]
    return [] if printed[0] == printed[1] else ["model format changes the meaning"]


def write_case(arguments, folder, seed):
    """The parameters of check_case after the seed."""
    if seed % 2 or not arguments.random_case:
        case = gen.make(seed)
        (folder / "case.model").write_bytes(case.model.encode("utf-8"))
        names = []
        for i, content in enumerate(case.files):
            names.append(f"case{i}.ndjson")
            (folder / names[-1]).write_bytes(content)
        return names, case.at, case.stage, case.outcome, case.within
    subprocess.run([arguments.random_case, str(folder), str(seed), "1"], check=True)
    (folder / f"{seed}.model").rename(folder / "case.model")
    (folder / f"{seed}.ndjson").rename(folder / "case.ndjson")
    # What a JSON key given twice means is nobody's promise, so only the last is left.
    lines = (folder / "case.ndjson").read_text(encoding="utf-8").splitlines()
    lines = [json.dumps(json.loads(line), ensure_ascii=False) if '"traits"' in line else line for line in lines]
    (folder / "case.ndjson").write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    at = (folder / f"{seed}.at").read_text()
    return ["case.ndjson"], at, "lead", ("deal.won", "call.answered", "Order Completed")[seed % 3], "30 minutes"


def run_batch(task):
    arguments, first, last = task
    found = []
    with tempfile.TemporaryDirectory() as top:
        for seed in range(first, last):
            folder = pathlib.Path(top) / str(seed)
            folder.mkdir()
            try:
                differences = check_case(arguments.sluice, folder, seed, *write_case(arguments, folder, seed))
            except Exception:  # whatever it is, it is a failure of this case and no other
                differences = [traceback.format_exc()]
            if differences:
                found.append((seed, differences))
                kept = pathlib.Path(arguments.keep) / str(seed)
                subprocess.run(["rm", "-rf", str(kept)], check=True)
                folder.rename(kept)
                (kept / "differences").write_text("\n".join(differences))
            else:
                subprocess.run(["rm", "-rf", str(folder)], check=True)
    return last - first, found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sluice", type=os.path.abspath)
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--random-case", type=os.path.abspath)
    parser.add_argument("--keep", default=os.path.join(tempfile.gettempdir(), "sluice-differences"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--most", type=int, default=5, help="how many differing cases to show")
    arguments = parser.parse_args()
    pathlib.Path(arguments.keep).mkdir(parents=True, exist_ok=True)
    last = arguments.first + arguments.count
    tasks = [(arguments, seed, min(seed + BATCH, last)) for seed in range(arguments.first, last, BATCH)]
    started, done, differing = time.time(), 0, []
    with multiprocessing.Pool(arguments.jobs) as pool:
        for count, found in pool.imap_unordered(run_batch, tasks):
            done += count
            for seed, differences in found:
                differing.append(seed)
                if len(differing) <= arguments.most:
                    print(f"== case {seed}\n" + "\n".join(differences), flush=True)
    seconds = time.time() - started
    print(f"{done} cases in {seconds:.1f} s ({done / seconds:.0f}/s), {len(differing)} differ: {sorted(differing)[:40]}")
    if differing:
        print(f"kept in {arguments.keep}")
    return len(differing) > 0


if __name__ == "__main__":
    sys.exit(main())

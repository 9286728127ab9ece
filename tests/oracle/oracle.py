#!/usr/bin/env python3
"""An independent implementation of the model language and of replay: slow, plain, and written from the contract alone.

    oracle.py replay MODEL EVENTS… --at TIME [--print transitions|standings|funnel] --json
    oracle.py compare MODEL MODEL… -- EVENTS… --at TIME --json
    oracle.py backtest MODEL… -- EVENTS… --stage NAME --outcome EVENT --within DURATION --at TIME --json

It prints what sluice prints, byte for byte; tests/oracle/compare.py holds the two against each other.
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from history import contacts_of, read_files  # noqa: E402
from model import Parser, parse_model  # noqa: E402
from replay import replay  # noqa: E402
from values import SEGMENT_NAMES, parse_time, print_time  # noqa: E402

DAY = 86400


def text(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def number(value):
    """A JSON number of at most 6 decimals."""
    if value is None:
        return "null"
    printed = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if printed == "-0" else printed


def score_text(value):
    printed = f"{value:.6f}"
    return "0.000000" if printed == "-0.000000" else printed


def median(values):
    values = sorted(values)
    if not values:
        return None
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def ratio(part, whole):
    return None if part is None or not whole else part / whole


def print_transitions(results):
    return "".join(
        f'{{"contact":{text(contact.name)},"at":"{print_time(t.time)}","kind":"{t.kind}","from":{text(t.old)},'
        f'"to":{text(t.new)},"by":"{t.by}","evidence":{text(t.evidence)}}}\n'
        for contact in results
        for t in contact.transitions
    )


def print_standings(results):
    return "".join(
        f'{{"contact":{text(c.name)},"stage":{text(c.stage)},"since":"{print_time(c.since)}","grade":{text(c.grade)},'
        f'"persona":{text(c.persona)},"score":{score_text(c.score)}}}\n'
        for c in results
    )


def print_funnel(model, results):
    rows = []
    for i, stage in enumerate(model.stages):
        ever = sum(contact.lamps[i].first is not None for contact in results)
        now = sum(contact.stage == stage.name for contact in results)
        days = []
        for contact in results if i else []:
            earlier, later = contact.lamps[i - 1].first, contact.lamps[i].first
            if earlier is not None and later is not None and earlier <= later:
                days.append((later - earlier) / DAY)
        rows.append(
            f'{{"stage":{text(stage.name)},"label":{text(stage.label)},"ever":{ever},"now":{now},'
            f'"median_days_from_previous":{number(median(days))}}}'
        )
    return "[" + ",".join(rows) + "]\n"


def print_compare(models, titles, contacts, at):
    results = [replay(model, contacts, at) for model in models]
    stages = []
    for model, result in zip(models, results):
        names = [stage.name for stage in model.stages] + ["none"]
        stages.append({name: sum(contact.stage == name for contact in result) for name in names})
    agree, differ = 0, []
    for rows in zip(*results):
        if len({contact.stage for contact in rows}) == 1:
            agree += 1
        else:
            differ.append({"contact": rows[0].name, "stages": [contact.stage for contact in rows]})
    return (
        text({"models": titles, "contacts": len(contacts), "stages": stages, "agree": agree, "differ": differ}) + "\n"
    )


def print_backtest(model, title, contacts, at, stage, outcome, within):
    index = [each.name for each in model.stages].index(stage)
    entered = won = outcomes = 0
    days = []
    for contact in replay(model, contacts, at):
        events = contacts[contact.name]
        sales = [i for i, event in enumerate(events) if event.name == outcome and not event.machine]
        outcomes += bool(sales)
        lamp = contact.lamps[index]
        if lamp.first is None:
            continue
        # Places of events are counted from 0, so the entry's step saw those below first_event.
        success = bool(sales) and sales[0] >= lamp.first_event and events[sales[0]].time <= lamp.first + within
        if success:
            won += 1
            days.append((events[sales[0]].time - lamp.first) / DAY)
        entered += success or lamp.first + within <= at
    precision, recall = ratio(won, entered), ratio(won, outcomes)
    base_rate = ratio(outcomes, len(contacts))
    return (
        f'{{"model":{text(title)},"entered":{entered},"won":{won},"precision":{number(precision)},'
        f'"recall":{number(recall)},"base_rate":{number(base_rate)},"lift":{number(ratio(precision, base_rate))},'
        f'"median_days":{number(median(days))}}}\n'
    )


def read_model(path):
    model = parse_model(pathlib.Path(path).read_bytes().decode())
    return model, model.title if model.title is not None else path


def main(arguments):
    command, *rest = arguments
    options, plain = {}, []
    while rest:
        word = rest.pop(0)
        if word == "--json":
            continue
        if word.startswith("--") and word != "--":
            options[word[2:]] = rest.pop(0)
        else:
            plain.append(word)
    split = 1 if command == "replay" else plain.index("--")
    models = [read_model(path) for path in plain[:split]]
    files = plain[split + (command != "replay") :]
    messages, _ = read_files([pathlib.Path(path).read_bytes() for path in files])
    at = parse_time(options["at"])
    contacts = contacts_of(messages, at)
    if command == "compare":
        return print_compare([m for m, _ in models], [title for _, title in models], contacts, at)
    if command == "backtest":
        outcome = SEGMENT_NAMES.get(options["outcome"], options["outcome"])
        within = Parser(options["within"]).duration()
        return "".join(
            print_backtest(m, title, contacts, at, options["stage"], outcome, within) for m, title in models
        )
    model = models[0][0]
    results = replay(model, contacts, at)
    if options.get("print", "transitions") == "transitions":
        return print_transitions(results)
    if options["print"] == "standings":
        return print_standings(results)
    return print_funnel(model, results)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    sys.stdout.write(main(sys.argv[1:]))

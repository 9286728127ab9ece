# What is written wrongly is said, with the nearest right word; exit status 2.
$ sluice version
sluice 0.1.0
$ sluice --version
sluice 0.1.0
$ sluice 2>&1 >/dev/null | head -n 3
Sluice says who is a lead, a prospect, a customer, since when and why, by a definition you can read.

Usage: sluice COMMAND [options]
$ sluice; test $? = 2
$ sluice repaly 2>&1
sluice: unknown command repaly; did you mean replay?
Try 'sluice --help'.
[2]
$ sluice model 2>&1
sluice: model: which one? check, format
Try 'sluice --help'.
[2]
$ sluice model chekc 2>&1
sluice: unknown command model chekc; it knows: check, format
Try 'sluice --help'.
[2]
$ sluice replay 2>&1
sluice replay: --at TIME is missing
Try 'sluice replay --help'.
[2]
$ sluice replay --at 2026-03-01 2>&1
sluice replay: no model is named
Try 'sluice replay --help'.
[2]
$ sluice replay tests/cli/two.model --at 2026-03-01 2>&1
sluice replay: no file of events is named
Try 'sluice replay --help'.
[2]
$ sluice replay tests/cli/two.model tests/cli/people.ndjson 2>&1
sluice replay: --at TIME is missing
Try 'sluice replay --help'.
[2]
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at soon 2>&1
sluice replay: --at soon: not a time; expected a form like 2026-03-01 or 2026-03-01T10:00:00Z
Try 'sluice replay --help'.
[2]
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 --print funel 2>&1
sluice replay: --print funel: expected transitions, standings or funnel
Try 'sluice replay --help'.
[2]
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 --jsn 2>&1
sluice replay: unknown option --jsn; did you mean --json?
Try 'sluice replay --help'.
[2]
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 --json --csv 2>&1
sluice replay: --json and --csv exclude each other
Try 'sluice replay --help'.
[2]
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 --threads 0 2>&1
sluice replay: --threads 0: expected a whole number from 1 to 256
Try 'sluice replay --help'.
[2]
$ sluice replay - - --at 2026-03-01 2>&1
sluice replay: standard input (-) can be read only once
Try 'sluice replay --help'.
[2]
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 --model x 2>&1
sluice replay: --model goes with --data; a model is named before the events
Try 'sluice replay --help'.
[2]
$ sluice compare tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 2>&1
sluice compare: -- is missing between the models and the files of events
Try 'sluice compare --help'.
[2]
$ sluice compare -- tests/cli/people.ndjson --at 2026-03-01 2>&1
sluice compare: no model is named
Try 'sluice compare --help'.
[2]
$ sluice backtest tests/cli/two.model -- tests/cli/people.ndjson --stage prospect --outcome order.placed --at 2026-03-01 2>&1
sluice backtest: --within DURATION is missing
Try 'sluice backtest --help'.
[2]
$ sluice backtest tests/cli/two.model -- tests/cli/people.ndjson --stage prospekt --outcome order.placed --within "30 days" --at 2026-03-01 2>&1
sluice backtest: tests/cli/two.model has no stage prospekt; did you mean prospect?
Try 'sluice backtest --help'.
[2]
$ sluice backtest tests/cli/two.model -- tests/cli/people.ndjson --stage prospect --outcome order.placed --within soon --at 2026-03-01 2>&1
sluice backtest: --within soon: `soon` is no unit; expected minutes, hours, days, weeks, months or years
Try 'sluice backtest --help'.
[2]
$ sluice model check 2>&1
sluice model check: it takes one model file
Try 'sluice model check --help'.
[2]
$ env -u SLUICE_DATA sluice contacts 2>&1
sluice contacts: --data DIR is missing
Try 'sluice contacts --help'.
[2]
$ sluice help replay | head -n 4
Usage: sluice replay MODEL EVENTS… --at TIME [--print funnel | transitions | standings]
       sluice replay [MODEL] --data DIR [--at TIME] [--print funnel | transitions | standings]

Replays a history through a model: its funnel, its standings, its transitions.
$ sluice replay --help | cmp - <(sluice help replay) && echo same
same

# What cannot be done: exit status 1.
$ sluice replay tests/cli/two.model no-such-file --at 2026-03-01 2>&1
sluice replay: cannot open no-such-file: No such file or directory
[1]
$ sluice replay no-such.model tests/cli/people.ndjson --at 2026-03-01 2>&1
sluice replay: cannot open no-such.model: No such file or directory
[1]
$ sluice model check tests 2>&1
sluice model check: cannot read tests: it is a folder
[1]
$ sluice explain tests/cli/two.model tests/cli/people.ndjson cloe --at 2026-03-01 2>&1 >/dev/null | tail -n 1
sluice explain: no contact cloe at that time; did you mean cleo?
$ sluice contacts --data no-such-folder 2>&1
sluice contacts: no-such-folder is no data folder: `sluice init --data no-such-folder` makes one
[1]
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 2>&1 >/dev/full
10 lines: 7 events, 1 alias, 1 copy, 0 bad
sluice replay: cannot write to standard output: No space left on device
[1]

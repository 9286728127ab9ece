# A data folder from the first to the last command.
$ sluice init --data d --model tests/cli/two.model
$ sluice init --data d 2>&1
sluice init: d is a data folder already
[1]
$ sluice import tests/cli/people.ndjson --data d --dry-run
Dry run, nothing is written: 10 lines, 7 events, 1 alias, 1 copy, 0 skipped, 0 bad, 4 contacts
$ sluice import tests/cli/people.ndjson --data d
Import 1: 10 lines, 7 events, 1 alias, 1 copy, 0 skipped, 0 bad, 4 contacts
$ sluice import tests/cli/people.ndjson --data d --json
{"import":2,"lines":10,"events":0,"aliases":0,"copies":0,"skipped":10,"bad":0,"contacts":0}
$ sluice import --list --data d | cut -c1-7,31-
Import Events  Copies  Bad  State  Files
     1      7       1    0  done   tests/cli/people.ndjson
     2      0       0    0  done   tests/cli/people.ndjson
$ sluice doctor --data d | cut -c1-5 | sort | uniq -c
      1 good 
      1 note 
$ sluice contacts --data d --at 2026-03-01
Contact       Stage     Since                 Grade  Persona      Score
ann           Customer  2026-02-01T08:00:00Z  hot    Author   20.000000
bob, the "b"  Lead      2026-01-05T08:00:00Z  cold   none      0.000000
cleo          Lead      2026-02-04T08:00:00Z  cold   none      0.000000
$ sluice contacts 'is lead and persona unknown' --data d --at 2026-03-01 2>&1
condition:1:21: error: expected `is` or `known` after `persona`
    is lead and persona unknown
                        ^
    did you mean `not persona known`?
sluice contacts: the condition cannot be understood
Try 'sluice contacts --help'.
[2]
$ sluice contacts 'is lead and not persona known' --data d --at 2026-03-01 --csv
contact,stage,since,grade,persona,score
"bob, the ""b""",lead,2026-01-05T08:00:00Z,cold,none,0.000000
cleo,lead,2026-02-04T08:00:00Z,cold,none,0.000000
$ sluice contacts 'score >= 20' --data d --at 2026-03-01 --count
1
$ sluice contacts 'is leed' --data d --at 2026-03-01 2>&1
condition:1:4: error: there is no stage `leed`
    is leed
       ^
    did you mean `lead`?
sluice contacts: the condition cannot be understood
Try 'sluice contacts --help'.
[2]
$ SLUICE_DATA=d sluice contacts 'is customer' --at 2026-03-01 --json
{"contact":"ann","stage":"customer","since":"2026-02-01T08:00:00Z","grade":"hot","persona":"Author","score":20.000000}

# The data form gives what the files form gives.
$ sluice replay --data d --at 2026-03-01 --print transitions --json | sed s/event:4/line:4/ | cmp - <(sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 --print transitions --json 2>/dev/null)
$ sluice replay --data d --at 2026-03-01 --print standings --json | cmp - <(sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 --print standings --json 2>/dev/null)
$ sluice explain cleo --data d --at 2026-03-01 --json | cmp - <(sluice explain tests/cli/two.model tests/cli/people.ndjson cleo --at 2026-03-01 --json 2>/dev/null)
$ sluice explain b1 --data d --at 2026-03-01 | head -n 1
cleo
$ sluice replay tests/cli/one.model --data d --at 2026-03-01 --csv
stage,label,ever,now,median_days_from_previous
lead,lead,2,1,
customer,customer,1,1,27
$ sluice replay --model tests/cli/one.model --data d --at 2026-03-01 --csv
stage,label,ever,now,median_days_from_previous
lead,lead,2,1,
customer,customer,1,1,27
$ sluice compare tests/cli/one.model --data d --at 2026-03-01 --json | cmp - <(sluice compare tests/cli/two.model tests/cli/one.model -- tests/cli/people.ndjson --at 2026-03-01 --json 2>/dev/null)
$ sluice backtest --data d --stage prospect --outcome order.placed --within "30 days" --at 2026-03-01 --json
{"model":"Two-way","entered":1,"won":1,"precision":1,"recall":1,"base_rate":0.333333,"lift":3,"median_days":27}
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --data d 2>&1
sluice replay: with --data no files of events are named, but tests/cli/people.ndjson is
Try 'sluice replay --help'.
[2]
$ sluice replay tests/cli/two.model --model tests/cli/one.model --data d 2>&1
sluice replay: with --data no files of events are named, but tests/cli/two.model is
Try 'sluice replay --help'.
[2]
$ sluice replay --data d --strict 2>&1
sluice replay: --strict is for files of events, not for --data
Try 'sluice replay --help'.
[2]

# What is exported gives the same standings; so does what is rebuilt, and restored from a backup.
$ sluice export --data d >exported
$ sluice replay tests/cli/two.model exported --at 2026-03-01 --print standings --json 2>/dev/null | cmp - <(sluice replay --data d --at 2026-03-01 --print standings --json)
$ sluice rebuild --data d
7 events
$ sluice backup b --data d
$ sluice backup b --data d 2>&1
sluice backup: b is there already: choose another name or remove it
[1]
$ sluice restore b --data e
$ sluice restore b --data e 2>&1
sluice restore: e has a database: --force replaces it by the backup (everything in it is lost)
[1]
$ sluice restore b --data e --force
$ sluice export --data e | cmp - exported
$ sluice replay --data e --at 2026-03-01 --print standings --json | cmp - <(sluice replay --data d --at 2026-03-01 --print standings --json)

# An undone import hides what it brought, and frees its messageIds.
$ sluice import --undo 1 --data d
Import 1 is undone: 7 events are hidden
$ sluice import --undo 1 --data d 2>&1
sluice import: import 1 is undone already
[1]
$ sluice import --undo 9 --data d 2>&1
sluice import: there is no import 9
[1]
$ sluice contacts --data d --at 2026-03-01 --count
0
$ sluice import tests/cli/people.ndjson --data d --json | sed 's/"import":[0-9]*/"import":N/'
{"import":N,"lines":10,"events":7,"aliases":1,"copies":1,"skipped":0,"bad":0,"contacts":0}
$ sluice contacts --data d --at 2026-03-01 --count
3

# Bad lines go to standard error and to a file.
$ printf '%s\n' '{"type":"page","userId":"a","timestamp":"2026-01-01"}' 'nonsense' >bad
$ sluice import bad --data d --rejects rejected --json 2>&1 | sed 's/"import":[0-9]*/"import":N/'
bad:2: not JSON: an unknown word at byte 1; the line is skipped
{"import":N,"lines":2,"events":1,"aliases":0,"copies":0,"skipped":0,"bad":1,"contacts":1}
$ cat rejected
{"file":"bad","line":2,"reason":"not JSON: an unknown word at byte 1","text":"nonsense"}
$ sluice init --data f; sluice contacts --data f; ls -a f | sort
Contact  Stage  Since  Grade  Persona  Score
.
..
events.cache
lock
sluice.db

$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 --print transitions --json
{"contact":"ann","at":"2026-01-01T08:00:00Z","kind":"persona","from":"none","to":"Author","by":"rule","evidence":["i1"]}
{"contact":"ann","at":"2026-01-01T08:00:00Z","kind":"grade","from":"none","to":"cold","by":"rule","evidence":[]}
{"contact":"ann","at":"2026-01-02T08:00:00Z","kind":"stage","from":"none","to":"lead","by":"rule","evidence":["m1"]}
{"contact":"ann","at":"2026-01-05T08:00:00Z","kind":"stage","from":"lead","to":"prospect","by":"rule","evidence":["m2"]}
{"contact":"ann","at":"2026-01-05T08:00:00Z","kind":"grade","from":"cold","to":"hot","by":"rule","evidence":[]}
{"contact":"ann","at":"2026-02-01T08:00:00Z","kind":"stage","from":"prospect","to":"customer","by":"rule","evidence":["m4"]}
{"contact":"bob, the \"b\"","at":"2026-01-05T08:00:00Z","kind":"stage","from":"none","to":"lead","by":"rule","evidence":["line:4"]}
{"contact":"bob, the \"b\"","at":"2026-01-05T08:00:00Z","kind":"grade","from":"none","to":"cold","by":"rule","evidence":[]}
{"contact":"cleo","at":"2026-02-03T08:00:00Z","kind":"grade","from":"none","to":"cold","by":"rule","evidence":[]}
{"contact":"cleo","at":"2026-02-04T08:00:00Z","kind":"stage","from":"none","to":"lead","by":"rule","evidence":["m6"]}
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 --print transitions --csv
contact,at,kind,from,to,by,evidence
ann,2026-01-01T08:00:00Z,persona,none,Author,rule,i1
ann,2026-01-01T08:00:00Z,grade,none,cold,rule,
ann,2026-01-02T08:00:00Z,stage,none,lead,rule,m1
ann,2026-01-05T08:00:00Z,stage,lead,prospect,rule,m2
ann,2026-01-05T08:00:00Z,grade,cold,hot,rule,
ann,2026-02-01T08:00:00Z,stage,prospect,customer,rule,m4
"bob, the ""b""",2026-01-05T08:00:00Z,stage,none,lead,rule,line:4
"bob, the ""b""",2026-01-05T08:00:00Z,grade,none,cold,rule,
cleo,2026-02-03T08:00:00Z,grade,none,cold,rule,
cleo,2026-02-04T08:00:00Z,stage,none,lead,rule,m6
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 --print transitions
Contact       At                    Kind     From      To        By    Evidence
ann           2026-01-01T08:00:00Z  persona  none      Author    rule  i1
ann           2026-01-01T08:00:00Z  grade    none      cold      rule
ann           2026-01-02T08:00:00Z  stage    none      lead      rule  m1
ann           2026-01-05T08:00:00Z  stage    lead      prospect  rule  m2
ann           2026-01-05T08:00:00Z  grade    cold      hot       rule
ann           2026-02-01T08:00:00Z  stage    prospect  customer  rule  m4
bob, the "b"  2026-01-05T08:00:00Z  stage    none      lead      rule  line:4
bob, the "b"  2026-01-05T08:00:00Z  grade    none      cold      rule
cleo          2026-02-03T08:00:00Z  grade    none      cold      rule
cleo          2026-02-04T08:00:00Z  stage    none      lead      rule  m6
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 --print standings --json
{"contact":"ann","stage":"customer","since":"2026-02-01T08:00:00Z","grade":"hot","persona":"Author","score":20.000000}
{"contact":"bob, the \"b\"","stage":"lead","since":"2026-01-05T08:00:00Z","grade":"cold","persona":"none","score":0.000000}
{"contact":"cleo","stage":"lead","since":"2026-02-04T08:00:00Z","grade":"cold","persona":"none","score":0.000000}
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 --print standings --csv
contact,stage,since,grade,persona,score
ann,customer,2026-02-01T08:00:00Z,hot,Author,20.000000
"bob, the ""b""",lead,2026-01-05T08:00:00Z,cold,none,0.000000
cleo,lead,2026-02-04T08:00:00Z,cold,none,0.000000
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 --print standings
Contact       Stage     Since                 Grade  Persona      Score
ann           Customer  2026-02-01T08:00:00Z  hot    Author   20.000000
bob, the "b"  Lead      2026-01-05T08:00:00Z  cold   none      0.000000
cleo          Lead      2026-02-04T08:00:00Z  cold   none      0.000000
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 --print funnel --json
[{"stage":"lead","label":"Lead","ever":3,"now":2,"median_days_from_previous":null},{"stage":"prospect","label":"Prospect","ever":1,"now":0,"median_days_from_previous":3},{"stage":"customer","label":"Customer","ever":1,"now":1,"median_days_from_previous":27}]
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01 --print funnel --csv
stage,label,ever,now,median_days_from_previous
lead,Lead,3,2,
prospect,Prospect,1,0,3
customer,Customer,1,1,27
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-03-01
Stage     Ever  Now  Median days
Lead         3    2               ██████████████████████████████
Prospect     1    0          3.0  ██████████
Customer     1    1         27.0  ██████████

# The prospect's 180 days of silence end in the second that they are over.
$ grep -v Order tests/cli/people.ndjson >no-order
$ sluice replay tests/cli/two.model no-order --at 2026-07-04T07:59:59Z --print standings --csv | grep ann
ann,prospect,2026-01-05T08:00:00Z,hot,Author,20.000000
$ sluice replay tests/cli/two.model no-order --at 2026-07-04T08:00:00Z --print standings --csv | grep ann
ann,lead,2026-07-04T08:00:00Z,hot,Author,20.000000
$ sluice replay tests/cli/two.model no-order --at 2026-07-04T08:00:00Z --print transitions --csv | grep 07-04
ann,2026-07-04T08:00:00Z,stage,prospect,lead,rule,m2

# An earlier moment.
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-01-05T07:59:59Z --print standings --csv
contact,stage,since,grade,persona,score
ann,lead,2026-01-02T08:00:00Z,cold,Author,0.000000
$ sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2025-01-01 --print standings --csv
contact,stage,since,grade,persona,score

# The reference evaluator says the same; so do more threads, compressed files, standard input and parts of files.
$ for form in transitions standings funnel; do
>   for how in "--engine reference" "--threads 1" "--threads 3"; do
>     cmp <(sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-12-01 --json --print $form) \
>         <(sluice replay tests/cli/two.model tests/cli/people.ndjson --at 2026-12-01 --json --print $form $how) || echo differs
>   done
> done 2>/dev/null
$ gzip -c tests/cli/people.ndjson >people.gz; head -n 5 tests/cli/people.ndjson >first; tail -n +6 tests/cli/people.ndjson >second
$ sluice replay tests/cli/two.model people.gz --at 2026-03-01 --print standings --csv | md5sum
988f8f29fac6881e5d70498778604a39  -
$ sluice replay tests/cli/two.model - --at 2026-03-01 --print standings --csv <tests/cli/people.ndjson | md5sum
988f8f29fac6881e5d70498778604a39  -
$ sluice replay tests/cli/two.model first second --at 2026-03-01 --print standings --csv | md5sum
988f8f29fac6881e5d70498778604a39  -
$ sluice replay - tests/cli/people.ndjson --at 2026-03-01 --print standings --csv <tests/cli/two.model | md5sum
988f8f29fac6881e5d70498778604a39  -

# Bad lines are said and skipped, or stopped at.
$ printf '%s\n' '{"type":"page","userId":"a","timestamp":"2026-01-01"}' 'nonsense' '{"type":"page","userId":"a"}' '{"type":"page","timestamp":"2026-01-01"}' >bad.ndjson
$ sluice replay tests/cli/one.model bad.ndjson --at 2026-03-01 --json 2>&1
bad.ndjson:2: not JSON: an unknown word at byte 1; the line is skipped
bad.ndjson:3: no timestamp; the line is skipped
bad.ndjson:4: no userId and no anonymousId; the line is skipped
4 lines: 1 event, 0 aliases, 0 copies, 3 bad
[{"stage":"lead","label":"lead","ever":1,"now":1,"median_days_from_previous":null},{"stage":"customer","label":"customer","ever":0,"now":0,"median_days_from_previous":null}]
$ sluice replay tests/cli/one.model bad.ndjson --at 2026-03-01 --json --strict 2>&1
sluice replay: bad.ndjson:2: not JSON: an unknown word at byte 1
[1]
$ head -c 60 people.gz >cut.gz; sluice replay tests/cli/one.model cut.gz --at 2026-03-01 2>&1
sluice replay: cut.gz ends too early: its compressed data is cut
[1]
$ : >empty; sluice replay tests/cli/one.model empty --at 2026-03-01 2>&1
0 lines: 0 events, 0 aliases, 0 copies, 0 bad
Stage     Ever  Now  Median days
lead         0    0
customer     0    0

# Warnings of a model go to standard error.
$ echo 'stage a when any my.event' >own.model; echo 'stage b when any' >wrong.model
$ sluice replay own.model tests/cli/people.ndjson --at 2026-03-01 --json 2>&1
10 lines: 7 events, 1 alias, 1 copy, 0 bad
own.model:1:18: warning: the event `my.event` is neither in the catalogue nor in the history
    stage a when any my.event
                     ^
[{"stage":"a","label":"a","ever":0,"now":0,"median_days_from_previous":null}]
$ sluice replay wrong.model tests/cli/people.ndjson --at 2026-03-01 --json 2>&1
wrong.model:1:17: error: expected an event, a signal or a direction after `any`
    stage b when any
                    ^
sluice replay: wrong.model has 1 error
[1]

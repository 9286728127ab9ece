# Reports of a data folder; docs/reports.md says what the numbers mean.
$ sluice init --data d --model tests/cli/two.model
$ sluice import tests/cli/people.ndjson --data d > /dev/null
$ sluice report funnel --data d --at 2026-03-01
Stage     Label     Now  Reached  Conversion  Median days
lead      Lead        2        3
prospect  Prospect    0        1      33.3 %          3.0
customer  Customer    1        1     100.0 %         27.0
$ sluice report funnel --data d --at 2026-03-01 --filter 'title known'
Stage     Label     Now  Reached  Conversion  Median days
lead      Lead        0        1
prospect  Prospect    0        1     100.0 %          3.0
customer  Customer    1        1     100.0 %         27.0
$ sluice report funnel --data d --at 2026-03-01 --json | cut -c1-230
{"model":"Two-way","at":"2026-03-01T00:00:00Z","stages":[{"stage":"lead","label":"Lead","now":2,"reached":3,"conversion":null,"median_days":null,"contacts":"stage=lead&at=2026-03-01T00:00:00Z","reached_contacts":"reached=lead&at=2
$ sluice report transitions --data d --from 2026-01-01 --at 2026-02-20
Start       Unfinished  Up lead  Up prospect  Up customer  Down lead  Down prospect  Down customer  Down none
2026-01-01       false        2            1            0          0              0              0          0
2026-02-01        true        1            0            1          0              0              0          0
$ sluice report cohorts --data d --from 2026-01-01 --stage customer --at 2026-03-01
Start       Size  Reached
2026-01-01     2  0 1 1
2026-02-01     1  0 0
2026-03-01     0  0
$ sluice report cohorts --data d --from 2026-01-01 --stage customer --at 2026-03-01 --csv | cut -d, -f1,3,5
start,size,reached
2026-01-01T00:00:00Z,2,0 1 1
2026-02-01T00:00:00Z,1,0 0
2026-03-01T00:00:00Z,0,0
$ sluice report sources --data d --at 2026-03-01
Source       Medium  Count  Lead  Prospect  Customer  Median days
(not known)              3     3         1         1         31.0
$ sluice report sources --data d --at 2026-03-01 --csv | cut -d, -f1-2,4-6
source,medium,count,stages.lead.reached,stages.lead.share
,,3,3,1
$ sluice report sources --data d --at 2026-03-01 --model tests/cli/one.model --json | grep -o '"contacts":null' | sort -u
"contacts":null
$ sluice report sums --data d 2>&1
sluice report: funnel, transitions, cohorts or sources is expected
Try 'sluice report --help'.
[2]
$ sluice report cohorts --data d --stage nobody --at 2026-03-01 2>&1
sluice report: --stage: the model has no stage nobody
Try 'sluice report --help'.
[2]
$ sluice report transitions --every day --from 2020-01-01 --data d --at 2026-03-01 2>&1 | head -1
sluice report: --from: at most 400 periods can be shown
$ sluice report funnel --data d --at 2020-01-01
Stage     Label     Now  Reached  Conversion  Median days
lead      Lead        0        0
prospect  Prospect    0        0
customer  Customer    0        0

$ sluice compare tests/cli/two.model tests/cli/one.model -- tests/cli/people.ndjson --at 2026-03-01 --json
{"models":["Two-way","tests/cli/one.model"],"contacts":3,"stages":[{"lead":2,"prospect":0,"customer":1,"none":0},{"lead":1,"customer":1,"none":1}],"agree":2,"differ":[{"contact":"bob, the \"b\"","stages":["lead","none"]}]}
$ sluice compare tests/cli/two.model tests/cli/one.model -- tests/cli/people.ndjson --at 2026-03-01 --csv
contact,stages
"bob, the ""b""",lead none
$ sluice compare tests/cli/two.model tests/cli/one.model -- tests/cli/people.ndjson --at 2026-03-01
3 contacts; the definitions agree on 2 and differ on 1 (33.3 %).

A  Two-way
B  tests/cli/one.model

          A ever  now  B ever  now
lead           3    2       2    1
prospect       1    0
customer       1    1       1    1
none                0            1

Contacts that two definitions see in different stages:

   A  B
A  –  1
B  1  –
$ sluice compare tests/cli/two.model -- tests/cli/people.ndjson --at 2025-03-01 --json
{"models":["Two-way"],"contacts":0,"stages":[{"lead":0,"prospect":0,"customer":0,"none":0}],"agree":0,"differ":[]}

# A list of contacts: columns are known by their names; whom the log knows keeps the userId.
$ printf '%s\n' '{"type":"identify","userId":"u1","timestamp":"2026-01-01","traits":{"email":"Ann@Example.org"}}' >known.ndjson
$ printf '%s\n' 'First Name;Last Name;E-mail;Company' 'Ann;Lee;ann@example.org;Ink & Co' 'Bob;"Ray ""B"" Sun";bob@example.org;' 'Cy;Noone;;Nowhere' >list.csv
$ sluice init --data d && sluice import known.ndjson --data d
Import 1: 1 line, 1 event, 0 aliases, 0 copies, 0 skipped, 0 bad, 1 contact
$ sluice import list.csv --data d --dry-run
Dry run, nothing is written: 4 lines, 4 events, 0 aliases, 0 copies, 0 skipped, 1 bad, 1 contact
$ sluice import list.csv --data d 2>&1
list.csv: Contacts are told apart by the e-mail address in "E-mail".
list.csv:4: nothing says who this is: no id, e-mail address, phone number or LinkedIn address; the line is skipped
Import 2: 4 lines, 4 events, 0 aliases, 0 copies, 0 skipped, 1 bad, 1 contact
$ sluice contacts --data d --csv | cut -d, -f1
contact
bob@example.org
u1
$ sluice contacts 'company contains "ink"' --data d --csv | cut -d, -f1
contact
u1
$ sluice import list.csv --data d --json 2>/dev/null
{"import":3,"lines":4,"events":0,"aliases":0,"copies":0,"skipped":4,"bad":0,"contacts":0}

# Undone, it may be imported again.
$ sluice import --undo 2 --data d
Import 2 is undone: 4 events are hidden
$ sluice contacts --data d --csv | cut -d, -f1
contact
u1
$ sluice import list.csv --data d --json 2>/dev/null
{"import":4,"lines":4,"events":4,"aliases":0,"copies":0,"skipped":0,"bad":1,"contacts":0}

# A mapping says what columns mean.
$ printf '%s\n' 'who,when,bought' 'x,2026-02-01,y' 'y,2026-02-02,n' >sales.csv
$ echo '{"id":"who","time":"when","events":[{"name":"page.viewed"},{"name":"order.placed","when":"bought is \"y\"","offset":"1 minute"}]}' >map.json
$ sluice import sales.csv --mapping map.json --data d 2>/dev/null
Import 5: 3 lines, 5 events, 0 aliases, 0 copies, 0 skipped, 0 bad, 2 contacts
$ sluice export --data d | grep -c '"x"'
3
$ sluice contacts 'any order.placed' --data d --csv | cut -d, -f1
contact
x

# What cannot be.
$ sluice import list.csv known.ndjson --data d 2>&1
sluice import: messages and lists of contacts are imported one after the other
Try 'sluice import --help'.
[2]
$ sluice import list.csv --format xml --data d 2>&1
sluice import: --format xml: expected ndjson or csv
Try 'sluice import --help'.
[2]
$ echo '{"id":"nobody"}' >wrong.json; sluice import sales.csv --mapping wrong.json --data d 2>&1
sluice import: wrong.json: id: there is no column "nobody" (the columns are who, when, bought)
[1]
$ sluice import no-such.csv --data d 2>&1
sluice import: cannot open no-such.csv: No such file or directory
[1]

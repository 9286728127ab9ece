# People and keys of a data folder, by the command line.
$ sluice init --data d
$ echo 'correct horse battery staple' | sluice user add Ann@Example.org --role owner --password-stdin --data d
$ echo 'correct horse battery staple' | sluice user add bob@example.org --role seller --own-only --name 'Bob "B"' --password-stdin --data d
$ sluice user list --data d
ann@example.org  owner
bob@example.org  seller
$ sluice user list --data d --json | sed -E 's/"(id|created|changed)":"[^"]*"/"\1":…/g' | tail -n 1
{"id":…,"email":"bob@example.org","name":"Bob \"B\"","role":"seller","own_only":true,"state":"active","two_factor":false,"created":…,"changed":…,"logged_in":null}
# What is wrong is said.
$ echo 'correct horse battery staple' | sluice user add ann@example.org --role viewer --password-stdin --data d 2>&1
sluice user add: there is a user with this mail address already
[1]
$ echo 'Password123!' | sluice user add eve@example.org --role viewer --password-stdin --data d 2>&1
sluice user add: this password is among the first that are guessed: take several words, for example
[1]
$ echo 'eve@example.org' | sluice user add eve@example.org --role viewer --password-stdin --data d 2>&1
sluice user add: the mail address is no password
[1]
$ sluice user add eve@example.org --role viewer --password-stdin --data d </dev/null 2>&1
sluice user add: no password came on standard input
[1]
$ echo x | sluice user add eve@example.org --role king --password-stdin --data d 2>&1
sluice user add: --role king: there are owner, admin, marketer, seller, viewer
Try 'sluice user add --help'.
[2]
$ sluice user add eve@example.org --role viewer --data d 2>&1
sluice user add: --password-stdin is missing: the password is read from there
Try 'sluice user add --help'.
[2]
$ echo 'correct horse battery staple' | sluice user add 'eve at example.org' --role viewer --password-stdin --data d 2>&1
sluice user add: this is no mail address
[1]
$ sluice user reset ann@example.org --url https://leads.example.com/ --data d | sed -E 's/[A-Za-z0-9_-]{43}$/TOKEN/'
https://leads.example.com/setup/TOKEN
$ sluice user reset nobody@example.org --data d 2>&1
sluice user reset: there is no such user
[1]
# A key is printed once, alone; only its hash is stored.
$ sluice key create --scope capture --name shop --data d >key; wc -l <key; grep -cE '^slc_[A-Za-z0-9_-]{43}$' key
1
1
$ grep -c -a -F "$(cat key)" d/sluice.db
0
[1]
$ sluice key list --data d | sed -E 's/^[0-9a-f-]{36}  slc_.{4}/ID  slc_FOUR/'
ID  slc_FOUR…  capture  shop
$ sluice key revoke "$(sluice key list --json --data d | sed -E 's/.*"id":"([^"]*)".*/\1/')" --data d
$ sluice key list --data d | sed -E 's/^[0-9a-f-]{36}  slc_.{4}/ID  slc_FOUR/'
ID  slc_FOUR…  capture  shop (revoked)
$ sluice key revoke nothing --data d 2>&1
sluice key revoke: there is no such key
[1]
$ sluice key create --scope all --data d 2>&1
sluice key create: --scope all: there are capture, read, write, admin
Try 'sluice key create --help'.
[2]
$ sluice key create --scope read 2>&1
sluice key create: --data DIR is missing
Try 'sluice key create --help'.
[2]
$ stat -c %a d d/sluice.db
700
600

# The words of `sluice serve`; that it serves is tests/api/'s.
$ sluice serve 2>&1
sluice serve: --data DIR is missing
Try 'sluice serve --help'.
[2]
$ sluice serve --data nowhere 2>&1
sluice serve: nowhere is no data folder: `sluice init --data nowhere` makes one
[1]
$ sluice init --data data
$ sluice serve --data data --listen here 2>&1
sluice serve: --listen here: expected HOST:PORT
Try 'sluice serve --help'.
[2]
$ sluice serve --data data --listen 127.0.0.1:70000 2>&1
sluice serve: --listen 127.0.0.1:70000: expected HOST:PORT
Try 'sluice serve --help'.
[2]
$ sluice serve --data data --listen 127.0.0.1:0 --tls-cert x.pem 2>&1
sluice serve: --tls-cert and --tls-key belong together
Try 'sluice serve --help'.
[2]
$ sluice serve --data data --listen 127.0.0.1:0 --log loud 2>&1
sluice serve: --log loud: expected debug, info, warning or error
Try 'sluice serve --help'.
[2]
$ sluice serve --data data --listen 127.0.0.1:0 --workers 0 2>&1
sluice serve: --workers 0: expected a whole number from 1 to 64
Try 'sluice serve --help'.
[2]
$ sluice serve --data data --listen 127.0.0.1:0 --trust-proxy nonsense 2>&1
sluice serve: 'nonsense' is no network: an address, or one like 10.0.0.0/8
[1]
$ sluice serve --help | head -n 1
Usage: sluice serve --data DIR [--listen HOST:PORT]

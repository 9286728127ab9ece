"""check_exercised.py FILE: was every route of the OpenAPI document exercised with success? FILE has the lines that
harness.note_exercised wrote: method, path template, status."""
import sys

import harness

seen = set()
with open(sys.argv[1], encoding="utf-8") as lines:
    for line in lines:
        method, path, status = line.split()
        if status[0] in "23":
            seen.add((method, path))
server = harness.Server()
try:
    server.openapi()
    missing = [o[:2] for o in server.operations if o[:2] not in seen]
finally:
    server.remove()
for method, path in sorted(missing, key=lambda o: o[1]):
    print("%s %s: no test got an answer of success from it" % (method, path))
sys.exit(1 if missing else 0)

$ sluice explain tests/cli/two.model tests/cli/people.ndjson cleo --at 2026-03-01 --json
{"contact":"cleo","at":"2026-03-01T00:00:00Z","model":"Two-way","stage":"lead","since":"2026-02-04T08:00:00Z","grade":"cold","persona":"none","score":0.000000,"score_parts":[],"stages":[{"name":"lead","label":"Lead","on":true,"reached":true,"when":{"text":"any email.sent or any inbound","op":"or","holds":true,"ends_at":null,"evidence":["m6"],"missing":[],"children":[{"text":"any email.sent","op":"atom","holds":false,"ends_at":null,"evidence":[],"missing":[{"action":"do","what":"email.sent"}],"children":[]},{"text":"any inbound","op":"atom","holds":true,"ends_at":null,"evidence":["m6"],"missing":[],"children":[]}]},"until":null},{"name":"prospect","label":"Prospect","on":false,"reached":false,"when":{"text":"any email.replied within 90 days","op":"atom","holds":false,"ends_at":null,"evidence":[],"missing":[{"action":"wait","what":"email.replied"}],"children":[]},"until":{"text":"silent email.replied for 180 days","op":"atom","holds":false,"ends_at":"2026-08-02T08:00:00Z","evidence":[],"missing":[{"action":"wait_until","what":"2026-08-02T08:00:00Z"}],"children":[]}},{"name":"customer","label":"Customer","on":false,"reached":false,"when":{"text":"any order.placed","op":"atom","holds":false,"ends_at":null,"evidence":[],"missing":[{"action":"wait","what":"order.placed"}],"children":[]},"until":null}]}
$ sluice explain tests/cli/two.model tests/cli/people.ndjson b1 --at 2026-03-01
cleo
at        2026-03-01 00:00 UTC
model     Two-way
stage     Lead, since 2026-02-04 08:00
grade     cold
persona   none
next      wait for email.replied, towards Prospect
score     0.000000

✓ Lead  since 2026-02-04 08:00  (the current stage)
  when
    ✓ any email.sent or any inbound
      ✗ any email.sent
      ✓ any inbound   m6 page.viewed 2026-02-04 08:00

✗ Prospect  never reached
  when
    ✗ any email.replied within 90 days   missing: wait for email.replied
  until
    ✗ silent email.replied for 180 days   begins 2026-08-02 08:00

✗ Customer  never reached
  when
    ✗ any order.placed   missing: wait for order.placed

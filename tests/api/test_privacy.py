"""The ledger of consents, the export of a person, erasure on the running server, retention periods."""
import glob
import gzip
import json
import os
import re
import subprocess
import time
import unittest

import harness
from harness import ApiTest, command

TIME = "2026-03-01T10:00:00Z"
MODEL = """
persona "Coach" when title contains "coach"
points 5 each page.viewed where path contains "/pricing"
stage lead when any inbound
stage customer when any order.placed
grade hot when score >= 5
grade cold otherwise
"""


def identify(user, anonymous=None, **traits):
    message = {"type": "identify", "userId": user, "timestamp": TIME, "traits": traits}
    return dict(message, anonymousId=anonymous) if anonymous else message


def track(user, event, when=TIME, **properties):
    return {"type": "track", "userId": user, "event": event, "timestamp": when, "properties": properties}


def dumped(folder, words):
    """Which words stand in the rows of the folder's schema of the PostgreSQL database."""
    tools = sorted(glob.glob("/usr/lib/postgresql/*/bin/pg_dump"))
    if not tools:
        return []
    with open(os.path.join(folder, "database")) as file:
        schema = re.search("t_[0-9a-f]{16}", file.read())[0]
    # All schemas at once would be more locks than the server has.
    done = subprocess.run([tools[-1], "--data-only", "-n", schema, os.environ["SLUICE_TEST_DATABASE"]],
                          check=True, capture_output=True, timeout=60)
    return [(word, "the database") for word in words if word.encode() in done.stdout]


def traces(folder, words):
    """Which words stand in which files of a folder, and in the database if that is elsewhere."""
    found = dumped(folder, words) if harness.ON_POSTGRES else []
    for parent, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(parent, name), "rb") as file:
                content = file.read()
            found += [(word, name) for word in words if word.encode() in content]
    return found


class Consents(ApiTest):
    def test_ledger(self):
        self.capture([identify("cora", email="cora@consents.com"),
                      track("cora", "consent.given", purpose="newsletter", wording="Yes, mail me", version="3",
                            how="form", form="f1")])
        ledger = self.eventually(lambda: (lambda l: l if l.get("items") else None)(
            self.api("GET", "/api/contacts/cora/consents", expect=(200, 404))))
        self.assertEqual(ledger["purposes"], [
            {"purpose": "newsletter", "state": "given", "since": TIME, "version": "3"}])
        self.assertEqual(ledger["items"][0]["wording"], "Yes, mail me")
        self.assertIsNone(ledger["items"][0]["by"])
        ledger = self.api("POST", "/api/contacts/cora/consents", {
            "state": "given", "purpose": "calls", "wording": "May we call <you>?", "how": "on the phone",
            "time": "2026-02-28T09:00:00Z"})
        calls = [i for i in ledger["items"] if i["purpose"] == "calls"][0]
        self.assertEqual((calls["given_at"], calls["how"]), ("2026-02-28T09:00:00Z", "on the phone"))
        self.assertIsNotNone(calls["by"])
        ledger = self.api("POST", "/api/contacts/cora/consents", {"state": "withdrawn", "purpose": "newsletter"})
        self.assertEqual({p["purpose"]: p["state"] for p in ledger["purposes"]},
                         {"calls": "given", "newsletter": "withdrawn"})
        self.assertEqual([i["state"] for i in ledger["items"]], ["withdrawn", "given", "given"])
        self.assertEqual(self.api("GET", "/api/contacts/cora/consents"), ledger)

    def test_mistakes(self):
        self.capture(identify("mia", email="mia@consents.com"))
        self.eventually(lambda: self.api("GET", "/api/contacts/mia/consents", expect=(200, 404)).get("purposes") == [])
        path = "/api/contacts/mia/consents"
        self.api("POST", path, {"state": "given"}, expect=400)
        self.api("POST", path, {"state": "given", "purpose": "  "}, expect=400)
        self.api("POST", path, {"state": "perhaps", "purpose": "x"}, expect=400)
        self.api("POST", path, {"state": "given", "purpose": "x", "time": "2999-01-01T00:00:00Z"}, expect=400)
        self.api("POST", path, {"state": "given", "purpose": "x"}, key="read", expect=403)
        self.api("GET", "/api/contacts/nobody-at-all/consents", expect=404)
        self.api("POST", "/api/contacts/nobody-at-all/consents", {"state": "given", "purpose": "x"}, expect=404)


class Export(ApiTest):
    def test_everything_is_in_it(self):
        naughty = ["<script>alert(1)</script>", "'; DROP TABLE contact; --", "\u202etest\u202c", "💥 é\u0301", "\\\"\n\t",
                   "${jndi:ldap://x}", "../../../etc/passwd", "\u0000".replace("\u0000", "␀")]
        self.capture([
            identify("ex", anonymous="exb", email="ex@exports.com", phone="+49 30 7654321", odd=naughty,
                     **{"n%d" % i: text for i, text in enumerate(naughty)}),
            {"type": "page", "anonymousId": "exb", "timestamp": TIME, "properties": {"path": "/x"}},
            track("ex", "fact.recorded", fact="budget", answer="yes", amount=700, note=naughty[0]),
            track("ex", "consent.given", purpose="newsletter"),
            track("other", "order.placed"),
        ])
        self.eventually(lambda: self.api("GET", "/api/contacts/ex/consents", expect=(200, 404)).get("items"))
        told = self.api("GET", "/api/contacts/ex/export")
        self.assertEqual(set(told["identifiers"]), {"ex", "exb"})
        self.assertEqual(len(told["events"]), 4)
        self.assertEqual(told["traits"]["email"], "ex@exports.com")
        for i, text in enumerate(naughty):
            self.assertEqual(told["traits"]["n%d" % i], text)
        self.assertEqual(told["traits"]["odd"], naughty)
        self.assertEqual(told["facts"]["budget"]["amount"], 700)
        self.assertEqual(told["consents"]["purposes"][0]["purpose"], "newsletter")
        self.assertIn({"kind": "email", "value": "ex@exports.com"}, told["keys"])
        self.assertEqual(told["company"]["name"], "exports.com")
        # The same from the command line, while the server runs.
        printed = json.loads(command("export", "--contact", "ex", "--data", self.server.data))
        self.assertEqual(printed["traits"], told["traits"])
        self.assertEqual([e["id"] for e in printed["events"]], [e["id"] for e in told["events"]])
        self.api("GET", "/api/contacts/nobody-at-all/export", expect=404)
        self.api("GET", "/api/contacts/ex/export", key="write", expect=403)
        self.api("GET", "/api/contacts/ex/export", user="viewer", expect=403)


class Erasure(ApiTest):
    model = MODEL
    WORDS = ["quillfeather", "Quillfeather", "QUILL", "+49305550123", "5550123", "203.0.113.99"]

    def numbers(self):
        contacts = self.api("GET", "/api/contacts?limit=500&sort=id")["items"]
        return sorted((c["id"], c["standing"]["stage"], c["standing"]["grade"], c["standing"]["persona"],
                       c["standing"]["score"], c["standing"]["since"]) for c in contacts)

    def test_nothing_is_left(self):
        self.capture([
            identify("quillfeather", anonymous="qb", email="quinn@quillfeather.com", name="Quinn Quillfeather",
                     phone="+49 30 5550123", title="coach of QUILL", company={"name": "Quillfeather & Co"}),
            {"type": "page", "anonymousId": "qb", "timestamp": TIME, "messageId": "quillfeather-1",
             "properties": {"path": "/pricing", "url": "https://x/pricing?m=quinn@quillfeather.com"},
             "context": {"ip": "203.0.113.99", "campaign": {"source": "spring"}}},
            track("quillfeather", "order.placed", value=49.5, note="for Quillfeather"),
            identify("q2", phone="+49 30 5550123", email="other@twins.com"),
            identify("bystander", email="by@standers.com", title="coach"),
        ])
        self.eventually(lambda: self.api("GET", "/api/merge-suggestions")["items"])
        self.eventually(lambda: len(self.numbers()) == 3)
        self.api("POST", "/api/contacts/quillfeather/consents",
                 {"state": "given", "purpose": "newsletter", "wording": "Yes, says Quillfeather"})
        self.api("POST", "/api/contacts/quillfeather/company",
                 {"role": "decision_maker", "evidence": "Quillfeather signs"})
        self.eventually(lambda: self.api("GET", "/api/contacts/quillfeather/company")["role"] == "decision_maker")
        before = self.numbers()
        self.assertTrue(traces(self.server.data, self.WORDS))
        self.assertEqual(self.api("GET", "/api/privacy/erasures")["items"], [])
        self.api("POST", "/api/contacts/quillfeather/erase", key="write", expect=403)
        erased = self.api("POST", "/api/contacts/quillfeather/erase")
        self.assertEqual(erased["identifiers"], 2)
        self.assertEqual([c["user_id"] for c in erased["perhaps_also"]], ["q2"])
        # The second contact had the number too; it is erased as the answer suggests.
        self.api("POST", "/api/contacts/%s/erase" % erased["perhaps_also"][0]["id"])
        self.eventually(lambda: self.numbers() == before, what="the same standings")

        def clean():
            return all(e["clean"] for e in self.api("GET", "/api/privacy/erasures")["items"])

        if not clean():
            self.api("POST", "/api/privacy/retention")
        self.assertEqual(traces(self.server.data, self.WORDS), [])
        self.api("GET", "/api/contacts/quillfeather/consents", expect=404)
        again = self.api("GET", "/api/contacts/%s/export" % erased["contact"])
        self.assertNotIn("quill", json.dumps(again).lower())
        self.assertEqual([e["name"] for e in again["events"]].count("order.placed"), 1)
        self.assertEqual(len(self.api("GET", "/api/privacy/erasures")["items"]), 2)
        self.assertEqual(self.api("GET", "/api/contacts/bystander/company")["company"]["name"], "standers.com")
        # Rebuilt from the log, everything is the same, and nothing comes back.
        self.server.stop()
        command("rebuild", "--data", self.server.data)
        self.assertEqual(traces(self.server.data, self.WORDS), [])
        self.server.start()
        self.eventually(lambda: self.numbers() == before, what="the same standings after a rebuild")
        # Who comes again is somebody new.
        self.capture(identify("quillfeather", email="quinn@quillfeather.com"))
        self.eventually(lambda: len(self.numbers()) == 4)


class CommandLine(ApiTest):
    model = MODEL

    def test_erase(self):
        self.capture([identify("wrenfield", email="w@wrenfield.com"), track("wrenfield", "order.placed", value=1)])
        self.eventually(lambda: self.api("GET", "/api/contacts/wrenfield/company", expect=(200, 404)).get("company"))
        with self.assertRaises(AssertionError):
            command("erase", "wrenfield", "--data", self.server.data)  # the server writes it
        self.server.stop()
        self.assertIn("2 events and 1 identifier", command("erase", "wrenfield", "--data", self.server.data))
        self.assertEqual(traces(self.server.data, ["wrenfield"]), [])
        with self.assertRaises(AssertionError):
            command("erase", "wrenfield", "--data", self.server.data)
        command("erase", "--compact", "--data", self.server.data)
        self.assertIn("healthy", command("doctor", "--data", self.server.data) + "healthy")
        self.server.start()


class HandedIn(ApiTest):
    """An erased person in files that were handed in, in every shape that these have."""

    def test_files(self):
        rows = 'Email,Note\nsam@staysput.com,"two\nlines"\nhal@halvorsund.com,"Halvorsund likes\nblue\nHalvorsund cars"\n'
        card = "BEGIN:VCARD\nVERSION:3.0\nFN:%s\nNOTE:%s is tall\nEMAIL:%s\nEND:VCARD\n"
        cards = card % ("Sam", "Sam", "sam@staysput.com") + card % ("Halvorsund", "Halvorsund", "hal@halvorsund.com")
        rows += '5" pipe,"said ""no"""\nkim@staysput.com,an inch is 2.5"\n'
        plain = "Email,Name\nhal@halvorsund.com,Halvorsund\n"
        other = "Email,Name\nsam@staysput.com,Sam\n"
        made = {}
        for name, body in (("rows.csv", rows.encode()), ("cards.vcf", cards.encode()), ("packed.csv.gz", gzip.compress(plain.encode())),
                           ("wide.csv", plain.encode("utf-16")), ("other.csv.gz", gzip.compress(other.encode()))):
            one = self.api("POST", "/api/imports?name=" + name, body, expect=201)
            path = "/api/imports/" + one["id"]
            self.api("POST", path + "/run", expect=202)
            done = self.eventually(lambda: (lambda i: i if i["state"] in ("done", "failed") else None)(self.api("GET", path)), 20)
            self.assertEqual((done["state"], done["counts"]["rejected"]), ("done", int(name == "rows.csv")), name)
            made[name] = "%s/imports/%s" % (self.server.data, one["id"])
        read = lambda name: open(made[name], "rb").read()
        find = "/api/contacts?filter=email%20contains%20%22halvorsund%22"
        contact = self.eventually(lambda: self.api("GET", find)["items"])[0]["id"]
        self.api("POST", "/api/contacts/%s/erase" % contact)
        for name in ("rows.csv", "cards.vcf"):
            self.assertNotIn(b"alvorsund", read(name), name)
            self.assertIn(b"sam@staysput.com", read(name), name)
            self.assertTrue(name == "cards.vcf" or read(name).endswith(rows[-30:].encode()), name)
            self.assertEqual(read(name).count(b"\n"), (rows if name == "rows.csv" else cards).count("\n"), name)
        self.assertEqual((read("packed.csv.gz"), read("wide.csv")), (b"", b""))
        self.assertEqual(gzip.decompress(read("other.csv.gz")), other.encode())


class Retention(ApiTest):
    model = MODEL

    def test_periods(self):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        old = "2024-01-01T00:00:00Z"
        self.capture([
            {"type": "page", "anonymousId": "oldvisitor", "timestamp": old, "properties": {"who": "merlinquist"}},
            {"type": "page", "anonymousId": "newvisitor", "timestamp": now},
            identify("oldlead-merlinquist", email="m@merlinquist.com") | {"timestamp": old},
            identify("oldbuyer", email="b@keeps.com") | {"timestamp": old},
            track("oldbuyer", "order.placed", old, value=3),
            track("newlead", "email.opened", old, machine=True, agent="merlinquist-scanner"),
            track("newlead", "email.opened", now),
        ])
        self.eventually(lambda: self.api("GET", "/api/contacts/newlead/consents", expect=(200, 404)).get("items") == [])
        look = self.api("GET", "/api/privacy/retention")
        self.assertEqual((look["anonymous"], look["contacts"], look["machine_events"]), (0, 0, 0))
        self.api("PATCH", "/api/settings", {
            "retention_machine_days": 30, "retention_anonymous_days": 365, "retention_contact_days": 365})
        look = self.api("GET", "/api/privacy/retention")
        self.assertEqual((look["anonymous"], look["contacts"], look["machine_events"]), (1, 1, 1))
        self.assertTrue(traces(self.server.data, ["merlinquist"]))
        done = self.api("POST", "/api/privacy/retention")
        self.assertEqual((done["anonymous"], done["contacts"], done["machine_events"]), (1, 1, 1))
        self.eventually(lambda: self.api("GET", "/api/privacy/retention")["contacts"] == 0)
        look = self.api("GET", "/api/privacy/retention")
        self.assertEqual((look["anonymous"], look["contacts"], look["machine_events"]), (0, 0, 0))
        for _ in range(20):
            if not traces(self.server.data, ["merlinquist"]):
                break
            time.sleep(0.3)
            self.api("POST", "/api/privacy/retention")
        self.assertEqual(traces(self.server.data, ["merlinquist"]), [])
        self.api("GET", "/api/contacts/oldbuyer/consents")
        self.api("POST", "/api/privacy/retention", key="write", expect=403)


if __name__ == "__main__":
    unittest.main()

"""Contacts over the API: lists, filters, cursors, moments, cards, explanations, timelines, changes, the journal."""
import unittest
import urllib.parse

import harness

MODEL = """model "Test"
fact pilot
points 10 each form.submitted
stage lead      when any inbound
stage prospect  when any email.replied within 30 days and not pilot is no
                until silent email.replied for 30 days
grade warm when score >= 20
grade cold otherwise
"""


def query(**named):
    return urllib.parse.urlencode(named)


class Contacts(harness.ApiTest):
    model = MODEL

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        messages = []
        for i in range(30):
            messages.append({"type": "identify", "userId": "u%d" % i, "timestamp": "2026-03-01T10:00:%02dZ" % i,
                             "traits": {"email": "u%d@example.org" % i, "firstName": "U%d" % i, "employees": i,
                                        "tags": ["a", {"b": i}], "address": {"city": "Bath"}}})
            messages.append({"type": "track", "userId": "u%d" % i, "event": "form.submitted",
                             "messageId": "f%d" % i, "timestamp": "2026-03-02T10:00:%02dZ" % i})
        messages.append({"type": "track", "userId": "u7", "event": "email.replied", "messageId": "r7",
                         "timestamp": "2026-03-03T10:00:00Z"})
        messages.append({"type": "track", "userId": "u7", "event": "fact.recorded",
                         "timestamp": "2026-03-03T11:00:00Z", "properties": {"fact": "budget", "amount": 5000}})
        messages.append({"type": "page", "anonymousId": "browser", "timestamp": "2026-03-04T10:00:00Z"})
        messages.append({"type": "page", "anonymousId": "later", "timestamp": "2026-03-04T10:00:00Z"})
        cls.server.capture(messages)
        cls.server.eventually(lambda: cls.server.api("GET", "/api/contacts?count=true")["total"] >= 32)

    def one(self, name, **named):
        return self.api("GET", "/api/contacts/%s%s" % (urllib.parse.quote(name, safe=""), "?" + query(**named) if named else ""))

    def pages(self, path):
        items, after = [], ""
        while True:
            page = self.api("GET", path + after)
            items += page["items"]
            if not page["next"]:
                return items
            after = "&after=" + urllib.parse.quote(page["next"])

    def test_card(self):
        card = self.one("u7")
        self.assertEqual((card["name"], card["email"], card["user_ids"]), ("U7", "u7@example.org", ["u7"]))
        self.assertEqual(card["traits"]["employees"], 7)
        self.assertEqual(card["traits"]["tags"], ["a", {"b": 7}])
        self.assertEqual(card["traits"]["city"], "Bath")
        self.assertEqual(card["facts"], {"budget": {"answer": "yes", "amount": 5000, "time": "2026-03-03T11:00:00Z"}})
        self.assertEqual((card["first_seen"], card["last_seen"]), ("2026-03-01T10:00:07Z", "2026-03-03T11:00:00Z"))
        self.assertEqual(self.one(card["id"]), card)
        self.assertEqual(card["standing"]["model"], "Test")
        self.assertRegex(card["id"], r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
        self.assertIsNone(card["owner"])
        self.api("GET", "/api/contacts/nobody", expect=404)
        self.api("GET", "/api/contacts/" + card["id"][:-1] + ("0" if card["id"][-1] != "0" else "1"), expect=404)

    def test_visitor(self):
        card = self.one("browser")
        self.assertEqual((card["name"], card["email"], card["user_ids"], card["traits"]), (None, None, [], {}))

    def test_moments(self):
        self.assertEqual(self.one("u7", at="2026-03-03T10:30:00Z")["standing"]["stage"], "prospect")
        self.assertEqual(self.one("u7", at="2026-03-02T23:00:00Z")["standing"]["stage"], "lead")
        self.assertEqual(self.one("u7", at="2026-03-03T10:30:00Z")["facts"], {})
        self.assertEqual(self.one("u7", at="2027-03-03T10:30:00Z")["standing"]["stage"], "lead")
        self.api("GET", "/api/contacts/u7?at=2026-02-01T00:00:00Z", expect=404)
        self.api("GET", "/api/contacts/u7?at=soon", expect=400)
        page = self.api("GET", "/api/contacts?" + query(filter="is prospect", at="2026-03-20T00:00:00Z", count="true"))
        self.assertEqual([c["user_ids"] for c in page["items"]], [["u7"]])
        self.assertEqual(page["total"], 1)
        page = self.api("GET", "/api/contacts?" + query(at="2026-03-01T10:00:04Z", sort="first_seen", limit=3))
        self.assertEqual([c["user_ids"][0] for c in page["items"]], ["u0", "u1", "u2"])
        self.assertEqual(page["items"][0]["last_seen"], "2026-03-01T10:00:00Z")
        rest = self.api("GET", "/api/contacts?" + query(at="2026-03-01T10:00:04Z", sort="first_seen", limit=3, after=page["next"]))
        self.assertEqual([c["user_ids"][0] for c in rest["items"]], ["u3", "u4"])
        self.assertIsNone(rest["next"])

    def test_order(self):
        for sort in ("last_seen", "first_seen", "since", "score", "id"):
            up = [c["id"] for c in self.pages("/api/contacts?limit=7&sort=" + sort)]
            down = [c["id"] for c in self.pages("/api/contacts?limit=7&sort=-" + sort)]
            everybody = self.api("GET", "/api/contacts?limit=500&count=true&sort=" + sort)
            self.assertEqual(len(set(up)), len(up))
            self.assertEqual(set(up), set(down))
            self.assertGreaterEqual(len(everybody["items"]), 32)
            self.assertEqual(everybody["total"], len(everybody["items"]))
        seen = [c["last_seen"] for c in self.api("GET", "/api/contacts?limit=500")["items"]]
        self.assertEqual(seen, sorted(seen, reverse=True))
        self.api("GET", "/api/contacts?sort=name", expect=400)
        self.api("GET", "/api/contacts?after=x", expect=400)
        self.api("GET", "/api/contacts?limit=501", expect=400)
        other = self.api("GET", "/api/contacts?limit=2&sort=score")["next"]
        self.api("GET", "/api/contacts?sort=id&after=" + urllib.parse.quote(other), expect=400)

    def test_filter(self):
        def found(expression, **named):
            page = self.api("GET", "/api/contacts?" + query(filter=expression, count="true", limit=500, **named))
            self.assertEqual(page["total"], len(page["items"]))
            direct = self.api("GET", "/api/contacts?" + query(filter=expression, limit=500, **named))
            self.assertEqual([c["id"] for c in direct["items"]], [c["id"] for c in page["items"]])
            return sorted(c["user_ids"][0] for c in page["items"] if c["user_ids"])

        self.assertEqual(found("employees in (3, 5)"), ["u3", "u5"])
        self.assertEqual(found("budget >= 4000"), ["u7"])
        self.assertEqual(found("reached prospect"), ["u7"])
        self.assertEqual(found("is prospect"), [])
        self.assertEqual(len(found("score >= 10")), 30)
        self.assertEqual(len(self.pages("/api/contacts?limit=4&" + query(filter="employees >= 10 and employees < 25"))), 15)
        problem = self.api("GET", "/api/contacts?" + query(filter="is prospct"), expect=400)
        self.assertEqual(problem["errors"][0]["field"], "filter")
        self.assertIn("prospect", problem["errors"][0]["message"])

    def test_explain(self):
        at = "2026-03-20T00:00:00Z"
        answer = self.server.send("GET", "/api/contacts/u7/explain?at=" + at, None, "Bearer " + self.server.key("read"))
        printed = harness.command("explain", "u7", "--data", self.server.data, "--at", at, "--json")
        self.assertEqual(answer.text.strip(), printed.strip())
        explained = self.api("GET", "/api/contacts/u7/explain")
        self.assertEqual(explained["contact"], "u7")
        self.api("GET", "/api/contacts/u7/explain?model=1")
        self.api("GET", "/api/contacts/u7/explain?model=99", expect=404)

    def test_explain_trees(self):
        plain = self.api("GET", "/api/contacts/u7/explain?at=2026-03-20T00:00:00Z")
        trees = self.api("GET", "/api/contacts/u7/explain?at=2026-03-20T00:00:00Z&trees=true")
        checked = []

        def strip(x):
            if isinstance(x, list):
                return [strip(item) for item in x]
            if not isinstance(x, dict):
                return x
            if "holds" in x:
                tree = x["tree"]
                self.assertEqual((tree["from"], tree["to"]), (0, len(x["text"].encode())))
                self.assertIn(x["op"], (tree["op"], "atom", "not"))
                checked.append(tree["op"])
            return {key: strip(item) for key, item in x.items() if key != "tree"}

        self.assertEqual(strip(trees), plain)
        self.assertGreater(len(checked), 3)

    def test_explain_under_a_draft(self):
        draft = 'model "Draft"\nstage seen "Seen" when any inbound and not title is "x"'
        path = "/api/contacts/u7/explain"
        explained = self.api("POST", path, {"text": draft, "at": "2026-03-20T00:00:00Z"})
        self.assertEqual((explained["model"], explained["stage"]), ("Draft", "seen"))
        when = explained["stages"][0]["when"]
        self.assertEqual([c["tree"]["op"] for c in when["children"]], ["any", "not"])
        self.assertEqual(self.api("POST", path, {"model": "1"})["stage"], self.api("GET", path)["stage"])
        self.assertEqual(self.api("POST", path, {})["stage"], self.api("GET", path)["stage"])
        problem = self.api("POST", path, {"text": "stage x whan yes"}, expect=400)
        self.assertEqual(problem["errors"][0]["field"], "text")
        self.api("POST", path, {"text": draft, "model": "1"}, expect=400)
        self.api("POST", path, {"model": "99"}, expect=404)
        self.api("POST", path, {"text": draft, "at": "2001-01-01T00:00:00Z"}, expect=404)
        self.api("POST", "/api/contacts/nobody/explain", {"text": draft}, expect=404)

    def test_timeline(self):
        page = self.api("GET", "/api/contacts/u7/timeline?limit=3")
        self.assertEqual([e["name"] for e in page["items"]], ["fact.recorded", "email.replied", "form.submitted"])
        rest = self.api("GET", "/api/contacts/u7/timeline?limit=3&after=" + page["next"])
        self.assertEqual([e["type"] for e in rest["items"]], ["identify"])
        self.assertIsNone(rest["next"])
        self.assertEqual(page["items"][1]["message_id"], "r7")
        self.api("GET", "/api/contacts/u7/timeline?after=x", expect=400)

    def test_transitions(self):
        items = self.api("GET", "/api/contacts/u7/transitions")["items"]
        stages = [(t["at"], t["from"], t["to"], t["by"], t["evidence"]) for t in items if t["kind"] == "stage"]
        self.assertEqual(
            stages,
            [
                ("2026-03-02T10:00:07Z", "none", "lead", "rule", ["f7"]),
                ("2026-03-03T10:00:00Z", "lead", "prospect", "rule", ["r7"]),
                ("2026-04-02T10:00:00Z", "prospect", "lead", "rule", ["r7"]),
            ],
        )
        standings = self.api("GET", "/api/contacts/u7/standing?model=all")["items"]
        self.assertEqual(len(standings), len(self.api("GET", "/api/models")["items"]))
        self.assertEqual(self.api("GET", "/api/contacts/u7/standing")["items"][0]["standing"], self.one("u7")["standing"])

    def test_journal(self):
        entries = self.pages("/api/journal?limit=2&contact=u7&kind=stage")
        self.assertEqual([(e["from"], e["to"]) for e in reversed(entries)],
                         [("none", "lead"), ("lead", "prospect"), ("prospect", "lead")])
        self.assertEqual({e["contact"] for e in entries}, {self.one("u7")["id"]})
        self.assertEqual(len(self.pages("/api/journal?limit=500&stage=prospect")), 1)
        self.assertEqual(self.api("GET", "/api/journal?until=2026-01-01T00:00:00Z")["items"], [])
        self.api("GET", "/api/journal?kind=odd", expect=400)

    def test_joined(self):
        """A visitor becomes somebody: one contact from then on, under both ids."""
        before = self.one("later")
        self.capture({"type": "identify", "userId": "joined", "anonymousId": "later", "traits": {"email": "j@example.org"}})
        self.eventually(lambda: self.one("later")["user_ids"])
        card = self.one("later")
        self.assertEqual(card["user_ids"], ["joined"])
        self.assertEqual(card["first_seen"], "2026-03-04T10:00:00Z")
        self.assertEqual(self.one(before["id"]), card)
        self.assertEqual(self.one("joined"), card)
        # Before they were seen together the visitor was a contact of its own.
        self.api("GET", "/api/contacts/joined?at=2026-03-05T00:00:00Z", expect=404)

    def test_create(self):
        body = {"email": "Ann@Example.org", "first_name": "Ann", "last_name": "Lee", "traits": {"company": "X", "employees": 300}}
        card = self.api("POST", "/api/contacts", body, expect=201)
        self.assertEqual((card["name"], card["traits"]["company"], card["traits"]["employees"]), ("Ann Lee", "X", 300))
        self.assertEqual(card["standing"]["grade"], "cold")
        self.assertIn("contact.created", [e["name"] for e in self.api("GET", "/api/contacts/%s/timeline" % card["id"])["items"]])
        self.api("POST", "/api/contacts", {"email": "ann@example.org"}, expect=409)
        mine = self.api("POST", "/api/contacts", {"user_id": "mine", "name": "Mine"}, expect=201)
        self.assertEqual(mine["user_ids"], ["mine"])
        self.api("POST", "/api/contacts", {"user_id": "mine"}, expect=409)
        self.api("POST", "/api/contacts", {"emial": "x"}, expect=400)
        self.api("POST", "/api/contacts", {"email": "y@example.org"}, key="read", expect=403)
        trail = self.api("GET", "/api/audit?limit=50")["items"]
        self.assertIn(("contact.create", card["id"]), [(t["action"], t["subject"]) for t in trail])

    def test_change(self):
        self.api("POST", "/api/contacts", {"user_id": "changed", "traits": {"title": "Clerk", "city": "Bath"}}, expect=201)
        answer = self.server.send("GET", "/api/contacts/changed", None, "Bearer " + self.server.key("admin"))
        tag = answer.headers["ETag"]
        card = self.api("PATCH", "/api/contacts/changed", {"traits": {"title": "Owner", "city": None}}, headers={"If-Match": tag})
        self.assertEqual(card["traits"], {"title": "Owner"})
        self.api("PATCH", "/api/contacts/changed", {"traits": {"title": "Z"}}, headers={"If-Match": tag}, expect=412)
        self.api("PATCH", "/api/contacts/nobody", {"traits": {"title": "Z"}}, expect=404)
        self.capture({"type": "page", "anonymousId": "guest"})
        self.eventually(lambda: self.api("GET", "/api/contacts/guest", expect=(200, 404)).get("id"))
        visitor = self.api("PATCH", "/api/contacts/guest", {"traits": {"title": "Guest"}})
        self.assertEqual((visitor["traits"], visitor["user_ids"]), ({"title": "Guest"}, []))

    def test_bulk(self):
        report = self.api("POST", "/api/contacts/bulk", {"filter": "employees < 3", "action": {"record": {"event": "note.added", "properties": {"n": 1}}}})
        self.assertEqual(report, {"selected": 3, "done": 3, "failed": []})
        self.assertEqual(self.api("GET", "/api/contacts/u2/timeline")["items"][0]["properties"], {"n": 1})
        report = self.api("POST", "/api/contacts/bulk", {"ids": ["u4", "u4", "nobody"], "action": {"traits": {"vip": True}}})
        self.assertEqual((report["selected"], report["done"], report["failed"][0]["id"]), (1, 1, "nobody"))
        self.assertIs(self.one("u4")["traits"]["vip"], True)
        for bad in ({"action": {"traits": {}}}, {"ids": [], "filter": "yes", "action": {"traits": {}}}, {"ids": ["u1"], "action": {}}):
            self.api("POST", "/api/contacts/bulk", bad, expect=400)
        self.api("POST", "/api/contacts/bulk", {"filter": "nonsense", "action": {"traits": {}}}, expect=400)

    def test_naughty(self):
        """Texts come back as they were sent."""
        for text in ("", "Ω≈ç√∫˜µ≤≥÷", "'; DROP TABLE event;--", "<script>alert(1)</script>", "a\u0000b", "\U0001f60d", "x" * 3000, "null"):
            card = self.api("PATCH", "/api/contacts/u9", {"traits": {"note": text}})
            self.assertEqual(card["traits"].get("note", ""), text)
        for text in ("a/b", "ü ü", "%2e%2e"):
            self.capture({"type": "page", "userId": text})
            self.eventually(lambda: self.api("GET", "/api/contacts/" + urllib.parse.quote(text, safe=""), expect=(200, 404)).get("user_ids") == [text])


class Sellers(harness.ApiTest):
    model = MODEL

    def test_own_only(self):
        self.server.user("seller")
        users = self.api("GET", "/api/users")["items"]
        seller = next(u for u in users if u["role"] == "seller")
        self.api("PATCH", "/api/users/" + seller["id"], {"own_only": True})
        theirs = self.api("POST", "/api/contacts", {"user_id": "theirs"}, expect=201)
        mine = self.api("POST", "/api/contacts", {"user_id": "mine"}, user="seller", expect=201)
        self.assertEqual(mine["owner"], seller["id"])
        page = self.api("GET", "/api/contacts?count=true", user="seller")
        self.assertEqual(([c["id"] for c in page["items"]], page["total"]), ([mine["id"]], 1))
        page = self.api("GET", "/api/contacts?count=true&filter=yes", user="seller")
        self.assertEqual([c["id"] for c in page["items"]], [mine["id"]])
        for path in ("", "/explain", "/timeline", "/transitions", "/standing"):
            self.api("GET", "/api/contacts/theirs" + path, user="seller", expect=404)
            self.api("GET", "/api/contacts/mine" + path, user="seller")
        self.api("PATCH", "/api/contacts/theirs", {"traits": {"a": 1}}, user="seller", expect=404)
        self.api("GET", "/api/journal", user="seller", expect=403)
        self.api("GET", "/api/journal?contact=theirs", user="seller", expect=404)
        self.api("GET", "/api/journal?contact=mine", user="seller")
        report = self.api("POST", "/api/contacts/bulk", {"filter": "yes", "action": {"traits": {"a": 1}}}, user="seller")
        self.assertEqual(report["selected"], 1)
        self.assertNotIn("a", self.api("GET", "/api/contacts/" + theirs["id"])["traits"])


class Models(harness.ApiTest):
    model = MODEL

    def test_another_model(self):
        """Another model moves contacts at once, and the journal says that it was the model."""
        self.capture([{"type": "track", "userId": "x", "event": "form.submitted"}])
        self.eventually(lambda: self.api("GET", "/api/contacts/x", expect=(200, 404)).get("standing", {}).get("stage") == "lead")
        other = MODEL.replace("stage prospect  when any email.replied within 30 days", "stage prospect  when any form.submitted")
        made = self.api("POST", "/api/models", {"name": "other", "text": other.replace('model "Test"', 'model "Other"')})
        self.api("POST", "/api/models/%s/activate" % made["id"], {})
        card = self.eventually(lambda: (lambda c: c if c["standing"]["stage"] == "prospect" else None)(self.api("GET", "/api/contacts/x")))
        self.assertEqual(card["standing"]["model"], "Other")
        entries = self.eventually(lambda: [e for e in self.api("GET", "/api/journal")["items"] if e["cause"] == "model" and e["kind"] == "stage"])
        self.assertEqual((entries[0]["from"], entries[0]["to"]), ("lead", "prospect"))
        self.assertEqual(len([e for e in self.api("GET", "/api/journal")["items"] if e["kind"] == "model"]), 1)

    def test_restart(self):
        """What was announced is announced once."""
        self.capture([{"type": "track", "userId": "y%d" % i, "event": "form.submitted"} for i in range(20)])
        self.eventually(lambda: len(self.api("GET", "/api/journal?kind=stage&limit=500")["items"]) >= 20)
        before = self.api("GET", "/api/journal?limit=500")
        self.server.stop(9)
        self.server.start()
        self.assertEqual(self.api("GET", "/api/contacts/y3")["standing"]["stage"] in ("lead", "prospect"), True)
        self.assertEqual(self.api("GET", "/api/journal?limit=500"), before)


if __name__ == "__main__":
    unittest.main()

"""Events, facts and audiences over the API."""
import unittest

import harness

MODEL = """model "Test"
fact budget
stage lead      when any inbound
stage prospect  when budget is yes
"""


class Records(harness.ApiTest):
    model = MODEL

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.capture(
            [
                {"type": "track", "userId": "ann", "event": "form.submitted", "messageId": "m1",
                 "timestamp": "2026-03-01T10:00:00Z", "properties": {"source": "ads", "n": 1}},
                {"type": "page", "anonymousId": "browser", "timestamp": "2026-03-02T10:00:00Z"},
            ]
        )

    def contact(self, name):
        return self.eventually(lambda: self.api("GET", "/api/contacts/" + name, expect=(200, 404)).get("id"))

    def test_events(self):
        ann = self.contact("ann")
        first = self.api("GET", "/api/events?contact=ann&name=form.submitted")["items"][0]
        self.assertEqual(first["contact"], ann)
        self.assertEqual(
            (first["name"], first["direction"], first["channel"], first["source"], first["message_id"], first["properties"]),
            ("form.submitted", "inbound", "form", "ads", "m1", {"source": "ads", "n": 1}),
        )
        self.assertEqual(self.api("GET", "/api/events/" + first["id"]), first)
        self.api("GET", "/api/events/999999", expect=404)
        self.api("GET", "/api/events/x", expect=404)
        self.api("GET", "/api/events?since=soon", expect=400)
        self.assertEqual(self.api("GET", "/api/events?name=form.submitted&until=2026-02-01T00:00:00Z")["items"], [])

    def test_paging(self):
        for i in range(5):
            self.api("POST", "/api/events", {"contact": "ann", "event": "note.added", "properties": {"i": i}}, expect=201)
        seen, after = [], ""
        while True:
            page = self.api("GET", "/api/events?name=note.added&limit=2" + after)
            seen += [e["properties"]["i"] for e in page["items"]]
            if not page["next"]:
                break
            after = "&after=" + page["next"]
        self.assertEqual(seen, [4, 3, 2, 1, 0])

    def test_record(self):
        body = {"contact": "ann", "event": "call.answered", "properties": {"minutes": 4},
                "time": "2026-03-05T10:00:00Z", "message_id": "call-1"}
        event = self.api("POST", "/api/events", body, expect=201)
        self.assertEqual((event["name"], event["time"], event["message_id"]), ("call.answered", "2026-03-05T10:00:00Z", "call-1"))
        self.api("POST", "/api/events", body, expect=409)
        self.api("POST", "/api/events", {"contact": "nobody", "event": "x"}, expect=404)
        self.api("POST", "/api/events", {"contact": "ann"}, expect=400)
        self.api("POST", "/api/events", {"contact": "ann", "event": "x", "properties": []}, expect=400)
        # A visitor whom nobody knows stays one: the event is the browser's.
        anonymous = self.api("POST", "/api/events", {"contact": self.contact("browser"), "event": "note.added"}, expect=201)
        self.assertEqual(anonymous["contact"], self.contact("browser"))

    def test_facts_move(self):
        self.contact("ann")
        self.api("POST", "/api/contacts/ann/facts",
                 {"fact": "budget", "answer": "yes", "amount": 5000, "note": "until June", "confidence": "high"}, expect=201)
        self.eventually(lambda: self.api("GET", "/api/contacts/ann")["standing"]["stage"] == "prospect")
        fact = self.api("GET", "/api/contacts/ann/facts")["items"][0]
        self.assertEqual((fact["fact"], fact["answer"], fact["amount"], fact["note"], fact["confidence"]),
                         ("budget", "yes", 5000, "until June", "high"))
        self.api("POST", "/api/contacts/ann/facts", {"fact": "budget", "answer": "unknown"}, expect=201)
        self.eventually(lambda: self.api("GET", "/api/contacts/ann/facts")["items"] == [])
        self.api("POST", "/api/contacts/ann/facts", {"fact": "budget", "answer": "perhaps"}, expect=400)


class Audiences(harness.ApiTest):
    model = MODEL

    def test_all(self):
        self.capture({"type": "track", "userId": "ann", "event": "form.submitted"})
        made = self.api("POST", "/api/audiences", {"name": "Leads", "expression": "is lead"}, expect=201)
        path = "/api/audiences/" + made["id"]
        self.assertEqual(self.api("GET", path), made)
        self.eventually(lambda: self.api("GET", path + "/count")["contacts"] == 1)
        changed = self.api("PATCH", path, {"expression": "is prospect"})
        self.assertEqual((changed["name"], changed["expression"]), ("Leads", "is prospect"))
        self.assertEqual(self.api("GET", path + "/count")["contacts"], 0)
        problem = self.api("PATCH", path, {"expression": "is prospekt"}, expect=400)
        self.assertEqual(problem["errors"][0]["field"], "expression")
        self.assertIn("prospect", str(problem["errors"]))
        self.api("PATCH", path, {"name": "x"}, headers={"If-Match": '"1"'}, expect=412)
        self.assertEqual([a["id"] for a in self.api("GET", '/api/audiences?filter=name%20is%20"leads"')["items"]], [made["id"]])
        self.api("DELETE", path, expect=204)
        self.api("GET", path, expect=404)


if __name__ == "__main__":
    unittest.main()

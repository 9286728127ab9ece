"""What is to be done now."""
import datetime
import unittest

from harness import PASSWORD, ApiTest, command

MODEL = """model "Test"
points 50 each call.answered
stage lead      when any inbound
grade hot       when score >= 40
grade cold      otherwise
"""


def ago(**past):
    at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(**past)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def track(user, event, properties=None, **past):
    return {"type": "track", "userId": user, "event": event, "timestamp": ago(**past), "properties": properties or {}}


class Today(ApiTest):
    model = MODEL

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = cls.server
        server.capture([
            {"type": "identify", "userId": "late", "timestamp": ago(hours=9), "traits": {"name": "Late", "company": "Acme"}},
            track("late", "email.sent", hours=8),
            track("late", "email.replied", {"subject": "Price?"}, hours=5),
            track("late", "email.delivered", hours=4),  # of what we sent before: no answer
            track("soon", "form.submitted", {"text": "Please call"}, hours=1),
            track("soon", "page.viewed", minutes=30),
            track("answered", "email.replied", hours=3),
            track("answered", "email.sent", hours=2),
            track("called", "call.missed", hours=3),
            track("called", "call.answered", hours=2),
            track("robot", "email.replied", {"machine": True, "auto": True}, hours=3),
            track("old", "form.submitted", days=90),
            track("deal", "deal.opened", days=20),
            track("won", "deal.opened", days=20),
            track("won", "deal.won", days=19),
            track("moving", "deal.opened", days=20),
            track("moving", "note.added", days=2),
        ])  # fmt: skip
        server.eventually(lambda: len(server.api("GET", "/api/contacts")["items"]) == 9, 10, "no contacts")

    def today(self, query="", **named):
        return self.api("GET", "/api/today" + query, **named)

    def items(self, kind, **named):
        return [i for i in self.today(**named)["items"] if i["kind"] == kind]

    def id(self, user):
        return self.api("GET", "/api/contacts/" + user)["id"]

    def test_answers(self):
        items = self.items("answer")
        self.assertEqual([i["contact"]["id"] for i in items], [self.id("late"), self.id("soon")])
        first, second = items
        self.assertEqual((first["title"], first["detail"], first["overdue"]), ("Answer: Late", "Price?", True))
        self.assertEqual(first["contact"], {"id": self.id("late"), "name": "Late", "company": "Acme", "stage": "lead", "grade": "cold"})
        self.assertEqual((second["title"], second["detail"], second["overdue"]), ("Answer", "Please call", False))
        self.assertEqual(self.api("GET", "/api/events/" + first["event"])["name"], "email.replied")
        counts = self.today(key="read")["counts"]
        self.assertEqual((counts["answer"], counts["deal"], counts["hot"]), (2, 1, 0))
        self.assertEqual(counts["overdue"], 2)
        self.assertEqual(len(self.today("?limit=1")["items"]), 1)
        self.api("GET", "/api/today?limit=0", expect=400)
        # The promise is a setting.
        settings = self.api("GET", "/api/settings")
        self.assertEqual(settings["answer_within_hours"], 4)
        self.api("PATCH", "/api/settings", {"answer_within_hours": 8})
        try:
            self.assertEqual([i["overdue"] for i in self.items("answer")], [False, False])
        finally:
            self.api("PATCH", "/api/settings", {"answer_within_hours": 4})
        # Answering ends it.
        self.capture(track("other", "sms.replied", minutes=5))
        self.eventually(lambda: len(self.items("answer")) == 3)
        self.api("POST", "/api/events", {"contact": "other", "event": "call.attempted"}, expect=201)
        self.eventually(lambda: len(self.items("answer")) == 2)

    def test_deals(self):
        deals = self.items("deal")
        self.assertEqual([(i["contact"]["id"], i["overdue"]) for i in deals], [(self.id("deal"), True)])

    def test_hot(self):
        self.capture([track("flame", "page.viewed", hours=2), track("flame", "call.answered", hours=1)])
        # They spoke with us at that very moment: nothing to do.
        self.eventually(lambda: self.api("GET", "/api/contacts/flame", expect=(200, 404)).get("id"))
        self.assertEqual(self.items("hot"), [])
        self.capture([track("spark", "email.sent", hours=2), track("spark", "call.answered", {"machine": True}, hours=1)])
        # A machine earns nothing, so somebody who is hot without having talked with us takes another model.
        version = self.api("POST", "/api/models", {"name": "hot", "text": MODEL.replace("call.answered", "page.viewed")})["id"]
        self.api("POST", "/api/models/%s/activate" % version)
        hot = self.eventually(lambda: self.items("hot"), 10)
        self.assertEqual([i["contact"]["id"] for i in hot], [self.id("soon")])
        self.assertEqual((hot[0]["due"], hot[0]["contact"]["grade"]), (None, "hot"))
        self.api("POST", "/api/models/1/activate")
        self.eventually(lambda: not self.items("hot"), 10)

    def test_handovers_and_tasks(self):
        seller = self.api("GET", "/api/session", user="seller")["user"]["id"]
        self.api("POST", "/api/contacts/old/handover", {"user": seller})
        task = self.api("POST", "/api/tasks", {"title": "Send the offer", "contact": "old", "due": ago(hours=-2)}, expect=201)
        self.api("POST", "/api/tasks", {"title": "Next month", "contact": "old", "due": ago(days=-30)}, expect=201)
        alone = self.api("POST", "/api/tasks", {"title": "Tidy up", "due": ago(days=1)}, user="seller", expect=201)
        mine = self.eventually(lambda: (lambda t: t["counts"]["task"] == 2 and t)(self.today(user="seller")))
        self.assertEqual({k: n for k, n in mine["counts"].items() if n}, {"handover": 1, "task": 2, "overdue": 1})
        self.assertEqual([(i["kind"], i["task"], i["contact"] and i["contact"]["id"]) for i in mine["items"]],
                         [("task", alone["id"], None), ("task", task["id"], self.id("old")),
                          ("handover", None, self.id("old"))])  # fmt: skip
        self.assertEqual(self.today("?mine=true", user="marketer")["items"], [])
        self.assertEqual(self.today("?mine=false", user="marketer")["counts"]["handover"], 1)

    def test_later(self):
        self.capture(track("aside", "form.submitted", hours=1))
        waits = lambda: self.id("aside") in [i["contact"]["id"] for i in self.items("answer")]
        self.eventually(lambda: self.api("GET", "/api/contacts/aside", expect=(200, 404)).get("id"))
        self.eventually(waits)
        body = {"contact": "aside", "kind": "answer", "until": ago(days=-1)}
        done = self.api("POST", "/api/today/later", body, expect=201)
        self.assertFalse(waits())
        # For whoever did it only.
        self.assertIn(self.id("aside"), [i["contact"]["id"] for i in self.today(key="write")["items"] if i["kind"] == "answer"])
        self.api("DELETE", "/api/today/later/" + done["id"], key="write", expect=404)
        self.api("DELETE", "/api/today/later/" + done["id"], expect=204)
        self.assertTrue(waits())
        self.api("DELETE", "/api/today/later/" + done["id"], expect=404)
        # Something new shows all the same.
        self.api("POST", "/api/today/later", body, expect=201)
        self.assertFalse(waits())
        self.capture(track("aside", "email.replied", seconds=-2))
        self.eventually(waits, 10)
        self.api("POST", "/api/today/later", dict(body, until=ago(days=1)), expect=400)
        self.api("POST", "/api/today/later", dict(body, kind="other"), expect=400)
        self.api("POST", "/api/today/later", dict(body, contact="nobody"), expect=400)
        self.api("POST", "/api/today/later", body, user="viewer", expect=403)
        self.api("POST", "/api/events", {"contact": "aside", "event": "email.sent", "time": ago(seconds=-3)}, expect=201)
        self.eventually(lambda: not waits(), 10)

    def test_own_contacts_only(self):
        server = self.server
        command("user", "add", "own@example.org", "--role", "seller", "--own-only", "--password-stdin",
                "--data", server.data, text=PASSWORD)  # fmt: skip
        answer = server.send("POST", "/api/session", {"email": "own@example.org", "password": PASSWORD})
        server.users["own"] = answer.headers["Set-Cookie"].split(";")[0]
        me = self.api("GET", "/api/session", user="own")["user"]["id"]
        self.api("POST", "/api/contacts/deal/owner", {"user": me})
        for query in ("", "?mine=false"):
            self.assertEqual([i["kind"] for i in self.today(query, user="own")["items"]], ["deal"])
        self.api("POST", "/api/today/later", {"contact": "late", "kind": "answer", "until": ago(days=-1)}, user="own", expect=400)


if __name__ == "__main__":
    unittest.main()

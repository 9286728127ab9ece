"""Taking back events that somebody recorded by hand."""
import unittest

from harness import ON_POSTGRES, PASSWORD, ApiTest, command

MODEL = """model "Test"
fact budget
stage lead      when any inbound
stage prospect  when budget is yes
"""


class Undo(ApiTest):
    model = MODEL

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.capture([
            {"type": "track", "userId": "ann", "event": "form.submitted", "timestamp": "2026-03-01T10:00:00Z"},
            {"type": "track", "userId": "bob", "event": "form.submitted", "timestamp": "2026-03-01T10:00:00Z"},
        ])  # fmt: skip
        cls.server.eventually(lambda: len(cls.server.api("GET", "/api/contacts")["items"]) == 2, 10, "no contacts")

    def stage(self, user):
        return self.api("GET", "/api/contacts/" + user)["standing"]["stage"]

    def undo(self, event, **named):
        return self.api("POST", "/api/events/%s/undo" % event, **dict({"expect": 204}, **named))

    def names(self, user):
        return [i["name"] for i in self.api("GET", "/api/contacts/%s/timeline" % user)["items"]]

    def test_a_fact(self):
        event = self.api("POST", "/api/contacts/ann/facts", {"fact": "budget", "answer": "yes"}, expect=201)["id"]
        self.eventually(lambda: self.stage("ann") == "prospect")
        self.undo(event, user="viewer", expect=403)
        self.undo(event, user="seller")
        self.assertEqual(self.stage("ann"), "lead")
        self.assertEqual(self.api("GET", "/api/contacts/ann/facts")["items"], [])
        self.assertEqual(self.names("ann"), ["form.submitted"])
        self.api("GET", "/api/events/" + event, expect=404)
        self.undo(event, expect=409)
        # What was announced went back, too, and all of it is the same after a new start.
        journal = self.api("GET", "/api/journal?contact=ann&kind=stage")["items"]
        self.assertEqual([(j["from"], j["to"]) for j in journal], [("prospect", "lead"), ("lead", "prospect"), ("none", "lead")])
        self.assertEqual(self.api("GET", "/api/audit?action=event.undo")["items"][0]["subject"], event)
        self.server.stop()
        self.server.start()
        self.assertEqual((self.stage("ann"), self.names("ann")), ("lead", ["form.submitted"]))
        self.assertEqual(command("doctor", "--data", self.server.data, check=False).count("unknown import"), 0)
        # What was recorded before the start can be taken back as well.

    def test_by_hand_over_a_start(self):
        event = self.api("POST", "/api/contacts/bob/stage", {"stage": "prospect", "reason": "x"})["event"]
        self.assertEqual(self.stage("bob"), "prospect")
        self.server.stop()
        command("rebuild", "--data", self.server.data)
        self.server.start()
        self.assertEqual(self.stage("bob"), "prospect")
        self.undo(event)
        self.eventually(lambda: self.stage("bob") == "lead", 20)
        self.assertEqual(self.names("bob"), ["form.submitted"])

    def test_message_id_is_free_again(self):
        body = {"contact": "ann", "event": "note.added", "message_id": "note-1"}
        event = self.api("POST", "/api/events", body, expect=201)["id"]
        self.api("POST", "/api/events", body, expect=409)
        self.undo(event)
        again = self.api("POST", "/api/events", body, expect=201)["id"]
        self.assertNotEqual(event, again)
        self.undo(again)

    def test_many_at_once(self):
        report = self.api("POST", "/api/contacts/bulk", {"ids": ["ann", "bob"], "action": {"record": {"event": "letter.sent"}}})
        self.assertEqual(report["done"], 2)
        letters = self.eventually(lambda: (lambda l: len(l) == 2 and l)(self.api("GET", "/api/events?name=letter.sent")["items"]))
        for letter in letters:
            self.undo(letter["id"])
        self.assertEqual(self.api("GET", "/api/events?name=letter.sent")["items"], [])

    def test_what_cannot_be_taken_back(self):
        captured = self.api("GET", "/api/events?contact=ann&name=form.submitted")["items"][0]["id"]
        self.undo(captured, expect=409)
        self.undo("999999", expect=404)
        self.undo("x", expect=404)
        server = self.server
        command("user", "add", "own@example.org", "--role", "seller", "--own-only", "--password-stdin",
                "--data", server.data, text=PASSWORD)  # fmt: skip
        answer = server.send("POST", "/api/session", {"email": "own@example.org", "password": PASSWORD})
        server.users["own"] = answer.headers["Set-Cookie"].split(";")[0]
        event = self.api("POST", "/api/events", {"contact": "ann", "event": "note.added"}, expect=201)["id"]
        self.undo(event, user="own", expect=404)
        self.undo(event)

    def test_erased_all_the_same(self):
        self.capture({"type": "track", "userId": "gone", "event": "form.submitted"})
        self.eventually(lambda: self.api("GET", "/api/contacts/gone", expect=(200, 404)).get("id"))
        event = self.api("POST", "/api/events", {"contact": "gone", "event": "note.added", "properties": {"text": "Quixote"}}, expect=201)
        self.undo(event["id"])
        self.api("POST", "/api/contacts/gone/erase")
        if ON_POSTGRES:
            return
        self.server.stop()
        with open(self.server.data + "/sluice.db", "rb") as file:
            self.assertNotIn(b"Quixote", file.read())
        self.server.start()


if __name__ == "__main__":
    unittest.main()

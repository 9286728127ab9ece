"""A contact's events by kind and direction, around one of them, and the questions to ask it."""
import unittest

from harness import ApiTest

MODEL = """model "Test"
fact budget
fact own_fleet
stage lead when any inbound
"""


def track(event, hour, **properties):
    return {"type": "track", "userId": "ann", "event": event, "timestamp": "2026-03-01T%02d:00:00Z" % hour, "properties": properties}


class Timeline(ApiTest):
    model = MODEL

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.capture([
            {"type": "identify", "userId": "ann", "timestamp": "2026-03-01T00:00:00Z", "traits": {"name": "Ann"}},
            track("email.sent", 1), track("email.opened", 2, machine=True), track("email.replied", 3),
            track("email.replied", 4, machine=True), track("call.answered", 5), track("note.added", 6),
            track("page.viewed", 7),
        ])  # fmt: skip
        cls.server.eventually(lambda: cls.server.api("GET", "/api/contacts")["items"], 10, "no contacts")

    def page(self, query):
        return self.api("GET", "/api/contacts/ann/timeline?" + query)

    def names(self, query):
        return [i["name"] for i in self.page(query)["items"]]

    def test_kind_and_direction(self):
        self.assertEqual(len(self.names("")), 8)
        self.assertEqual(self.names("kind=email"), ["email.replied", "email.replied", "email.opened", "email.sent"])
        self.assertEqual(self.names("kind=call,note.added"), ["note.added", "call.answered"])
        self.assertEqual(self.names("kind=email.s,,page."), ["page.viewed", "email.sent"])
        self.assertEqual(self.names("direction=outbound"), ["email.sent"])
        self.assertEqual(self.names("direction=inbound&kind=email"), ["email.replied", "email.replied", "email.opened"])
        self.assertEqual(self.names("kind=sms"), [])
        items = self.page("kind=email,call")["items"]
        self.assertEqual([(i["direction"], i["channel"], i["machine"], i["two_way"]) for i in items],
                         [("inbound", "call", False, True), ("inbound", "email", True, False), ("inbound", "email", False, True),
                          ("inbound", "email", True, False), ("outbound", "email", False, False)])  # fmt: skip
        self.api("GET", "/api/contacts/ann/timeline?direction=up", expect=400)

    def test_pages(self):
        first = self.page("kind=email,call&limit=2")
        second = self.page("kind=email,call&limit=2&after=" + first["next"])
        third = self.page("kind=email,call&limit=2&after=" + second["next"])
        self.assertEqual([i["name"] for p in (first, second, third) for i in p["items"]], self.names("kind=email,call"))
        self.assertIsNone(third["next"])
        for event in second["items"]:
            self.assertEqual(self.page("kind=email,call&limit=2&around=" + event["id"]), second)
        self.api("GET", "/api/contacts/ann/timeline?kind=call&around=" + second["items"][0]["id"], expect=400)
        self.api("GET", "/api/contacts/ann/timeline?around=999999", expect=400)

    def test_questions(self):
        ask = lambda: self.api("GET", "/api/contacts/ann/questions", user="viewer")["questions"]
        self.assertEqual([q["fact"] for q in ask()], ["fit", "need", "budget", "authority", "timeline", "own_fleet"])
        self.assertEqual(ask()[2]["question"], "What have you set aside for it?")
        self.assertEqual(ask()[5], {"fact": "own_fleet", "question": "What is known of own_fleet?", "help": "", "answer": None})
        event = self.api("POST", "/api/contacts/ann/facts", {"fact": "budget", "amount": 500, "note": "so she says"}, expect=201)
        self.api("PATCH", "/api/settings", {"question_budget": "How much?"})
        asked = self.eventually(lambda: ask()[2]["answer"] and ask()[2])
        self.assertEqual((asked["question"], asked["answer"]["amount"], asked["answer"]["note"], asked["answer"]["event"]),
                         ("How much?", 500, "so she says", event["id"]))  # fmt: skip
        self.api("POST", "/api/contacts/ann/facts", {"fact": "budget", "answer": "unknown"}, expect=201)
        self.eventually(lambda: ask()[2]["answer"] is None)
        self.api("GET", "/api/contacts/nobody/questions", expect=404)


if __name__ == "__main__":
    unittest.main()

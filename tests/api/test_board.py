"""The board: columns, cards, putting a contact on a stage by hand."""
import datetime
import unittest
import urllib.parse

from harness import PASSWORD, ApiTest, command

MODEL = """model "Test"
fact budget
stage lead      "Lead"     when any inbound
stage prospect  "Prospect" when any email.replied and budget is yes
stage customer  "Customer" when any order.placed
grade hot       when budget is yes
grade cold      otherwise
"""


def ago(**past):
    at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(**past)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class Board(ApiTest):
    model = MODEL

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = cls.server
        messages = []
        for i, days in enumerate((30, 20, 10, 2)):  # four leads; the last one came this week
            messages += [
                {"type": "identify", "userId": "lead%d" % i, "timestamp": ago(days=days),
                 "traits": {"name": "Lead %d" % i, "company": "Acme", "title": "Author", "email": "l%d@example.org" % i}},
                {"type": "track", "userId": "lead%d" % i, "event": "form.submitted", "timestamp": ago(days=days)},
            ]  # fmt: skip
        messages += [
            # a lead a week ago, a customer now
            {"type": "track", "userId": "buyer", "event": "form.submitted", "timestamp": ago(days=40)},
            {"type": "track", "userId": "buyer", "event": "order.placed", "timestamp": ago(days=3)},
            {"type": "track", "userId": "asked", "event": "email.sent", "timestamp": ago(days=5)},
        ]
        server.capture(messages)
        server.eventually(lambda: len(server.api("GET", "/api/contacts")["items"]) == 6, 10, "no contacts")

    def columns(self, query="", **named):
        return {c["stage"]: c for c in self.api("GET", "/api/board" + query, **named)["columns"]}

    def test_columns(self):
        board = self.api("GET", "/api/board")
        self.assertEqual(board["model"], {"id": "1", "title": "Test"})
        self.assertEqual(
            [(c["stage"], c["label"], c["position"]) for c in board["columns"]],
            [("none", "No stage", 0), ("lead", "Lead", 1), ("prospect", "Prospect", 2), ("customer", "Customer", 3)],
        )
        columns = self.columns("?filter=" + urllib.parse.quote("not any stage.assigned"))
        self.assertEqual({name: c["count"] for name, c in columns.items()},
                         {"none": 1, "lead": 4, "prospect": 0, "customer": 1})  # fmt: skip
        # A week ago: four leads (one of them buys since), nobody else.
        self.assertEqual({name: c["change_7d"] for name, c in columns.items()},
                         {"none": 1, "lead": 0, "prospect": 0, "customer": 1})  # fmt: skip
        self.assertAlmostEqual(columns["lead"]["median_days"], 15, 2)
        self.assertAlmostEqual(columns["customer"]["median_days"], 3, 2)
        self.assertIsNone(columns["prospect"]["median_days"])
        for name, column in columns.items():
            found = self.api("GET", "/api/contacts?count=true&" + column["contacts"])
            self.assertEqual(found["total"], column["count"], name)
        self.api("GET", "/api/board?filter=is+nowhere", expect=400)
        self.api("GET", "/api/board?at=soon", expect=400)

    def test_columns_of_the_past(self):
        at = ago(days=8)
        columns = self.columns("?at=" + at)
        self.assertEqual({name: c["count"] for name, c in columns.items()},
                         {"none": 0, "lead": 4, "prospect": 0, "customer": 0})  # fmt: skip
        self.assertEqual(columns["lead"]["change_7d"], 1)  # who came ten days ago
        self.assertAlmostEqual(columns["lead"]["median_days"], (22 + 32 + 12 + 2) / 4, 0)
        found = self.api("GET", "/api/contacts?count=true&" + columns["lead"]["contacts"])
        self.assertEqual(found["total"], 4)
        columns = self.columns("?at=%s&filter=%s" % (at, urllib.parse.quote('company is "Acme"')))
        self.assertEqual(columns["lead"]["count"], 3)
        self.api("GET", "/api/board?filter=is+nowhere&at=" + at, expect=400)

    def test_cards(self):
        page = self.api("GET", "/api/board/cards?stage=lead&sort=since&limit=2")
        self.assertEqual([c["name"] for c in page["items"]], ["Lead 0", "Lead 1"])
        card = page["items"][0]
        self.assertEqual((card["company"], card["title"], card["email"], card["stage"], card["grade"], card["owner"]),
                         ("Acme", "Author", "l0@example.org", "lead", "cold", None))  # fmt: skip
        self.assertEqual(card["next_stage"], {"name": "prospect", "label": "Prospect"})
        self.assertEqual(card["missing"], [{"action": "wait", "what": "email.replied"}, {"action": "ask", "what": "budget"}])
        rest = self.api("GET", "/api/board/cards?stage=lead&sort=since&after=" + page["next"])
        self.assertIn("Lead 2", [c["name"] for c in rest["items"]])
        none = self.api("GET", "/api/board/cards?stage=none")["items"]
        self.assertEqual({c["next_stage"]["name"] for c in none}, {"lead"})
        buyer = self.api("GET", "/api/board/cards?stage=customer")["items"]
        self.assertEqual([(c["next_stage"], c["missing"]) for c in buyer], [(None, [])])
        past = self.api("GET", "/api/board/cards?stage=lead&at=" + ago(days=8))["items"]
        self.assertEqual(len(past), 4)
        self.assertEqual(self.api("GET", "/api/board/cards?stage=customer&at=" + ago(days=8))["items"], [])
        self.api("GET", "/api/board/cards?stage=nowhere", expect=400)
        self.api("GET", "/api/board/cards", expect=400)

    def test_by_hand(self):
        self.capture([{"type": "track", "userId": "hand", "event": "form.submitted"}])
        self.eventually(lambda: self.api("GET", "/api/contacts/hand", expect=(200, 404)).get("id"))
        done = self.api("POST", "/api/contacts/hand/stage", {"stage": "prospect", "reason": "met at the fair"}, user="seller")
        self.assertEqual(done["standing"]["stage"], "prospect")
        event = self.api("GET", "/api/events/" + done["event"])
        self.assertEqual((event["name"], event["properties"]["stage"], event["properties"]["reason"]),
                         ("stage.assigned", "prospect", "met at the fair"))  # fmt: skip
        self.assertIn("seller@", event["properties"]["by"])
        self.assertEqual([c["id"] for c in self.api("GET", "/api/board/cards?stage=prospect")["items"]], [event["contact"]])
        done = self.api("POST", "/api/contacts/hand/stage", {"stage": "none", "reason": "a competitor"})
        self.assertEqual(done["standing"]["stage"], "none")
        self.api("POST", "/api/contacts/hand/stage", {"stage": "nowhere", "reason": "x"}, expect=400)
        self.api("POST", "/api/contacts/hand/stage", {"stage": "lead", "reason": "  "}, expect=400)
        self.api("POST", "/api/contacts/hand/stage", {"stage": "lead", "reason": "x"}, user="viewer", expect=403)
        self.api("POST", "/api/contacts/nobody/stage", {"stage": "lead", "reason": "x"}, expect=404)

    def test_own_contacts_only(self):
        server = self.server
        command("user", "add", "own@example.org", "--role", "seller", "--own-only", "--password-stdin",
                "--data", server.data, text=PASSWORD)  # fmt: skip
        answer = server.send("POST", "/api/session", {"email": "own@example.org", "password": PASSWORD})
        server.users["own"] = answer.headers["Set-Cookie"].split(";")[0]
        me = self.api("GET", "/api/session", user="own")["user"]["id"]
        mine = self.api("POST", "/api/contacts/lead1/owner", {"user": me})["contact"]
        for query in ("", "?at=" + ago(days=8), "?filter=is+lead"):
            self.assertEqual({name: c["count"] for name, c in self.columns(query, user="own").items()},
                             {"none": 0, "lead": 1, "prospect": 0, "customer": 0})  # fmt: skip
        cards = self.api("GET", "/api/board/cards?stage=lead", user="own")["items"]
        self.assertEqual([(c["id"], c["owner"]) for c in cards], [(mine, {"id": me, "name": "own@example.org"})])
        # Others may ask for them.
        for query in ("?owner=" + me, "?at=%s&owner=%s" % (ago(days=8), me)):
            columns = self.columns(query)
            self.assertEqual({c["count"] for name, c in columns.items() if name != "lead"}, {0})
            found = self.api("GET", "/api/contacts?count=true&" + columns["lead"]["contacts"])
            self.assertEqual((found["total"], found["items"][0]["id"]), (1, mine))
        self.assertEqual([c["id"] for c in self.api("GET", "/api/board/cards?stage=lead&owner=" + me)["items"]], [mine])
        nobody = [c["id"] for c in self.api("GET", "/api/board/cards?stage=lead&owner=none")["items"]]
        self.assertTrue(nobody and mine not in nobody)
        self.api("POST", "/api/contacts/lead0/stage", {"stage": "lead", "reason": "x"}, user="own", expect=404)


if __name__ == "__main__":
    unittest.main()

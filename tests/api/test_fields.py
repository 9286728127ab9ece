"""What conditions can ask for."""
import unittest

from harness import PASSWORD, ApiTest, command

MODEL = """model "Test"
trait size number
fact budget
fact own_fleet
persona "Baker" when industry is "food"
stage lead "Lead" when any inbound
grade hot when budget is yes
grade cold otherwise
"""


class Fields(ApiTest):
    model = MODEL

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = cls.server
        server.capture([
            {"type": "identify", "userId": "a", "traits": {"industry": "food", "size": 5, "colour": "red"}},
            {"type": "identify", "userId": "b", "traits": {"industry": "steel", "colour": "red"}},
            {"type": "identify", "userId": "b", "traits": {"industry": "food", "colour": None}},
            {"type": "identify", "userId": "c", "traits": {"industry": "wood"}},
            {"type": "track", "userId": "a", "event": "form.submitted", "properties": {"source": "fair", "$source": "no"},
             "timestamp": "2026-03-01T10:00:00Z"},
            {"type": "track", "userId": "b", "event": "email.sent"},
            {"type": "page", "userId": "b", "context": {"campaign": {"source": "ads"}}},
            {"type": "page", "userId": "b", "context": {"campaign": {"source": "ads"}}},
        ])  # fmt: skip
        server.eventually(lambda: len(server.api("GET", "/api/contacts")["items"]) == 3, 10, "no contacts")

    def test_everything(self):
        fields = self.api("GET", "/api/fields", key="read")
        traits = {t["name"]: t for t in fields["traits"]}
        self.assertEqual(traits["industry"],
                         {"name": "industry", "type": "text", "built_in": True, "contacts": 3, "values": ["food", "wood"]})  # fmt: skip
        self.assertEqual(traits["size"],
                         {"name": "size", "type": "number", "built_in": False, "contacts": 1, "values": []})  # fmt: skip
        self.assertEqual(traits["colour"],
                         {"name": "colour", "type": "text", "built_in": False, "contacts": 1, "values": ["red"]})  # fmt: skip
        self.assertEqual(traits["city"]["contacts"], 0)
        self.assertEqual([f["name"] for f in fields["facts"]],
                         ["fit", "need", "budget", "authority", "timeline", "own_fleet"])  # fmt: skip
        self.assertEqual(fields["facts"][5], {"name": "own_fleet", "label": "Own fleet", "built_in": False})
        events = {e["name"]: e for e in fields["events"]}
        self.assertEqual(events["form.submitted"], {"name": "form.submitted", "direction": "inbound", "count": 1,
                                                    "last_seen": "2026-03-01T10:00:00Z"})  # fmt: skip
        self.assertEqual((events["email.sent"]["direction"], events["page.viewed"]["count"]), ("outbound", 2))
        self.assertEqual(fields["sources"], ["ads", "fair"])
        self.assertEqual(fields["stages"], [{"name": "lead", "label": "Lead"}])
        self.assertEqual((fields["grades"], fields["personas"]), (["hot", "cold"], ["Baker"]))

    def test_own_contacts_only(self):
        server = self.server
        command("user", "add", "own@example.org", "--role", "seller", "--own-only", "--password-stdin",
                "--data", server.data, text=PASSWORD)  # fmt: skip
        answer = server.send("POST", "/api/session", {"email": "own@example.org", "password": PASSWORD})
        server.users["own"] = answer.headers["Set-Cookie"].split(";")[0]
        me = self.api("GET", "/api/session", user="own")["user"]["id"]
        self.api("POST", "/api/contacts/c/owner", {"user": me})
        fields = self.api("GET", "/api/fields", user="own")
        self.assertEqual({t["name"]: t["values"] for t in fields["traits"] if t["contacts"]}, {"industry": ["wood"]})
        self.assertEqual(fields["sources"], [])


if __name__ == "__main__":
    unittest.main()

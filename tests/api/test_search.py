"""Search by parts of names, addresses, phone numbers, companies and titles."""
import unittest
import urllib.parse

from harness import PASSWORD, ApiTest, command

MODEL = """model "Test"
stage lead "Lead" when any inbound
"""


class Search(ApiTest):
    model = MODEL

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = cls.server
        server.capture([
            {"type": "identify", "userId": "ann", "traits": {"first_name": "Ann", "last_name": "Zöllner",
             "email": "ann@bakery.example", "phone": "+49 170 555 01", "company": "Bakery Ltd", "title": "Head of Bread"}},
            {"type": "track", "userId": "ann", "event": "form.submitted"},
            {"type": "identify", "userId": "hanna", "traits": {"name": "Hanna", "email": "h@mill.example", "company": "Mill"}},
            {"type": "page", "anonymousId": "browser"},
        ])  # fmt: skip
        server.eventually(lambda: len(server.api("GET", "/api/contacts")["items"]) == 3, 10, "no contacts")
        server.eventually(lambda: cls.found(cls, "hanna"), 10, "not found")

    def found(self, text, **named):
        answer = self.server.api("GET", "/api/search?q=" + urllib.parse.quote(text), **named)
        return [c["name"] for c in answer["contacts"]]

    def test_parts(self):
        for text in ("zoll", "ZÖLLNER", "ann z", "@bakery", "17055501", "170 555", "bread", "kery lt"):
            self.assertEqual(self.found(text), ["Ann Zöllner"], text)
        self.assertEqual(self.found("ann"), ["Ann Zöllner", "Hanna"])  # what begins so before what has it inside
        self.assertEqual(self.found("an"), ["Ann Zöllner", "Hanna"])
        self.assertEqual(len(self.api("GET", "/api/search?q=an&limit=1", key="read")["contacts"]), 1)
        self.assertEqual(self.found("browser"), [])
        first = self.api("GET", "/api/search?q=zoll")["contacts"][0]
        self.assertEqual(first, {"id": self.api("GET", "/api/contacts/ann")["id"], "name": "Ann Zöllner",
                                 "email": "ann@bakery.example", "company": "Bakery Ltd", "stage": "lead", "grade": "none"})  # fmt: skip
        for wrong in ("q=a", "q=%20%20", "", "q=ann&limit=0", "q=ann&limit=51"):
            self.api("GET", "/api/search?" + wrong, expect=400)

    def test_companies(self):
        companies = self.eventually(lambda: self.api("GET", "/api/search?q=AKER")["companies"], 15)
        self.assertEqual([(c["name"], c["domain"], c["contacts"]) for c in companies], [("Bakery Ltd", "bakery.example", 1)])
        self.assertEqual(self.api("GET", "/api/search?q=%25%25")["companies"], [])

    def test_changes_and_merges(self):
        self.capture({"type": "identify", "userId": "new", "traits": {"name": "Quentin"}})
        self.eventually(lambda: self.found("quentin") == ["Quentin"], what="not found")
        self.capture({"type": "identify", "userId": "new", "traits": {"name": "Rosalind"}})
        self.eventually(lambda: self.found("rosalind") == ["Rosalind"], what="not found by the new name")
        self.assertEqual(self.found("quentin"), [])
        # A browser that had said its name before turns out to be somebody's.
        self.capture({"type": "identify", "anonymousId": "b2", "traits": {"name": "Wolfram"}})
        self.eventually(lambda: self.found("wolfram") == ["Wolfram"], what="not found as a browser")
        self.capture({"type": "track", "anonymousId": "b2", "userId": "wolf", "event": "form.submitted"})
        wolf = self.eventually(lambda: self.api("GET", "/api/contacts/wolf", expect=(200, 404)).get("id"))
        ids = lambda: [c["id"] for c in self.api("GET", "/api/search?q=wolfram")["contacts"]]
        self.eventually(lambda: ids() == [wolf], what="not found as the person")
        # Two become one, and two again.
        self.capture([{"type": "identify", "userId": "twin1", "traits": {"name": "Castor"}},
                      {"type": "identify", "userId": "twin2", "traits": {"phone": "0170 777 88"}}])  # fmt: skip
        self.eventually(lambda: self.found("17077788") == [None], what="not found by its phone number")
        self.capture({"type": "alias", "previousId": "twin2", "userId": "twin1", "messageId": "one"})
        self.eventually(lambda: self.found("17077788") == ["Castor"], 10, "not merged")

    def test_erased(self):
        self.capture({"type": "identify", "userId": "gone", "traits": {"name": "Balthasar"}})
        self.eventually(lambda: self.found("balthasar"), what="not found")
        contact = self.api("GET", "/api/contacts/gone")["id"]
        self.api("POST", "/api/contacts/%s/erase" % contact)
        self.assertEqual(self.found("balthasar"), [])

    def test_own_contacts_only(self):
        server = self.server
        command("user", "add", "own@example.org", "--role", "seller", "--own-only", "--password-stdin",
                "--data", server.data, text=PASSWORD)  # fmt: skip
        answer = server.send("POST", "/api/session", {"email": "own@example.org", "password": PASSWORD})
        server.users["own"] = answer.headers["Set-Cookie"].split(";")[0]
        me = self.api("GET", "/api/session", user="own")["user"]["id"]
        self.api("POST", "/api/contacts/hanna/owner", {"user": me})
        self.assertEqual(self.found("ann", user="own"), ["Hanna"])
        self.assertEqual(self.api("GET", "/api/search?q=bakery", user="own"), {"contacts": [], "companies": []})


if __name__ == "__main__":
    unittest.main()

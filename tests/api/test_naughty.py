"""Strings that break programs ($SLUICE_CORPORA/08…/blns, and some of our own), through every text field about people:
each comes back as it was sent, or is refused with a reason; nothing breaks, nothing is another's."""
import json
import os
import time
import unittest
from urllib.parse import quote

from harness import ApiTest

OWN = ["", " ", "a\u0301", "\u202e", "'; DROP TABLE contact; --", "\" OR 1=1 --", "%00", "%s%n", "${7*7}", "{{7*7}}",
       "../../../etc/passwd", "a\r\nSet-Cookie: x=1", "<img src=x onerror=alert(1)>", "\U0001f4a5" * 50, "x" * 4000,
       "\\u0000", "null", "NaN", "1e999", "\ufeffBOM", "\ufffd", "ﷺ" * 100]


def naughty():
    for where, _, names in os.walk(os.environ.get("SLUICE_CORPORA", "/nonexistent")):
        if where.endswith("blns") and "blns.json" in names:
            with open(os.path.join(where, "blns.json"), encoding="utf-8") as file:
                return [s for s in json.load(file) if isinstance(s, str)] + OWN
    print("skipped: the naughty strings of SLUICE_CORPORA, only our own are tried")
    return OWN


class Naughty(ApiTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.strings = naughty()

    def events(self, messages):
        for at in range(0, len(messages), 100):
            self.capture(messages[at : at + 100])

    def test_traits(self):
        when = "2026-03-01T10:00:00Z"
        keyed = list(enumerate(self.strings))
        # A contact for each 50, so that a message stays below 32 KB.
        for start in range(0, len(keyed), 50):
            for i, text in keyed[start : start + 50]:
                self.capture({"type": "identify", "userId": "n%d" % start, "timestamp": when,
                              "traits": {"t%d" % i: text, "name": text, "company": text}})
        self.capture({"type": "identify", "userId": "last", "timestamp": when, "traits": {"done": True}})
        self.eventually(lambda: self.server.send("GET", "/api/contacts/last", None,
                                                 "Bearer " + self.server.key("admin")).status == 200, 20)
        for start in range(0, len(keyed), 50):
            contact = self.api("GET", "/api/contacts/n%d" % start)
            told = self.api("GET", "/api/contacts/n%d/export" % start)
            for i, text in keyed[start : start + 50]:
                if text:  # an empty text unsets a trait
                    self.assertEqual(contact["traits"]["t%d" % i], text)
                    self.assertEqual(told["traits"]["t%d" % i], text)
            erased = self.api("POST", "/api/contacts/n%d/erase" % start)
            again = json.dumps(self.api("GET", "/api/contacts/%s/export" % erased["contact"]), ensure_ascii=False)
            for _, text in keyed[start : start + 50]:
                if len(text) > 12 and not text.isnumeric():
                    self.assertNotIn(json.dumps(text, ensure_ascii=False), again)

    def test_addresses_and_user_ids(self):
        when = "2026-03-01T10:00:00Z"
        admin = "Bearer " + self.server.key("admin")
        self.events([{"type": "identify", "userId": text or "empty", "timestamp": when,
                      "traits": {"email": text, "phone": text, "linkedin": text, "external_id": text,
                                 "website": text}} for text in self.strings if len(text) < 3000])
        last = "the-very-last@naughty.com"
        self.capture({"type": "identify", "userId": last, "timestamp": when, "traits": {"email": last}})
        self.eventually(lambda: self.server.send("GET", "/api/contacts/" + quote(last, safe=""), None, admin).status
                        == 200, 20)
        for text in self.strings:
            if not text or len(text) >= 3000:
                continue
            answer = self.server.send("GET", "/api/contacts/%s/merges" % quote(text, safe=""), None, admin)
            self.assertIn(answer.status, (200, 400, 404), repr(text))
            if answer.status == 200 and text not in ("null",):
                told = self.api("GET", "/api/contacts/%s/export" % quote(text, safe=""))
                self.assertIn(text, told["identifiers"])
        self.eventually(lambda: self.api("GET", "/api/companies?limit=500")["items"])

    def test_what_people_write(self):
        self.capture({"type": "identify", "userId": "w", "timestamp": "2026-03-01T10:00:00Z",
                      "traits": {"email": "w@writing.com"}})
        self.eventually(lambda: self.api("GET", "/api/contacts/w/company", expect=(200, 404)).get("company"))
        admin = "Bearer " + self.server.key("admin")
        for text in self.strings[:: max(1, len(self.strings) // 120)] + OWN:
            answer = self.server.send("POST", "/api/contacts/w/consents",
                                      {"state": "given", "purpose": text[:100], "wording": text}, admin)
            self.assertIn(answer.status, (201, 400), repr(text))
            if answer.status == 201:
                item = answer.json["items"][0]
                self.assertEqual(item["purpose"], text[:100].strip(" \t\r\n\v\f"))
                self.assertEqual(item["wording"] or "", text.strip(" \t\r\n\v\f"))
            answer = self.server.send("POST", "/api/contacts/w/company", {"evidence": text, "role": "user"}, admin)
            self.assertIn(answer.status, (200, 400), repr(text))
            if answer.status == 200:
                self.assertEqual(answer.json["evidence"] or "", text)
            answer = self.server.send("POST", "/api/companies", {"name": text}, admin)
            self.assertIn(answer.status, (201, 400), repr(text))
            if answer.status == 201:
                self.assertEqual(self.api("GET", "/api/companies/" + answer.json["id"])["name"],
                                 text.strip(" \t\r\n\v\f"))
            for query in ("filter", "sort", "after", "limit"):
                path = "/api/companies?%s=%s" % (query, quote(text, safe=""))
                self.assertIn(self.server.send("GET", path, None, admin).status, (200, 400, 414), path)
            path = "/api/merge-suggestions?after=" + quote(text, safe="")
            self.assertIn(self.server.send("GET", path, None, admin).status, (200, 400, 414), path)


if __name__ == "__main__":
    unittest.main()

"""Tags of contacts: events, conditions on them, renaming and deleting."""
import unittest
import urllib.parse

from harness import ApiTest


class Tags(ApiTest):
    def known(self, user):
        self.capture({"type": "track", "userId": user, "event": "page.viewed"})
        return self.eventually(lambda: self.ok("GET", "/api/contacts/" + user))["id"]

    def ok(self, method, path, body=None):
        answer = self.server.send(method, path, body, "Bearer " + self.server.key("admin"))
        return answer.json if answer.status < 300 else None

    def tags(self, contact):
        return self.api("GET", "/api/contacts/%s/tags" % contact)["tags"]

    def holding(self, tag):
        condition = 'any "contact.tagged" where tag is "%s"' % tag
        page = self.api("GET", "/api/contacts?filter=" + urllib.parse.quote(condition))
        return sorted(c["user_ids"][0] for c in page["items"])

    def test_life(self):
        a, b = self.known("tag-a"), self.known("tag-b")
        self.assertEqual(self.tags(a), [])
        self.assertEqual(self.api("POST", "/api/contacts/%s/tags" % a, {"tag": " fair 2026 "})["tags"], ["fair 2026"])
        self.api("POST", "/api/contacts/%s/tags" % a, {"tag": "vip"})
        self.api("POST", "/api/contacts/%s/tags" % b, {"tag": "fair 2026"})
        # Again changes nothing.
        self.assertEqual(self.api("POST", "/api/contacts/%s/tags" % a, {"tag": "vip"})["tags"], ["fair 2026", "vip"])
        self.assertEqual(self.api("GET", "/api/contacts/" + a)["tags"], ["fair 2026", "vip"])
        self.assertEqual(self.holding("fair 2026"), ["tag-a", "tag-b"])
        self.assertEqual(self.api("GET", "/api/tags")["items"],
                         [{"name": "fair 2026", "contacts": 2}, {"name": "vip", "contacts": 1}])
        # Exactly while it has it, the condition holds; it may come back.
        name = urllib.parse.quote("fair 2026")
        self.assertEqual(self.api("DELETE", "/api/contacts/%s/tags/%s" % (a, name))["tags"], ["vip"])
        self.assertEqual(self.holding("fair 2026"), ["tag-b"])
        self.api("DELETE", "/api/contacts/%s/tags/%s" % (a, name), expect=404)
        self.api("POST", "/api/contacts/%s/tags" % a, {"tag": "fair 2026"})
        self.assertEqual(self.holding("fair 2026"), ["tag-a", "tag-b"])
        # Of everybody.
        self.assertEqual(self.api("PATCH", "/api/tags/" + name, {"name": "expo"}), {"contacts": 2})
        self.assertEqual(self.holding("fair 2026"), [])
        self.assertEqual(self.holding("expo"), ["tag-a", "tag-b"])
        self.assertEqual(self.api("DELETE", "/api/tags/expo"), {"contacts": 2})
        self.assertEqual(self.tags(b), [])
        self.api("DELETE", "/api/tags/expo", expect=404)
        actions = [row["action"] for row in self.api("GET", "/api/audit?limit=500")["items"]]
        for action in ("tag.add", "tag.remove", "tag.rename", "tag.delete"):
            self.assertIn(action, actions)

    def test_wrong(self):
        a = self.known("tag-wrong")
        self.api("POST", "/api/contacts/%s/tags" % a, {"tag": "  "}, expect=400)
        self.api("POST", "/api/contacts/%s/tags" % a, {"tag": "a\nb"}, expect=400)
        self.api("POST", "/api/contacts/%s/tags" % a, {"tag": "x" * 101}, expect=400)
        self.api("POST", "/api/contacts/nobody/tags", {"tag": "x"}, expect=404)
        quoted = 'say "hi" \\ there'
        self.api("POST", "/api/contacts/%s/tags" % a, {"tag": quoted})
        self.assertEqual(self.api("PATCH", "/api/tags/" + urllib.parse.quote(quoted, safe=""), {"name": "hi"}), {"contacts": 1})
        self.assertEqual(self.tags(a), ["hi"])


if __name__ == "__main__":
    unittest.main()

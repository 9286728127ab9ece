"""Templates and content blocks."""
import unittest

from harness import ApiTest

MODEL = """model "test"
stage lead when any inbound
stage mql when any "form.submitted"
"""


class Templates(ApiTest):
    model = MODEL

    def make(self, name, **more):
        body = dict({"name": name, "subject": "Hello", "body": "Hello"}, **more)
        return self.api("POST", "/api/templates", body, expect=201)

    def test_life(self):
        made = self.make("Welcome", subject="Hi", body="# Hi\n\nthere", preheader="Look", layout="card")
        path = "/api/templates/" + made["id"]
        self.assertEqual((made["version"], made["format"], made["layout"]), (1, "markdown", "card"))
        self.assertEqual(self.api("GET", path), made)
        changed = self.api("PATCH", path, {"body": "<p>Hi</p>", "format": "html"})
        self.assertEqual((changed["version"], changed["format"], changed["subject"]), (2, "html", "Hi"))
        versions = self.api("GET", path + "/versions")["items"]
        self.assertEqual([(v["version"], v["body"]) for v in versions], [(2, "<p>Hi</p>"), (1, "# Hi\n\nthere")])
        listed = self.api("GET", "/api/templates?filter=name is \"Welcome\"".replace(" ", "%20").replace('"', "%22"))
        self.assertEqual(listed["items"], [changed])
        self.api("PATCH", path, {"name": " "}, expect=400)
        self.api("DELETE", path, expect=204)
        self.api("GET", path, expect=404)
        self.api("PATCH", path, {"name": "x"}, expect=404)

    def test_blocks(self):
        block = self.api("POST", "/api/blocks", {
            "name": "offer", "variants": [{"when": "is mql", "body": "**Book**"}], "fallback": "Read"}, expect=201)
        path = "/api/blocks/" + block["id"]
        self.assertEqual(block["variants"], [{"when": "is mql", "body": "**Book**"}])
        self.assertEqual(self.api("GET", path), block)
        self.api("POST", "/api/blocks", {"name": "offer"}, expect=409)
        self.api("POST", "/api/blocks", {"name": "no name"}, expect=400)
        self.api("POST", "/api/blocks", {"name": "x", "variants": [{"when": "is nowhere", "body": ""}]}, expect=400)
        changed = self.api("PATCH", path, {"name": "offers", "variants": []})
        self.assertEqual((changed["version"], changed["name"], changed["variants"]), (2, "offers", []))
        self.assertEqual(self.api("GET", "/api/blocks")["items"], [changed])
        self.api("DELETE", path, expect=204)
        self.api("GET", path, expect=404)

    def test_preview(self):
        shown = self.api("POST", "/api/templates/preview", {"subject": "Hi", "body": "there"})
        self.assertEqual(shown["subject"], "Hi")
        self.assertIn("there", shown["text"])


if __name__ == "__main__":
    unittest.main()

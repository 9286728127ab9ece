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

    def known(self, user, **traits):
        self.capture({"type": "identify", "userId": user, "traits": traits})
        self.capture({"type": "track", "userId": user, "event": "form.submitted"})
        return self.eventually(lambda: self.stage(user) == "mql")

    def stage(self, user):
        answer = self.server.send("GET", "/api/contacts/" + user, None, "Bearer " + self.server.key("admin"))
        return answer.json["standing"]["stage"] if answer.status == 200 else None

    def preview(self, **body):
        return self.api("POST", "/api/templates/preview", body)

    def test_preview(self):
        self.known("ann", name="Ann <b>", email="ann@acme.test", company="Acme & Co")
        shown = self.preview(
            subject="Hi {{ contact.first_name | default: 'you' }}", preheader="For {{ contact.name }}", layout="card",
            body='# Hello {{ contact.name }}\n\n{{ contact.phone }} {{ standing.stage }} {{ company.domain }}\n\n'
                 '[Book](https://acme.test/?c={{ contact.company | url_encode }} "button") <{{ unsubscribe_url }}>\n\n'
                 '![](http://acme.test/p.png) [x](localhost)',
            contact="ann", offer={"code": "A1"})
        self.assertEqual((shown["subject"], shown["preheader"]), ("Hi Ann", "For Ann <b>"))
        self.assertEqual(shown["missing"], ["contact.phone"])
        self.assertIn("Hello Ann &lt;b&gt;</h1>", shown["html"])
        self.assertIn("Book: https://acme.test/?c=Acme+%26+Co", shown["text"])
        self.assertIn("mql acme.test", shown["text"])
        self.assertEqual([(link["kind"], bool(link["problem"])) for link in shown["links"]],
                         [("button", False), ("link", False), ("image", True), ("link", True)])
        self.assertEqual({w["code"] for w in shown["warnings"]}, {"picture_without_text", "no_address"})
        self.assertEqual(shown["bytes"], len(shown["html"].encode()))
        # An invented contact, and nothing but a long subject.
        shown = self.preview(subject="S" * 61, body="Hi {{ contact.first_name }}, how are you doing?")
        self.assertIn("Hi Ada,", shown["text"])
        self.assertIn("long_subject", {w["code"] for w in shown["warnings"]})
        self.assertEqual(self.preview(subject="", body="")["warnings"][0]["code"], "empty_subject")

    def test_the_footer_is_in_the_readers_language(self):
        self.known("kai", name="Kai", language="de-CH")
        self.known("kim", name="Kim", locale="fr")
        self.known("ken", name="Ken", language="fi")
        footer = lambda who: self.preview(subject="s", body="Hello", contact=who)["text"].split("-- ")[1]
        self.assertIn("Abmelden: http", footer("kai"))
        self.assertIn("Choisir ce que vous recevez: http", footer("kim"))
        self.assertIn("Unsubscribe: http", footer("ken"))
        self.api("PATCH", "/api/settings", {"language": "de"})
        try:
            self.assertIn("Abmelden: http", self.preview(subject="s", body="Hello")["text"])
            self.assertIn("Choisir ce que", footer("kim"))
        finally:
            self.api("PATCH", "/api/settings", {"language": None})

    def test_what_is_wrong_is_said(self):
        for field, text in (("subject", "{{ a | nope }}"), ("body", "x\n{% if %}"), ("preheader", "{{ 'x }}")):
            body = {"name": "x", "subject": "s", "body": "b", field: text}
            for path in ("/api/templates", "/api/templates/preview"):
                if path.endswith("preview"):
                    body.pop("name")
                problem = self.api("POST", path, body, expect=400)
                self.assertEqual(problem["errors"][0]["field"], field)
                self.assertIn("line %d" % (2 if field == "body" else 1), problem["errors"][0]["message"])
        problem = self.api("POST", "/api/templates/preview", {"subject": "s", "body": "{{ 1 | divided_by: 0 }}"}, expect=400)
        self.assertIn("body: line 1, column 8: divided by 0", problem["detail"])
        self.api("POST", "/api/templates/preview", {"subject": "s", "body": "b", "contact": "nobody"}, expect=404)
        self.api("POST", "/api/templates/preview", {"subject": "s", "body": "b", "at": "soon"}, expect=400)

    def test_blocks_are_chosen(self):
        self.known("bea", name="Bea")
        self.api("POST", "/api/blocks", {"name": "cta", "variants": [
            {"when": "score >= 1000", "body": "never"}, {"when": "grade is top", "body": "neither"},
            {"when": "is mql", "body": "**Book**, {{ contact.name }}"}], "fallback": "Read"}, expect=201)
        body = 'a {% block "cta" %} b {{ blocks.cta }}'
        self.assertIn("a <strong>Book</strong>, Bea b", self.preview(subject="s", body=body, contact="bea")["html"])
        self.assertIn("a Read b Read", self.preview(subject="s", body=body)["text"])
        self.assertEqual(self.preview(subject="s", body="{{ blocks.none }}")["missing"], ["blocks.none"])

    def test_as_of_a_moment(self):
        """What is said about a moment in the past stays, whatever is learned and changed later."""
        self.capture({"type": "identify", "userId": "cleo", "traits": {"name": "Cleo Old"},
                      "timestamp": "2026-01-01T10:00:00Z"})
        self.capture({"type": "identify", "userId": "cleo", "traits": {"name": "Cleo New"},
                      "timestamp": "2026-02-01T10:00:00Z"})
        self.eventually(lambda: self.stage("cleo"))
        ask = dict(subject="s", body="{{ contact.name }} {{ 'now' | date: '%F' }}", contact="cleo")
        self.assertIn("Cleo Old 2026-01-15", self.preview(at="2026-01-15T10:00:00Z", **ask)["text"])
        self.assertIn("Cleo New", self.preview(**ask)["text"])

    def test_test_mail(self):
        template = self.make("Test", subject="Hi {{ contact.first_name }}", body="Hello {{ contact.first_name }}")
        path = "/api/templates/%s/test" % template["id"]
        sent = self.api("POST", path, {"to": "me@acme.test"}, expect=202)
        send = self.api("GET", "/api/sends/" + sent["send"])
        self.assertEqual((send["subject"], send["html"].count("Hello Ada")), ("[Test] Hi Ada", 1))
        self.api("POST", path, {"to": "me@acme.test", "mailbox": "00000000-0000-7000-8000-000000000000"}, expect=400)
        self.api("POST", path, {"to": "me@acme.test", "contact": "nobody"}, expect=404)
        self.api("POST", path, {"to": "nobody"}, expect=400)


if __name__ == "__main__":
    unittest.main()

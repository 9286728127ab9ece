"""Attack strings on every field of forms and pages: what comes out has the structure of what comes out for an `x`,
and what is stored is what was typed."""
import html.parser
import json
import os
import re
import unicodedata
import unittest
import urllib.parse

from harness import command
from test_forms import DEFINITION, FormTest

OWN = [
    "'; DROP TABLE form; --", "' OR '1'='1", "\" OR 1=1 --", "1); DELETE FROM form_submission; --", "x' UNION SELECT secret FROM form_secret --",
    "$1", "{int}", "%s%n%x", "${jndi:ldap://x}", "{{7*7}}", "../../../../etc/passwd", "..%2f..%2fetc", "\\..\\..\\x",
    "a\r\nSet-Cookie: pwned=1", "a\nLocation: https://evil.example", "a%0d%0aX-Bad: 1", "\u2028X-Bad: 1",
    "<script>alert(1)</script>", "\"><svg/onload=alert(1)>", "'-alert(1)-'", "</textarea><img src=x onerror=alert(1)>",
    "</option></select><b>", "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "<!--", "]]>", "&lt;b&gt;",
    "\x00", "\ufeff", "\u202etxt.exe", "\ud7ff", "\U0001f600", "a" * 190,
]


def corpus():
    folder = os.environ.get("SLUICE_CORPORA")
    found = []
    if not folder:
        return found
    base = os.path.join(folder, "08-templates-json-html")
    with open(os.path.join(base, "blns", "blns.json"), encoding="utf-8") as file:
        found += json.load(file)
    for name, key in (("dompurify/expect.json", "payload"), ("bluemonday/vectors.json", "in")):
        with open(os.path.join(base, name), encoding="utf-8") as file:
            data = json.load(file)
        found += [v for v in strings(data)]
    return [s for s in dict.fromkeys(found) if s.strip()]


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for v in value.values():
            yield from strings(v)
    elif isinstance(value, list):
        for v in value:
            yield from strings(v)


class Structure(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.addresses = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, tuple(name for name, _ in attrs if name != "checked")))
        self.addresses += [v for n, v in attrs if n in ("href", "src", "action")]

    def handle_endtag(self, tag):
        self.found.append("/" + tag)

    def handle_comment(self, data):
        self.found.append("comment")


def cleaned(text, lines):
    """What the server makes of a text, said once more in another language."""
    out = "".join(c if c == "\n" and lines else " " if ord(c) < 32 or 127 <= ord(c) < 160 else c
                  for c in (text.replace("\r\n", "\n").replace("\r", "\n") if lines else text))
    return unicodedata.normalize("NFC", out.encode("utf-8", "replace").decode()).strip(" \t\n\v\f\r")


class Attack(FormTest):
    def sendable(self, text):
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            return False
        return "\0" not in text

    def test_every_field(self):
        form = self.make(slug="attacked")
        path = "/f/attacked"
        names = [f["name"] for f in DEFINITION["fields"]] + ["news", "_page", "_referrer", "_language"]

        def pages(text):
            wrong = self.post(path + "?" + urllib.parse.urlencode({"utm_source": text, "ref": text}),
                              dict({n: text for n in names}, email="no address", employees="", budget="", start=""))
            self.assertEqual(wrong.status, 400, repr(text))
            look_over = self.post(path, {"email": "a@example.com", "first_name": text, "message": text, "ref": text})
            return wrong, look_over
        plain = [Structure(p.text).found for p in pages("x y")]
        tried = 0
        for text in OWN + corpus():
            text = text[:190]
            if not self.sendable(text) or not cleaned(text, False):
                continue
            tried += 1
            for answer, expected, want in zip(pages(text), plain, (400, 200)):
                self.assertEqual(answer.status, want, repr(text))
                structure = Structure(answer.text)
                self.assertEqual([s for s in structure.found], expected, repr(text))
                for address in structure.addresses:
                    self.assertRegex(address, r"^(/f/attacked|#|data:,$)", repr(text))
                for name in ("Set-Cookie", "X-Bad"):
                    self.assertIsNone(answer.headers[name])
        self.assertGreater(tried, 20)
        self.assertEqual(self.submissions(form), [])

    def test_round_trip(self):
        form = self.make(slug="round")
        key = self.server.key("capture")
        kept = {}
        for i, text in enumerate(OWN + corpus()):
            text = text[:190]
            if not self.sendable(text):
                continue
            answer = self.server.send("POST", "/f/round", {"email": "r%d@example.com" % i, "message": text, "first_name": text},
                                      "Bearer " + key)
            self.assertEqual(answer.status, 200, repr(text))
            kept["r%d@example.com" % i] = text
        stored, after = {}, ""
        while True:
            page = self.api("GET", "/api/forms/%s/submissions?limit=500%s" % (form["id"], after))
            stored.update({s["answers"]["email"]: s["answers"] for s in page["items"]})
            if not page["next"]:
                break
            after = "&after=" + page["next"]
        self.assertEqual(set(stored), set(kept))
        for email, text in kept.items():
            self.assertEqual(stored[email].get("message", ""), cleaned(text, True), repr(text))
            self.assertEqual(stored[email].get("first_name", ""), cleaned(text, False), repr(text))
        traits = [m["traits"] for m in map(json.loads, command("export", "--data", self.server.data).split("\n")[:-1])
                  if m["type"] == "identify"]
        found = {t["email"]: t.get("first_name", "") for t in traits}
        for email, text in kept.items():
            self.assertEqual(found[email], cleaned(text, False), repr(text))

    def test_definitions(self):
        def make(i, text):
            fields = [dict(f, label=text, help=text) if f["type"] != "hidden" else f for f in DEFINITION["fields"]]
            fields[3] = dict(fields[3], options=[{"value": text, "label": text}])
            fields[-1] = dict(fields[-1], value=text)
            form = self.api("POST", "/api/forms", {"name": cleaned(text, False) or "x", "slug": "def-%d" % i, "published": True, "definition": {
                "title": text, "intro": text, "submit": text[:90], "fields": fields,
                "consents": [dict(DEFINITION["consents"][0], label=text)], "after": {"title": text, "text": text}}})
            self.api("POST", "/api/pages", {"name": cleaned(text, False) or "x", "slug": "def-%d" % i, "published": True, "definition": {
                "title": text, "description": text, "blocks": [
                    {"type": "hero", "title": text, "text": text, "buttons": [{"label": text, "href": "/x", "name": text[:90]}]},
                    {"type": "testimonials", "title": text, "items": [{"quote": text, "name": text, "role": text}]},
                    {"type": "form", "form": form["slug"]}]}})
            script = self.get("/f/def-%d.js" % i).text
            self.assertNotIn("</", script)
            inside = json.loads('"' + re.search(r'shadow\.innerHTML = "((?:[^"\\]|\\.)*)"', script).group(1) + '"')
            return [Structure(t).found for t in (self.get("/f/def-%d" % i).text, self.get("/p/def-%d" % i).text, inside)]
        plain = make(0, "x")
        for i, text in enumerate(OWN + corpus()[::7], 1):
            text = text[:190]
            if self.sendable(text) and text.strip():
                self.assertEqual(make(i, text), plain, repr(text))

    def test_markdown(self):
        for i, text in enumerate([t for t in OWN + corpus() if self.sendable(t) and t.strip()][::3]):
            if i % 40 == 0:
                self.api("POST", "/api/pages", {"name": "x", "slug": "md-%d" % i, "published": True, "definition": {
                    "title": "x", "blocks": [{"type": "text", "markdown": t}
                                             for t in [t for t in OWN + corpus() if self.sendable(t) and t.strip()][i:i + 40]]}})
                structure = Structure(self.get("/p/md-%d" % i).text)
                for part in structure.found:
                    if isinstance(part, tuple):
                        self.assertNotIn(part[0], ("script", "iframe", "object", "embed", "svg", "form", "math", "base"))
                        self.assertFalse([a for a in part[1] if a.startswith("on") or a == "style"], part)
                for address in structure.addresses:
                    self.assertNotRegex(address or "", r"(?i)^\s*(javascript|vbscript|data:text|file):")

    def test_addresses(self):
        self.make(slug="addresses")
        for text in ["%00", "..%2f..", "%2e%2e", "a%2fb", "a'--", "x" * 500, "%ff", "%3Cscript%3E"]:
            for path in ("/f/%s", "/f/%s.js", "/p/%s", "/d/%s", "/f/%s/thanks", "/f/addresses/confirm/%s", "/f/addresses/thanks?t=%s",
                         "/f/addresses?who=%s", "/f/addresses?lang=%s", "/d/x?t=%s"):
                answer = self.get(path % text)
                self.assertIn(answer.status, (200, 303, 400, 404, 410, 414), path % text)
                self.assertNotIn("<script>", answer.text.replace("<script>//", ""))


del FormTest

if __name__ == "__main__":
    unittest.main()

"""Pages and downloads: over the API, as visitors get them."""
import os
import stat
import threading
import unittest
import urllib.parse

from harness import ApiTest
from test_forms import BROWSER, DEFINITION, FormTest

PAGE = {
    "title": "How others did it",
    "description": "Twelve pages",
    "blocks": [
        {"type": "hero", "title": "Find out who is ready", "text": "In ten minutes.",
         "buttons": [{"label": "Get the paper", "href": "#form", "name": "paper"},
                     {"label": "Talk to us", "href": "https://example.com/talk", "plain": True}]},
        {"type": "text", "markdown": "## Why\n\nBecause **it works**.\n\n<script>alert(1)</script>\n\n"
                                     "[x](javascript:alert(1)) <b onclick=x>raw</b>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"},
        {"type": "testimonials", "items": [{"quote": "Good <b>", "name": "Ann", "role": "Buyer"}]},
        {"type": "buttons", "buttons": [{"label": "Again", "href": "/p/other"}]},
    ],
}


class Pages(FormTest):
    def page(self, slug, **changes):
        return self.api("POST", "/api/pages", {"name": "Landing", "slug": slug, "published": True,
                                               "definition": dict(PAGE, **changes)})

    def upload(self, name="paper.pdf", content=b"%PDF-1.4 paper", gated=None, kind="application/pdf", expect=201):
        parts = [b'--b\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: %s\r\n\r\n%s\r\n'
                 % (name.encode(), kind.encode(), content)]
        if gated is not None:
            parts.append(b'--b\r\nContent-Disposition: form-data; name="gated"\r\n\r\n%s\r\n' % gated.encode())
        return self.api("POST", "/api/assets", b"".join(parts) + b"--b--\r\n", expect=expect,
                        headers={"Content-Type": "multipart/form-data; boundary=b"})

    def test_draft(self):
        blocks = [{"type": "text", "markdown": "# One\n\n<script>alert(1)</script>"}]
        html = self.api("POST", "/api/pages/preview", {"definition": {"title": "D", "blocks": blocks}})["html"]
        self.assertIn("One</h", html)
        self.assertNotIn("<script", html)
        blocks.append({"type": "form", "form": "not-there"})
        problem = self.api("POST", "/api/pages/preview", {"definition": {"title": "D", "blocks": blocks}}, expect=400)
        self.assertEqual(problem["errors"][0]["field"], "definition.blocks[1].form")

    def test_life_of_a_page(self):
        page = self.page("landing")
        self.assertEqual(self.api("GET", "/api/pages/landing"), page)
        self.assertIn(page, self.api("GET", "/api/pages")["items"])
        changed = self.api("PATCH", "/api/pages/" + page["id"], {"name": "N"}, headers={"If-Match": '"1"'})
        self.assertEqual(changed["version"], 2)
        self.api("PATCH", "/api/pages/" + page["id"], {"name": "N"}, headers={"If-Match": '"1"'}, expect=412)
        self.api("POST", "/api/pages", {"name": "x", "slug": "landing", "definition": PAGE}, expect=409)
        self.api("PATCH", "/api/pages/" + page["id"], {"published": False})
        self.assertEqual(self.get("/p/landing").status, 404)
        self.api("DELETE", "/api/pages/" + page["id"], expect=204)
        self.api("GET", "/api/pages/" + page["id"], expect=404)
        self.api("GET", "/api/pages", user="viewer")
        self.api("POST", "/api/pages", {"name": "x", "slug": "v", "definition": PAGE}, user="viewer", expect=403)

    def at_once(self, *requests):
        """Sends them all at the same moment; gives their answers."""
        start, answers = threading.Barrier(len(requests)), [None] * len(requests)
        key = "Bearer " + self.server.key("admin")

        def send(n, method, path, body, headers):
            start.wait(20)
            answers[n] = self.server.send(method, path, body, key, headers)

        threads = [threading.Thread(target=send, args=(n, *request)) for n, request in enumerate(requests)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return answers

    def test_changed_by_several(self):
        """Of changes of one version one is made, whether it is a change or the end."""
        page, asset = self.page("several"), self.upload()
        form = self.api("POST", "/api/forms", {"name": "F", "slug": "several", "definition": DEFINITION})
        for path, change in ("/api/pages/" + page["id"], {"name": "N"}), ("/api/assets/" + asset["id"], {"name": "N"}), \
                ("/api/forms/" + form["id"], {"name": "N"}):
            for version in 1, 2, 3:
                match = {"If-Match": '"%d"' % version}
                answers = self.at_once(*[("PATCH", path, change, match)] * 8)
                self.assertEqual(sorted(a.status for a in answers), [200] + [412] * 7, path)
        for answer in self.at_once(*[("PATCH", "/api/forms/" + form["id"], {"name": "N"}, {})] * 8):
            self.assertIn(answer.status, (200, 409))
            self.assertNotIn("constraint", answer.text)
        match = {"If-Match": '"4"'}
        for path in "/api/pages/" + page["id"], "/api/assets/" + asset["id"]:
            changed, deleted = self.at_once(("PATCH", path, {"name": "M"}, match), ("DELETE", path, None, match))
            self.assertIn((changed.status, deleted.status), ((200, 412), (404, 204)))
            self.api("GET", path, expect=200 if changed.status == 200 else 404)

    def test_what_is_wrong(self):
        answer = self.api("POST", "/api/pages", {"name": "x", "slug": "x", "definition": {"title": "x", "blocks": [
            {"type": "nothing"}, {"type": "form", "form": "not-there"}, {"type": "hero"},
            {"type": "buttons", "buttons": [{"label": "x", "href": "javascript:alert(1)"}]}, {"type": "text", "quote": "x"}]}},
            expect=400)
        fields = {e["field"] for e in answer["errors"]}
        self.assertLessEqual({"definition.blocks[0].type", "definition.blocks[2].title",
                              "definition.blocks[3].buttons[0].href", "definition.blocks[4].quote"}, fields)
        answer = self.api("POST", "/api/pages", {"name": "x", "slug": "x", "definition": {"title": "x", "blocks": [
            {"type": "form", "form": "not-there"}]}}, expect=400)
        self.assertEqual(answer["errors"][0]["field"], "definition.blocks[0].form")

    def test_page(self):
        self.page("seen")
        page = self.get("/p/seen")
        self.assertEqual(page.status, 200)
        self.assertIn("<strong>it works</strong>", page.text)
        self.assertIn("<table>", page.text)
        self.assertNotIn("<script>alert", page.text)
        self.assertNotIn("javascript:", page.text)
        self.assertNotIn("onclick", page.text)
        self.assertIn("Good &lt;b&gt;", page.text)
        self.assertIn('data-sluice="paper"', page.text)
        policy = page.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
        self.assertNotIn("script-src", policy)
        self.page("tracked", write_key="wk_1")
        page = self.get("/p/tracked")
        self.assertIn('<script src="/s.js" data-key="wk_1" async></script>', page.text)
        self.assertIn("script-src 'self'", page.headers["Content-Security-Policy"])

    def test_gated_download(self):
        asset = self.upload("Über uns.pdf")
        self.assertEqual((asset["name"], asset["size"], asset["gated"]), ("Über uns.pdf", 14, True))
        form = self.make(slug="gate", after={"download": asset["id"]})
        self.page("gated", blocks=[{"type": "form", "form": "gate"},
                                   {"type": "download", "asset": asset["id"], "form": "gate", "label": "Get it"}])
        page = self.get("/p/gated?utm_source=x")
        self.assertIn('action="/f/gate?utm_source=x"', page.text)
        self.assertIn('href="#form"', page.text)
        self.assertEqual(self.get("/d/" + asset["id"]).status, 403)
        answer = self.fill(form, {"email": "reader@example.com"})
        thanks = self.get(answer.headers["Location"]).text
        link = thanks.split('class="button" href="')[1].split('"')[0].replace("&amp;", "&")
        got = self.get(link)
        self.assertEqual(got.body, b"%PDF-1.4 paper")
        self.assertEqual(got.headers["Content-Type"], "application/pdf")
        self.assertIn("filename*=UTF-8''%C3%9Cber%20uns.pdf", got.headers["Content-Disposition"])
        self.get(link)
        user = self.submissions(form)[0]["user_id"]
        events = self.eventually(lambda: [e for e in self.api("GET", "/api/events?limit=100")["items"]
                                          if "asset.downloaded" in str(e)])
        self.assertEqual(len(events), 1)
        self.assertIn(asset["id"], str(events[0]))
        other = self.upload("other.pdf")
        self.assertEqual(self.get(link.replace(asset["id"], other["id"])).status, 403)

    def test_assets(self):
        asset = self.upload("../../etc/passwd", gated="false", kind="text/html; charset=x")
        self.assertEqual((asset["name"], asset["type"]), ("passwd", "text/html"))
        path = os.path.join(self.server.data, "assets", asset["id"])
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        got = self.get("/d/" + asset["id"])
        self.assertEqual(got.status, 200)
        self.assertTrue(got.headers["Content-Disposition"].startswith("attachment"))
        self.assertEqual(got.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn(asset, self.api("GET", "/api/assets")["items"])
        self.assertEqual(self.api("GET", "/api/assets/" + asset["id"]), asset)
        changed = self.api("PATCH", "/api/assets/" + asset["id"], {"name": 'a"b\r\nX: y.pdf', "gated": True})
        self.assertEqual(changed["name"], 'a"bX: y.pdf')
        self.assertEqual(self.get("/d/" + asset["id"]).status, 403)
        self.api("DELETE", "/api/assets/" + asset["id"], expect=204)
        self.assertFalse(os.path.exists(path))
        self.assertEqual(self.get("/d/" + asset["id"]).status, 404)
        self.upload(content=b"", expect=400)
        for bad in ["..%2f..%2fsluice.db", "%2e%2e", "x" * 3000]:
            self.assertIn(self.get("/d/" + bad).status, (400, 404, 414))

    def test_large(self):
        content = os.urandom(5 << 20)
        asset = self.upload("big.bin", content, gated="false", kind="x")
        self.assertEqual(asset["type"], "application/octet-stream")
        self.assertEqual(self.get("/d/" + asset["id"]).body, content)
        self.upload("huge.bin", b"x" * (34 << 20), expect=413)


del FormTest

if __name__ == "__main__":
    unittest.main()

"""Forms and pages in a real browser: with and without script, embedded in somebody's page, under attack."""
import http.server
import threading
import time
import unittest

from browser import CHROMIUM, Browser
from test_forms import DEFINITION, FormTest
import test_pages

# Runs as soon as any markup or script of it is taken for such.
EVIL = "\"'><img src=x onerror=\"window.pwned=1\"><script>window.pwned=1</script></textarea></title></style>" \
       "<svg onload=window.pwned=1>${window.pwned=1}{{constructor.constructor('window.pwned=1')()}}javascript:window.pwned=1//"


class Host:
    """A site of somebody else: another origin, without a policy of its own."""

    def __init__(self, body):
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(("<!doctype html><meta charset=utf-8><title>Shop</title>" + host.body).encode())

            def log_message(self, *_):
                pass

        self.body = body
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://localhost:%d/" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


@unittest.skipUnless(CHROMIUM, "there is no Chromium")
class Browsers(FormTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = Browser().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        super().tearDownClass()

    @property
    def base(self):
        return "http://127.0.0.1:%d" % self.server.port

    def fill_in(self, page, root="document", **values):
        for name, value in values.items():
            page.run("%s.getElementById('f-%s').focus()" % (root, name))
            page.type(value)

    def test_hosted_with_script(self):
        form = self.make()
        page = self.browser.page()
        page.open(self.base + "/f/" + form["slug"])
        self.fill_in(page, email="anna@example.com", message="Hello")
        page.run("document.getElementById('f-news').click()")
        page.until("document.querySelector('[name=_proof]').value !== ''")
        time.sleep(2.0)
        page.run("document.querySelector('button').click()")
        page.until("document.querySelector('h1').textContent === 'It is on its way'")
        submission, = self.submissions(form)
        self.assertEqual((submission["state"], submission["context"]["via"]), ("accepted", "page"))
        self.assertEqual(submission["suspicion"], 0)
        self.assertTrue(submission["answers"]["news"])
        self.assertEqual([c for c in page.complaints()], [])
        self.assertEqual({u.split("/f/")[0] for u in page.requests() if not u.startswith("data:")}, {self.base})

    def test_hosted_errors_take_the_focus(self):
        form = self.make()
        page = self.browser.page(width=390)
        page.open(self.base + "/f/" + form["slug"])
        self.fill_in(page, email="nobody", employees="x")
        page.run("document.querySelector('button').click()")
        page.until("document.querySelector('.errors li')")
        page.until("document.activeElement.className === 'errors'")
        self.assertEqual(page.run("document.getElementById('f-email').value"), "nobody")
        self.assertEqual(page.run("document.querySelectorAll('.errors a').length"), 2)
        described = page.run("document.getElementById('f-email').getAttribute('aria-describedby').split(' ')"
                             ".map(i => document.getElementById(i).textContent).join(' ')")
        self.assertIn("Enter an e-mail address", described)
        self.assertLessEqual(page.run("document.documentElement.scrollWidth"), 390)

    def test_hosted_without_script(self):
        form = self.make()
        page = self.browser.page(script=False)
        page.open(self.base + "/f/" + form["slug"])
        self.fill_in(page, email="plain@example.com")
        page.run("document.querySelector('form').requestSubmit(document.querySelector('button'))")
        page.until("document.querySelector('h1').textContent === 'Is this right?'")
        time.sleep(1.1)
        page.run("document.querySelector('form').requestSubmit(document.querySelector('button'))")
        page.until("document.querySelector('h1').textContent === 'It is on its way'")
        self.assertEqual(self.submissions(form)[0]["state"], "accepted")

    def test_embedded(self):
        form = self.make(slug="embedded")
        with Host("<h1>Shop</h1><div id=here></div><script src='%s/f/embedded.js' data-into='#here'></script>"
                  % self.base) as host:
            page = self.browser.page()
            page.open(host.url + "?utm_source=ad")
            shadow = "document.getElementById('here').shadowRoot"
            page.run("document.cookie = 'sluice_id=visitor-9'")
            page.open(host.url + "?utm_source=ad")
            self.fill_in(page, shadow, email="wrong")
            page.run(shadow + ".querySelector('button').click()")
            page.until("!%s.querySelector('.errors').hidden" % shadow, 20)
            self.assertIn("Work e-mail: Enter an e-mail", page.run(shadow + ".querySelector('.errors').textContent"))
            self.assertEqual(page.run(shadow + ".activeElement.id"), "f-email")
            page.run(shadow + ".getElementById('f-email').value = ''")
            self.fill_in(page, shadow, email="embedded@example.com")
            time.sleep(2.0)
            page.run("window.heard = 0; document.addEventListener('sluice:submitted', e => window.heard = e.detail.id)")
            page.run(shadow + ".querySelector('button').click()")
            page.until("(%s.querySelector('h1') || {}).textContent === 'It is on its way'" % shadow)
            submission, = self.submissions(form)
            self.assertEqual(page.run("window.heard"), submission["id"])
            self.assertEqual((submission["state"], submission["context"]["via"]), ("accepted", "script"))
            self.assertEqual(submission["context"]["campaign"], {"source": "ad"})
            self.assertEqual(submission["anonymous_id"], "visitor-9")

    def test_names_that_hide_what_forms_have(self):
        names = ["action", "elements", "dataset", "submit", "method", "append", "name", "id", "length"]
        form = self.make(slug="hiding", translations={}, fields=DEFINITION["fields"][:1] + [
            {"name": n, "type": "text", "label": n} for n in names])
        with Host("<div id=here></div><script src='%s/f/hiding.js' data-into='#here'></script>" % self.base) as host:
            for url, root in ((host.url, "document.getElementById('here').shadowRoot"), (self.base + "/f/hiding", "document")):
                page = self.browser.page()
                page.open(url)
                page.until(root + ".querySelector('form')")
                self.fill_in(page, root, email="hiding%d@example.com" % len(root), action="x", submit="y")
                time.sleep(2)
                page.run(root + ".querySelector('button').click()")
                page.until("(%s.querySelector('h1') || {}).textContent === 'It is on its way'" % root)
                self.assertEqual(page.complaints(), [])
        self.assertEqual([s["answers"]["submit"] for s in self.submissions(form)], ["y", "y"])

    def test_frame(self):
        self.make(slug="framed", embed={"frames": ["http://localhost:1"]})
        self.make(slug="framed-fine")
        with Host("<iframe id=a src='%s/f/framed?embed=1'></iframe><iframe id=b src='%s/f/framed-fine?embed=1'></iframe>"
                  % (self.base, self.base)) as host:
            page = self.browser.page()
            page.open(host.url)
            time.sleep(0.5)
            text = " ".join(page.complaints())
            self.assertIn("frame-ancestors", text)
            self.assertNotIn("framed-fine", text)

    def evil_definition(self):
        def spoil(value, key=None):
            if isinstance(value, dict):
                return {k: spoil(v, k) for k, v in value.items()}
            if isinstance(value, list):
                return [spoil(v, key) for v in value]
            if key in ("title", "intro", "submit", "label", "help", "text", "version", "purpose"):
                return (value + EVIL)[:500] if key != "submit" else EVIL[:90]
            return value
        fields = [dict(f, help="help") for f in DEFINITION["fields"] if f["type"] != "hidden"]
        definition = spoil(dict(DEFINITION, fields=fields))
        definition["consents"][0].update(purpose="x", version="1")
        definition.pop("translations")
        return definition

    def test_nothing_runs(self):
        form = self.api("POST", "/api/forms", {"name": EVIL[:150], "slug": "evil", "published": True,
                                               "definition": self.evil_definition()})
        page = self.browser.page()
        page.open(self.base + "/f/evil")
        self.check(page)
        self.assertEqual(page.complaints(), [])
        page.run("document.getElementById('f-email').value = %r" % "x")
        for name in ("email", "first_name", "employees", "message"):
            page.run("document.getElementById('f-%s').value = ''" % name)
            self.fill_in(page, **{name: EVIL[:190]})
        page.run("document.querySelector('button').click()")
        page.until("document.querySelector('.errors li')")
        self.check(page)
        self.assertEqual(page.run("document.getElementById('f-message').value"), EVIL[:190])
        # Without a policy around it: only the escaping is left.
        with Host("<script src='%s/f/evil.js'></script>" % self.base) as host:
            page.open(host.url)
            page.until("document.querySelector('div').shadowRoot.querySelector('form')")
            self.check(page)
        answer = self.post("/f/evil", {"email": "evil@example.com", "message": EVIL, "first_name": EVIL[:190]})
        with Host(answer.text.split("<main>")[1].split("</main>")[0]) as host:
            page.open(host.url)
            self.check(page)
        self.assertIsNotNone(form)

    def test_no_page_runs_anything(self):
        blocks = [{"type": "hero", "title": EVIL[:290], "text": EVIL, "buttons": [{"label": EVIL[:290], "href": "#x"}]},
                  {"type": "text", "markdown": EVIL + "\n\n[a](javascript:window.pwned=1) ![b](x\" onerror=\"window.pwned=1)\n\n"
                   "<a href=javascript:window.pwned=1>c</a>\n\n<details open ontoggle=window.pwned=1>d</details>"},
                  {"type": "testimonials", "title": EVIL[:290], "items": [{"quote": EVIL, "name": EVIL[:290], "role": EVIL[:290]}]}]
        self.api("POST", "/api/pages", {"name": "x", "slug": "evil", "published": True, "definition": {
            "title": EVIL[:290], "description": EVIL, "blocks": blocks}})
        page = self.browser.page()
        page.open(self.base + "/p/evil")
        self.check(page)
        body = self.get("/p/evil").text.split("<main>")[1].split("</main>")[0]
        with Host(body) as host:
            page.open(host.url)
            page.run("document.querySelectorAll('a').forEach(a => a.href.startsWith('javascript') && a.click())")
            self.check(page)

    def test_page_with_form_and_tracker(self):
        """The whole way of a visitor: page, click, form; one person, one form.submitted."""
        form = self.make(slug="tracked-form")
        self.api("POST", "/api/pages", {"name": "x", "slug": "tracked", "published": True, "definition": {
            "title": "x", "write_key": self.server.key("capture"), "blocks": [
                {"type": "hero", "title": "x", "buttons": [{"label": "Go", "href": "#form", "name": "go"}]},
                {"type": "form", "form": "tracked-form"}]}})
        page = self.browser.page()
        page.open(self.base + "/p/tracked?utm_source=ad&utm_campaign=c")
        page.until("window.sluice && document.cookie.includes('sluice_id')")
        page.run("document.querySelector('[data-sluice=go]').click()")
        self.fill_in(page, email="whole@example.com")
        time.sleep(2)
        page.run("document.querySelector('button').click()")
        page.until("document.querySelector('h1').textContent === 'It is on its way'")
        self.assertEqual(page.complaints(), [])
        submission, = self.submissions(form)
        self.assertTrue(submission["anonymous_id"])

        def events():
            found = self.api("GET", "/api/events?limit=100&contact=" + submission["user_id"])["items"]
            return [e["name"] for e in found] if len(found) >= 3 else None
        names = self.eventually(events)
        self.assertIn("page.viewed", names)
        self.assertEqual(names.count("form.submitted"), 1)

    def check(self, page):
        time.sleep(0.2)
        self.assertIsNone(page.run("window.pwned === undefined ? null : 'it ran'"))

    def test_widths_and_contrast(self):
        form = self.make()
        self.api("POST", "/api/pages", {"name": "x", "slug": "wide", "published": True,
                                        "definition": dict(test_pages.PAGE, blocks=test_pages.PAGE["blocks"] + [
                                            {"type": "form", "form": form["slug"]}])})
        for width in (320, 390, 1200):
            for dark in (False, True):
                for path in ("/f/" + form["slug"], "/p/wide"):
                    page = self.browser.page(width=width, dark=dark)
                    page.open(self.base + path)
                    self.assertLessEqual(page.run("document.documentElement.scrollWidth"), width, path)
                    low = page.run(CONTRAST)
                    self.assertEqual(low, [], (path, dark))


# Texts whose contrast with what is behind them is below 4.5.
CONTRAST = """(() => {
  const lum = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * r + .7152 * g + .0722 * b; };
  const parse = t => (t.match(/[\\d.]+/g) || []).map(Number);
  const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
  const found = [];
  for (const e of document.querySelectorAll('main *')) {
    if (e.closest('.trap') || !e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const a = lum(parse(getComputedStyle(e).color).slice(0, 3)), b = lum(behind(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) found.push(e.textContent.trim().slice(0, 40) + ' ' + ratio.toFixed(2));
  }
  return found;
})()"""

del FormTest

if __name__ == "__main__":
    unittest.main()

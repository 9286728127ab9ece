"""The tracker: /s.js in a real browser, /p.gif, and what the server adds to messages."""
import gzip
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.parse

import harness

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


def exported(server):
    return [json.loads(line) for line in harness.command("export", "--data", server.data).splitlines()]


class Answers(harness.ApiTest):
    def get(self, path, **headers):
        answer = self.server.send("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        self.server.hold_against_document("GET", path, answer)
        return answer

    def new(self, count, before):
        return self.eventually(lambda: len(exported(self.server)) >= before + count and exported(self.server)[before:])

    def test_script(self):
        plain = self.get("/s.js")
        packed = self.get("/s.js", Accept_Encoding="gzip")
        brotli = self.get("/s.js", Accept_Encoding="gzip, deflate, br")
        self.assertEqual((plain.status, packed.status, brotli.status), (200, 200, 200))
        self.assertLessEqual(len(packed.body), 2048)
        self.assertLess(len(brotli.body), len(packed.body))
        self.assertEqual(gzip.decompress(packed.body), plain.body)
        self.assertEqual(packed.headers["Content-Encoding"], "gzip")
        self.assertEqual(brotli.headers["Content-Encoding"], "br")
        self.assertIsNone(plain.headers["Content-Encoding"])
        self.assertIsNone(self.get("/s.js", Accept_Encoding="gzip;q=0").headers["Content-Encoding"])
        self.assertEqual(len({a.headers["ETag"] for a in (plain, packed, brotli)}), 3)
        self.assertIn("max-age", plain.headers["Cache-Control"])
        again = self.get("/s.js", Accept_Encoding="gzip", If_None_Match=packed.headers["ETag"])
        self.assertEqual((again.status, again.body), (304, b""))

    def pixel(self, query, **headers):
        query = dict({"key": self.server.key("capture")}, **query)
        headers.setdefault("User_Agent", AGENT)
        answer = self.get("/p.gif?" + urllib.parse.urlencode(query), **headers)
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "image/gif"), answer)
        self.assertTrue(answer.body.startswith(b"GIF89a"))
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_pixel(self):
        before = len(exported(self.server))
        page = "https://shop.example.org/offer?utm_source=partner&utm_medium=cpc&utm_campaign=spring"
        self.pixel({"plan": "pro"}, Referer=page, Cookie="sluice_id=browser-7")
        self.pixel({"event": "email.opened", "user_id": "ann", "message_id": "open-1", "machine": "no"})
        self.pixel({"event": "email.opened", "user_id": "ann", "message_id": "open-1"})
        self.pixel({}, Referer="https://shop.example.org/")
        self.pixel({}, Referer="https://shop.example.org/two")
        self.pixel({}, Referer="https://shop.example.org/", Sec_GPC="1")
        self.server.send("HEAD", "/p.gif?key=" + self.server.key("capture"), headers={"User-Agent": AGENT})
        self.pixel({"anonymous_id": "b8", "event": "mail.read"}, User_Agent="Mozilla/5.0 (via ggpht.com GoogleImageProxy)")
        self.pixel({"anonymous_id": "b9", "event": "mail.read"}, User_Agent="python-requests/2.31")
        self.pixel({"anonymous_id": "b9", "event": "mail.read"}, Sec_Purpose="prefetch;prerender")
        visit, opened, day, same_day, proxied, program, prefetched = self.new(7, before)
        self.assertEqual(visit["anonymousId"], "browser-7")
        self.assertEqual(
            visit["properties"],
            {"plan": "pro", "url": page, "source": "partner", "medium": "paid", "campaign": "spring"},
        )
        self.assertEqual((opened["event"], opened["userId"], opened["messageId"]), ("email.opened", "ann", "open-1"))
        self.assertNotIn("properties", opened)
        self.assertRegex(day["anonymousId"], "^day-[0-9a-f]{32}$")
        self.assertEqual(day["anonymousId"], same_day["anonymousId"])
        self.assertNotIn("properties", proxied)
        self.assertEqual(program["properties"], {"machine": True, "machine_reason": "http-library: python-requests"})
        self.assertEqual(prefetched["properties"], {"machine": True, "machine_reason": "prefetch"})

    def test_pixel_refused(self):
        self.assertEqual(self.get("/p.gif").status, 400)
        self.assertEqual(self.get("/p.gif?key=nobody").status, 401)
        self.assertEqual(self.get("/p.gif?key=" + self.server.key("read")).status, 401)
        long = "/p.gif?x=%s&key=%s" % ("a" * 2000, self.server.key("capture"))
        self.assertEqual(self.get(long).status, 400)

    def test_enrichment(self):
        before = len(exported(self.server))
        page = {"url": "https://example.org/start", "referrer": "https://www.google.de/url?q=lead+scoring"}
        self.capture(
            [
                {"type": "page", "anonymousId": "a", "context": {"page": page, "userAgent": AGENT}},
                {"type": "page", "anonymousId": "a", "properties": dict(page, source="me")},
                {"type": "page", "anonymousId": "a", "context": {"page": dict(page, referrer="")}},
                {"type": "page", "anonymousId": "a", "context": {"page": dict(page, referrer="https://example.org/")}},
                {"type": "page", "anonymousId": "a",
                 "context": {"page": page, "campaign": {"source": "news", "medium": "email", "name": "May"}}},
                {"type": "track", "anonymousId": "a", "event": "x", "context": {"userAgent": "Googlebot/2.1"}},
                {"type": "track", "anonymousId": "a", "event": "x",
                 "properties": {"machine": False}, "context": {"userAgent": "Googlebot/2.1"}},
                {"type": "identify", "userId": "a",
                 "traits": {"first_source": "kept"},
                 "context": {"touch": {
                     "first": {"page": "https://example.org/?gclid=g1", "referrer": "", "time": "2026-01-02T03:04:05Z"},
                     "last": {"page": "https://example.org/p", "referrer": "https://chatgpt.com/"}}}},
            ]
        )
        found = [m.get("properties") for m in self.new(8, before)]
        self.assertEqual(found[0], {"source": "Google", "medium": "search", "term": "lead scoring"})
        self.assertEqual(found[1], dict(page, source="me"))
        self.assertEqual(found[2], {"medium": "direct"})
        self.assertIsNone(found[3])
        self.assertEqual(found[4], {"medium": "email"})
        self.assertEqual(found[5], {"machine": True, "machine_reason": "search-engine: Googlebot/"})
        self.assertEqual(found[6], {"machine": False})
        traits = exported(self.server)[before + 7]["traits"]
        self.assertEqual(
            traits,
            {"first_source": "kept", "first_medium": "paid", "first_page": "https://example.org/?gclid=g1",
             "first_touch_at": "2026-01-02T03:04:05Z", "last_source": "ChatGPT", "last_medium": "ai",
             "last_page": "https://example.org/p", "last_referrer": "https://chatgpt.com/", "gclid": "g1"},
        )

    def test_a_program_is_no_visitor(self):
        """Servers send events of their users: their own user agent says nothing of those."""
        before = len(exported(self.server))
        headers = {"User-Agent": "axios/1.6", "Content-Type": "text/plain"}
        body = {"writeKey": self.server.key("capture"), "batch": [{"type": "track", "userId": "u", "event": "x"}]}
        self.server.send("POST", "/v1/batch", json.dumps(body), headers=headers)
        self.server.send("POST", "/v1/batch", json.dumps(body), headers=dict(headers, Origin="https://example.org"))
        served, browsed = self.new(2, before)
        self.assertNotIn("properties", served)
        self.assertTrue(browsed["properties"]["machine"])


# A page of the test site: the tracker with some attributes, and a script that behaves like a visitor. report() tells the
# test what the browser holds.
PAGE = """<!doctype html>
<meta charset="utf-8">
<title>Shop</title>
<script>window.sluice = window.sluice || function () { (sluice.q = sluice.q || []).push(arguments) };</script>
<script>%(before)s</script>
<script async src="%(server)s/s.js" data-key="%(key)s" %(attributes)s></script>
<button data-sluice="cta.clicked" data-sluice-plan="Pro"><b id="inner">Try it</b></button>
<button id="plain">Nothing</button>
<form id="contact" target="elsewhere" action="/accept" method="post">
<input name="mail" data-sluice-trait="email" value="ann@example.org"><input name="secret" value="hunter2">
<input type="checkbox" data-sluice-trait="news" value="yes"></form>
<form id="quiet" data-sluice-off target="elsewhere" action="/accept" method="post"></form>
<iframe name="elsewhere"></iframe>
<script>
function wait(ms) { return new Promise(function (go) { setTimeout(go, ms) }) }
function report(more) {
    var kept, consent;
    try { kept = JSON.parse(localStorage.getItem("sluice_id")); consent = localStorage.getItem("sluice_consent") } catch (e) {}
    return fetch("/report", { method: "POST", body: JSON.stringify(Object.assign(
        { cookie: document.cookie, kept: kept, consent: consent }, more)) });
}
addEventListener("load", async function () { await wait(300); %(after)s });
</script>
"""


class Site:
    """Serves pages, and keeps what they report."""

    def __init__(self):
        self.pages, self.reports = {}, []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = site.pages.get(self.path.split("?")[0], "").encode()
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                if self.path == "/report":
                    site.reports.append(json.loads(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.http.server_port
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()


class Browser(harness.ApiTest):
    def setUp(self):
        if not BROWSER:
            print("skipped: there is no Chromium")
            self.skipTest("no Chromium")
        self.site = Site()
        self.addCleanup(self.site.close)
        self.folder = tempfile.mkdtemp(prefix="sluice-browser-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.before = len(exported(self.server))

    def page(self, path, attributes="", before="", after="report()"):
        self.site.pages[path] = PAGE % {
            "server": "http://127.0.0.1:%d" % self.server.port,
            "key": self.server.key("capture"),
            "attributes": attributes,
            "before": before,
            "after": after,
        }

    def browse(self, path, reports=1, switches=()):
        """Opens the page, waits for so many reports, closes; gives them."""
        had = len(self.site.reports)
        browser = subprocess.Popen(
            [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--user-data-dir=" + os.path.join(self.folder, "profile"), "--remote-debugging-port=0",
             "--user-agent=" + AGENT, "--disable-blink-features=AutomationControlled", *switches, self.site.url + path],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(os.environ, HOME=self.folder),
        )
        try:
            self.eventually(lambda: len(self.site.reports) >= had + reports, 30, "the page did not report")
            time.sleep(0.3)
        finally:
            browser.terminate()
            browser.wait(20)
        return self.site.reports[had:]

    def events(self, count=None):
        if count is not None:
            self.eventually(lambda: len(exported(self.server)) >= self.before + count)
        return exported(self.server)[self.before:]

    def test_a_visit(self):
        self.page(
            "/",
            before='sluice("track", "early.bird", { n: 1 })',
            after="""
            document.getElementById("inner").click();
            document.getElementById("plain").click();
            history.pushState(0, "", "/product?x=1"); document.title = "Product"; await wait(100);
            history.pushState(0, "", "/product?x=1#part"); await wait(100);
            history.back(); history.back(); await wait(200);
            document.getElementById("contact").requestSubmit();
            document.getElementById("quiet").requestSubmit();
            sluice("identify", "user-1", { plan: "Pro" });
            sluice("group", "acme", { employees: 12 });
            await wait(300); report();""",
        )
        (report,) = self.browse("/?utm_source=news&utm_medium=email&utm_id=c7")
        events = self.events(9)
        kinds = [m.get("event", m["type"]) for m in events]
        self.assertEqual(
            kinds,
            ["page.viewed", "early.bird", "cta.clicked", "page.viewed", "page.viewed", "identify", "form.submitted",
             "identify", "group"],
        )
        first, early, click, product, back, lead, form, known, group = events
        ids = {m["anonymousId"] for m in events}
        self.assertEqual(ids, {report["kept"]["id"]})
        self.assertIn("sluice_id=" + ids.pop(), report["cookie"])
        self.assertTrue(all(m["messageId"] for m in events))
        self.assertEqual(first["properties"]["url"], self.site.url + "/?utm_source=news&utm_medium=email&utm_id=c7")
        self.assertEqual((first["properties"]["title"], first["properties"]["path"]), ("Shop", "/"))
        self.assertEqual((first["properties"]["source"], first["properties"]["medium"]), ("news", "email"))
        self.assertEqual(first["properties"]["campaign_id"], "c7")
        self.assertNotIn("machine", first["properties"])
        self.assertEqual(early["properties"], {"n": 1})
        self.assertEqual(click["properties"], {"text": "Try it", "plan": "Pro"})
        self.assertEqual((product["properties"]["path"], product["properties"]["title"]), ("/product", "Product"))
        self.assertEqual(product["properties"]["referrer"], first["properties"]["url"])
        self.assertNotIn("medium", product["properties"])
        self.assertEqual(back["properties"]["path"], "/")
        self.assertEqual(lead["traits"]["email"], "ann@example.org")
        self.assertEqual((lead["traits"]["first_source"], lead["traits"]["first_medium"]), ("news", "email"))
        self.assertNotIn("news", lead["traits"])
        self.assertEqual(form["properties"]["form"], "contact")
        self.assertNotIn("hunter2", json.dumps(events))
        self.assertEqual((known["userId"], known["traits"]["plan"]), ("user-1", "Pro"))
        self.assertEqual((group["userId"], group["groupId"]), ("user-1", "acme"))

    def test_the_browser_is_known_again(self):
        # In one run: what a browser has on its disk when it is ended is up to it.
        self.page("/", after='await report(); location.replace("/two")')
        self.page("/two", after='await report(); location.replace("/three?utm_source=later")')
        self.page("/three")
        first, second, third = self.browse("/?gclid=abc", 3)
        self.assertEqual(first["kept"]["id"], second["kept"]["id"])
        touches = second["kept"]["touches"]
        self.assertIn("gclid=abc", touches["first"]["page"])
        self.assertEqual(touches["first"], touches["last"])  # a direct visit does not hide how they came
        self.assertIn("gclid=abc", third["kept"]["touches"]["first"]["page"])
        self.assertIn("utm_source=later", third["kept"]["touches"]["last"]["page"])
        self.assertEqual([m["properties"].get("medium") for m in self.events(3)], ["paid", None, "referral"])

    def test_nothing_before_consent(self):
        self.page("/", 'data-consent="wait"', after="""
            await report(); sluice("consent", true); await wait(300); await report();
            sluice("consent", false); sluice("track", "late"); await wait(300); await report();
            location.replace("/again")""")
        self.page("/again", 'data-consent="cookieless"')  # refused is refused
        before, given, taken, again = self.browse("/", 4)
        self.assertEqual((before["cookie"], before["kept"], before["consent"]), ("", None, None))
        self.assertIn("sluice_id=", given["cookie"])
        self.assertEqual((taken["cookie"], taken["kept"], taken["consent"]), ("", None, "0"))
        (page,) = self.events(1)
        self.assertEqual(page["event"], "page.viewed")
        self.assertIn(page["anonymousId"], given["cookie"])
        self.assertEqual((again["cookie"], again["kept"], again["consent"]), ("", None, "0"))
        self.assertEqual(len(self.events()), 1)

    def test_consent_where_nothing_can_be_kept(self):
        blocked = 'Object.defineProperty(window, "localStorage", { get: function () { throw new Error("blocked") } })'
        self.page("/refused", 'data-consent="none"', before=blocked, after="""
            sluice("consent", false); sluice("track", "late"); await wait(300);
            await report(); location.replace("/given")""")
        self.page("/given", 'data-consent="wait"', before=blocked, after="""
            sluice("consent", true); sluice("track", "wanted"); await wait(300); report()""")
        self.browse("/refused", 2)
        self.assertEqual([m.get("event") for m in self.events(3)], ["page.viewed", "page.viewed", "wanted"])

    def test_never_asked_nothing_sent(self):
        self.page("/", 'data-consent="wait"')
        self.browse("/")
        self.assertEqual(self.events(), [])

    def test_without_a_cookie(self):
        self.page("/", 'data-consent="cookieless"')
        (first,) = self.browse("/")
        (second,) = self.browse("/")
        self.assertEqual((first["cookie"], first["kept"], second["cookie"]), ("", None, ""))
        a, b = self.events(2)
        self.assertNotEqual(a["anonymousId"], b["anonymousId"])

    def test_as_the_business_has_set_it(self):
        def script():
            return self.server.send("GET", "/s.js")

        settings = {"tracker_consent": "none", "tracker_respect_dnt": True}
        before = script()
        self.addCleanup(self.api, "PATCH", "/api/settings", settings)
        self.api("PATCH", "/api/settings", {"tracker_consent": "ask", "tracker_respect_dnt": False})
        self.assertNotEqual(script().headers["ETag"], before.headers["ETag"])
        signal = 'Object.defineProperty(navigator, "globalPrivacyControl", { value: true })'
        self.page("/", before=signal, after='await report(); location.replace("/none")')
        self.page("/none", 'data-consent="none"', before=signal)
        asked, told = self.browse("/", 2)
        self.assertEqual((asked["cookie"], asked["kept"]), ("", None))
        self.assertIn("sluice_id=", told["cookie"])
        self.assertEqual([m["properties"]["path"] for m in self.events(1)], ["/none"])
        self.api("PATCH", "/api/settings", {"tracker_consent": "never"})
        self.page("/never", before='document.cookie = "sluice_id=old"',
                  after='sluice("consent", true); await wait(100); report()')
        shutil.rmtree(os.path.join(self.folder, "profile"), ignore_errors=True)  # it keeps the script for an hour
        (never,) = self.browse("/never")
        self.assertEqual((never["cookie"], never["kept"]), ("", None))
        self.assertEqual(len(self.events(2)), 2)

    def test_do_not_track(self):
        signal = 'Object.defineProperty(navigator, "globalPrivacyControl", { value: true })'
        self.page("/", before=signal)
        self.page("/off", 'data-dnt="off"', before=signal)
        self.page("/ignore", 'data-dnt="ignore"', before=signal)
        self.assertEqual(self.browse("/")[0]["cookie"], "")
        self.assertEqual(len(self.events(1)), 1)
        self.assertEqual(self.browse("/off")[0]["cookie"], "")
        self.assertEqual(len(self.events()), 1)
        self.assertIn("sluice_id=", self.browse("/ignore")[0]["cookie"])
        self.assertEqual(len(self.events(2)), 2)

    def test_what_is_left_on_the_way_out_arrives(self):
        self.page("/", after="""sluice("track", "last.words"); location.href = "/next";""")
        self.page("/next")
        self.browse("/")
        self.assertIn("last.words", [m.get("event") for m in self.events(3)])

    def test_what_pages_are_made_of(self):
        """A field named id, a button in SVG, a number for a user, and a property that is no JSON."""
        self.page("/", after="""
            document.body.insertAdjacentHTML("beforeend",
                '<form id="order" target="elsewhere" action="/accept" method="post"><input name="id"></form>' +
                '<svg><a id="drawn" data-sluice="drawing.clicked" href="#sun"><text>Sun</text></a></svg>');
            document.getElementsByName("id")[0].fiber = window;
            sluice("identify", 17, { plan: "Pro" });
            try { sluice("track", "circle", { self: window }) } catch (e) {}
            document.getElementById("drawn").dispatchEvent(new MouseEvent("click", { bubbles: true }));
            document.getElementsByName("id")[0].form.requestSubmit();
            await wait(300); report();""")
        self.browse("/")
        _, user, click, form = self.events(4)
        self.assertEqual((user["userId"], user["traits"]["plan"]), ("17", "Pro"))
        self.assertEqual(click["properties"], {"text": "Sun", "href": "#sun"})
        self.assertEqual(form["properties"]["form"], "order")

    def test_a_server_that_was_away(self):
        """What a beacon takes along cannot be tried again, so a hidden page sends as usual."""
        self.page(
            "/",
            before="""
            var real = fetch, away = true;
            window.fetch = function (to) { return away && /v1/.test(to) ? Promise.reject() : real.apply(window, arguments) };
            navigator.sendBeacon = function () { return true };""",
            after="""
            away = false;
            Object.defineProperty(document, "visibilityState", { value: "hidden" });
            document.dispatchEvent(new Event("visibilitychange"));
            navigator.sendBeacon = function () { return false };
            sluice("track", "last.words"); dispatchEvent(new Event("pagehide"));
            await wait(300); report();""",
        )
        self.browse("/")
        self.assertEqual([m.get("event") for m in self.events(2)], ["page.viewed", "last.words"])

    def test_a_driven_browser_is_a_machine(self):
        self.page("/", before='Object.defineProperty(navigator, "webdriver", { value: true })')
        self.browse("/")
        (page,) = self.events(1)
        self.assertEqual(
            (page["properties"]["machine"], page["properties"]["machine_reason"]),
            (True, "browser-automation: webdriver"),
        )


if __name__ == "__main__":
    import unittest

    unittest.main()

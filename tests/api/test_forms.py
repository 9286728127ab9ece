"""Forms: over the API, hosted, sent in every way, what they say in the log."""
import base64
import contextlib
import hashlib
import json
import os
import re
import sqlite3
import threading
import time
import unittest
import urllib.parse

from harness import ON_POSTGRES, ROOT, ApiTest, command

DEFINITION = {
    "language": "en",
    "title": "Get the white paper",
    "intro": "Twelve pages on how others did it.",
    "submit": "Send me the paper",
    "fields": [
        {"name": "email", "type": "email", "label": "Work e-mail", "required": True},
        {"name": "first_name", "type": "text", "label": "First name", "trait": "first_name"},
        {"name": "employees", "type": "number", "label": "Employees", "trait": "employees", "min_value": 1},
        {
            "name": "budget",
            "type": "select",
            "label": "Is there a budget?",
            "fact": "budget",
            "options": [
                {"value": "yes", "label": "Yes, about 10,000", "answer": "yes", "amount": 10000},
                {"value": "no", "label": "Not yet", "answer": "no"},
                {"value": "unsure", "label": "I do not know"},
            ],
        },
        {"name": "start", "type": "date", "label": "When would you begin?", "fact": "timeline"},
        {"name": "decides", "type": "checkbox", "label": "I decide", "fact": "authority"},
        {"name": "message", "type": "textarea", "label": "Anything else?"},
        {"name": "ref", "type": "hidden", "query": "ref", "value": "none"},
    ],
    "consents": [
        {"id": "news", "purpose": "marketing", "label": "Send me the newsletter, at most once a month.",
         "version": "2026-03", "list": "newsletter"},
    ],
    "after": {"title": "It is on its way", "text": "Look into your mailbox."},
    "translations": {
        "de": {"title": "Das Papier", "fields": {"email": {"label": "Berufliche E-Mail"}},
               "consents": {"news": {"label": "Ich will den Rundbrief."}}},
    },
}
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}


def hidden(page, name):
    found = re.search(r'name="%s" value="([^"]*)"' % name, page)
    return found.group(1) if found else None


def hidden_bits(page):
    return int(re.search(r'data-bits="(\d+)"', page).group(1))


def prove(token, bits=15):
    n = 0
    while True:
        digest = hashlib.sha256(("%s:%d" % (token, n)).encode()).digest()
        if int.from_bytes(digest[:4], "big") >> (32 - bits) == 0:
            return str(n)
        n += 1


class FormTest(ApiTest):
    model = "stage lead when any form.submitted\nstage warm when budget\n"
    made = 0

    def make(self, slug=None, published=True, **changes):
        FormTest.made += 1
        definition = dict(DEFINITION, **changes)
        return self.api("POST", "/api/forms", {
            "name": "White paper", "slug": slug or "paper-%d" % FormTest.made, "published": published,
            "definition": definition})

    def get(self, path, **headers):
        return self.server.send("GET", path, headers=dict(BROWSER, **headers))

    def post(self, path, values, **headers):
        headers = dict(BROWSER, **{k.replace("_", "-"): v for k, v in headers.items()})
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.server.send("POST", path, urllib.parse.urlencode(values), headers=headers)

    def fill(self, form, values, query="", wait=2.1, **headers):
        """As a browser with the script does: the page, a while, the proof, the post."""
        page = self.get("/f/" + form["slug"] + query)
        self.assertEqual(page.status, 200, page)
        token = hidden(page.text, "_token")
        time.sleep(wait)
        return self.post("/f/" + form["slug"] + query,
                         dict({"_token": token, "_proof": prove(token)}, **values), **headers)

    def submissions(self, form, state=None):
        query = "?state=" + state if state else ""
        return self.api("GET", "/api/forms/%s/submissions%s" % (form["id"], query))["items"]


class Api(FormTest):
    def test_life_of_a_form(self):
        form = self.make()
        self.assertEqual(form["version"], 1)
        again = self.api("GET", "/api/forms/" + form["slug"])
        self.assertEqual(again, form)
        self.assertIn(form, self.api("GET", "/api/forms?filter=published%20is%20yes&sort=-name")["items"])
        changed = self.api("PATCH", "/api/forms/" + form["id"], {"name": "Other"}, headers={"If-Match": '"1"'})
        self.assertEqual((changed["name"], changed["version"]), ("Other", 2))
        self.api("PATCH", "/api/forms/" + form["id"], {"name": "Late"}, headers={"If-Match": '"1"'}, expect=412)
        versions = self.api("GET", "/api/forms/%s/versions" % form["id"])["items"]
        self.assertEqual([v["version"] for v in versions], [2, 1])
        old = self.api("GET", "/api/forms/%s/versions/1" % form["id"])
        self.assertEqual(old["definition"], form["definition"])
        self.api("GET", "/api/forms/%s/versions/9" % form["id"], expect=404)
        self.api("GET", "/api/forms/%s/versions/x" % form["id"], expect=404)
        self.assertEqual(self.get("/f/" + form["slug"]).status, 200)
        self.api("DELETE", "/api/forms/" + form["id"], expect=204)
        self.api("GET", "/api/forms/" + form["id"], expect=404)
        self.assertEqual(self.get("/f/" + form["slug"]).status, 404)

    def test_everything_wrong_at_once(self):
        answer = self.api("POST", "/api/forms", {"name": " ", "slug": "Not So", "definition": {
            "title": "x", "colour": "red", "fields": [
                {"name": "a b", "type": "text", "label": "A"},
                {"name": "c", "type": "shoe", "label": "C"},
                {"name": "d", "type": "select", "label": "D"},
                {"name": "e", "type": "text", "label": "E", "fact": "budget"},
            ], "after": {"redirect": "http://example.com"}}}, expect=400)
        fields = {e["field"] for e in answer["errors"]}
        self.assertLessEqual({"name", "slug", "definition.colour", "definition.fields[0].name",
                              "definition.fields[1].type", "definition.fields[2].options",
                              "definition.fields[3].fact", "definition.after.redirect"}, fields)
        form = self.make()
        answer = self.api("POST", "/api/forms", {"name": "x", "slug": form["slug"], "definition": DEFINITION},
                          expect=409)
        self.assertEqual(answer["errors"][0]["field"], "slug")

    def test_no_open_redirect(self):
        for target in ["//example.com", "/\\example.com", "https:example.com", "javascript:alert(1)",
                       "https://good.example\\@evil.example/", "https://user@evil.example/", " https://x.example",
                       "data:text/html,x", "https://", "http://x.example/", "/\t/evil.example", "https://x.example/\r\nA: b"]:
            answer = self.api("POST", "/api/forms", {"name": "x", "slug": "redirects", "definition": dict(
                DEFINITION, after={"redirect": target})}, expect=400)
            self.assertEqual(answer["errors"][0]["field"], "definition.after.redirect", target)

    def test_try(self):
        form = self.make()
        result = self.api("POST", "/api/forms/%s/test" % form["id"],
                          {"answers": {"email": "try@example.com", "budget": "yes", "news": True}})
        self.assertEqual(result["state"], "accepted")
        self.assertEqual([m.get("event") for m in result["messages"]],
                         [None, "form.submitted", "fact.recorded", "consent.given", "list.subscribed"])
        result = self.api("POST", "/api/forms/%s/test" % form["id"], {"answers": {"email": "no"}, "language": "de"})
        self.assertEqual(result["state"], "invalid")
        self.assertEqual(result["errors"][0]["field"], "email")
        self.assertIn("E-Mail-Adresse", result["errors"][0]["message"])
        self.assertEqual(self.submissions(form), [])

    def test_rights(self):
        form = self.make()
        self.api("GET", "/api/forms", user="viewer")
        self.api("PATCH", "/api/forms/" + form["id"], {"name": "x"}, user="viewer", expect=403)
        self.api("PATCH", "/api/forms/" + form["id"], {"name": "x"}, user="seller", expect=403)
        self.api("PATCH", "/api/forms/" + form["id"], {"name": "x"}, user="marketer")
        self.api("GET", "/api/forms", key=None, expect=401)


class Manual(FormTest):
    def test_examples(self):
        with open(os.path.join(ROOT, "docs", "forms.md"), encoding="utf-8") as file:
            examples = re.findall(r"```json (\w+)\n(.*?)```", file.read(), re.S)
        self.assertEqual([kind for kind, _ in examples], ["form", "page"])
        for kind, text in examples:
            self.api("POST", "/api/%ss" % kind, json.loads(text))
        self.assertEqual(self.get("/f/white-paper").status, 200)
        self.assertIn("Find out who is ready", self.get("/p/paper").text)


class Hosted(FormTest):
    def test_page(self):
        form = self.make()
        page = self.get("/f/" + form["slug"], Accept_Language="en")
        self.assertIn('<html lang="en">', page.text)
        self.assertIn("Work e-mail", page.text)
        self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
        self.assertIn("frame-ancestors 'none'", page.headers["Content-Security-Policy"])
        self.assertNotIn(" checked", page.text)
        for label in re.findall(r'<label for="([^"]*)"', page.text):
            self.assertIn('id="%s"' % label, page.text)
        page = self.server.send("GET", "/f/" + form["slug"], headers={"Accept-Language": "fr;q=0.3, de-AT;q=0.9"})
        self.assertIn('<html lang="de">', page.text)
        self.assertIn("Berufliche E-Mail", page.text)
        self.assertIn("Absenden", page.text)
        self.assertEqual(self.get("/f/" + self.make(published=False)["slug"]).status, 404)
        self.assertEqual(self.get("/f/nothing-here").status, 404)

    def test_submission_reaches_the_log(self):
        form = self.make()
        self.capture({"type": "page", "anonymousId": "browser-7", "messageId": "p7"})
        answer = self.fill(form, {"email": "Ann@Example.com", "first_name": " Ann ", "employees": "12", "budget": "yes",
                                  "decides": "yes", "message": "Hello\r\nthere", "news": "yes"},
                           query="?utm_source=news&utm_campaign=spring&gclid=G1&ref=card",
                           Cookie="sluice_id=browser-7", Referer="https://shop.example/paper")
        self.assertEqual(answer.status, 303, answer)
        thanks = self.get(answer.headers["Location"])
        self.assertIn("It is on its way", thanks.text)
        submission, = self.submissions(form)
        self.assertEqual(submission["state"], "accepted")
        self.assertEqual(submission["answers"]["ref"], "card")
        self.assertEqual(submission["context"]["campaign"], {"source": "news", "name": "spring"})
        user = submission["user_id"]
        self.assertTrue(user)
        events = {m["event"]: m["properties"] for m in self.messages(user) if m["type"] == "track"}
        self.assertEqual(set(events), {"form.submitted", "fact.recorded", "consent.given", "list.subscribed"})
        self.assertEqual(events["form.submitted"]["form"], form["slug"])
        self.assertEqual(events["form.submitted"]["gclid"], "G1")
        self.assertEqual(events["form.submitted"]["answers"], {
            "budget": "yes", "decides": True, "message": "Hello\nthere", "ref": "card"})
        consent = events["consent.given"]
        self.assertEqual((consent["purpose"], consent["wording"], consent["version"], consent["form_version"]),
                         ("marketing", DEFINITION["consents"][0]["label"], "2026-03", 1))
        self.assertEqual(events["list.subscribed"]["list"], "newsletter")
        facts = {m["properties"]["fact"]: m["properties"] for m in self.messages(user) if m.get("event") == "fact.recorded"}
        self.assertEqual((facts["budget"]["answer"], facts["budget"]["amount"], facts["budget"]["by"]),
                         ("yes", 10000, "contact"))
        self.assertEqual(facts["authority"]["answer"], "yes")
        identify, = [m for m in self.messages(user) if m["type"] == "identify"]
        self.assertEqual(identify["traits"], {"email": "Ann@example.com", "first_name": "Ann", "employees": 12})
        self.assertEqual(identify["anonymousId"], "browser-7")
        self.assertEqual(identify["context"]["page"]["url"], "https://shop.example/paper")
        self.assertEqual(identify["context"]["campaign"], {"source": "news", "name": "spring"})

        start = time.monotonic()
        contact = self.eventually(lambda: self.warm(user), what="no standing")
        self.assertLess(time.monotonic() - start, 1.5)
        self.assertEqual(contact["traits"]["first_name"], "Ann")

    def warm(self, user):
        contact = self.api("GET", "/api/contacts/" + user, expect=(200, 404))
        return contact if contact.get("standing", {}).get("stage") == "warm" else None

    def test_two_at_once_are_one_person(self):
        form = self.make()
        threads = [threading.Thread(target=self.server.send, args=("POST", "/f/" + form["slug"], {
            "email": "Same@Example.com" if i % 2 else "same@example.com", "message": str(i)})) for i in range(5)]  # more from one place are looked at
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        submissions = self.submissions(form)
        self.assertEqual(len(submissions), 5)
        self.assertEqual(len({s["user_id"] for s in submissions}), 1)

    def messages(self, user):
        lines = command("export", "--data", self.server.data).split("\n")[:-1]
        return [m for m in map(json.loads, lines) if m.get("userId") == user]

    def test_all_errors_at_once_and_nothing_lost(self):
        form = self.make()
        answer = self.fill(form, {"email": "nope", "employees": "many", "budget": "other",
                                  "message": "kept <b>text</b>", "start": "2026-02-30"}, wait=0)
        self.assertEqual(answer.status, 400)
        self.assertIn("4 answers need another look", answer.text)
        self.assertIn("kept &lt;b&gt;text&lt;/b&gt;", answer.text)
        self.assertIn('value="nope"', answer.text)
        self.assertEqual(answer.text.count('aria-invalid="true"'), 4)
        self.assertEqual(self.submissions(form), [])

    def test_without_script_a_look_over(self):
        form = self.make()
        values = {"email": "slow@example.com", "message": "no script", "news": "yes"}
        page = self.get("/f/" + form["slug"])
        answer = self.post("/f/" + form["slug"], dict(values, _token=hidden(page.text, "_token")))
        self.assertEqual(answer.status, 200)
        self.assertIn("Is this right?", answer.text)
        self.assertEqual(self.submissions(form), [])
        self.assertEqual(hidden(answer.text, "message"), "no script")
        change = dict(values, _token=hidden(answer.text, "_token"), _checked=hidden(answer.text, "_checked"), _change="yes")
        again = self.post("/f/" + form["slug"], change)
        self.assertEqual(again.status, 200)
        self.assertIn("no script</textarea>", again.text)
        time.sleep(1.1)
        answer = self.post("/f/" + form["slug"], dict(values, _token=hidden(answer.text, "_token"),
                                                      _checked=hidden(answer.text, "_checked")))
        self.assertEqual(answer.status, 303, answer)
        submission, = self.submissions(form)
        self.assertEqual(submission["state"], "accepted")

    def test_plain_post_from_another_site(self):
        form = self.make()
        answer = self.post("/f/" + form["slug"], {"email": "plain@example.com"}, Origin="https://other.example")
        self.assertIn("Is this right?", answer.text)
        boundary = "xyz"
        body = "".join("--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n" % (boundary, k, v)
                       for k, v in {"email": "multi@example.com", "message": "é"}.items()) + "--%s--\r\n" % boundary
        answer = self.server.send("POST", "/f/" + form["slug"], body, headers=dict(
            BROWSER, **{"Content-Type": "multipart/form-data; boundary=" + boundary}))
        self.assertIn("multi@example.com", answer.text)
        self.assertIn("é", answer.text)

    def test_pages_that_are_not_utf8(self):
        form = self.make()
        path = "/f/" + form["slug"]
        kinds = {"application/x-www-form-urlencoded": b"email=j%40x.example&first_name=J%FCrgen&message=50%off",
                 "multipart/form-data; boundary=b": b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\nj@x.example\r\n'
                 b'--b\r\nContent-Disposition: form-data; name="first_name"\r\n\r\nJ\xfcrgen\r\n--b--\r\n'}
        for kind, body in kinds.items():
            answer = self.server.send("POST", path, body, headers=dict(BROWSER, **{"Content-Type": kind}))
            self.assertEqual(answer.status, 200, answer)
            self.assertIn("Jürgen", answer.text)
        answer = self.server.send("POST", path, b"--b", headers=dict(BROWSER, **{"Content-Type": kind}))
        self.assertEqual(answer.status, 400)
        self.assertIn("<h1>", answer.text)

    def test_hidden_fields_lock_nobody_out(self):
        form = self.make(fields=[{"name": "click", "type": "hidden", "query": "click", "required": True}], translations={})
        for query, stored in (("?click=" + "é" * 250, {"click": "é" * 200, "news": False}), ("", {"news": False})):
            answer = self.server.send("POST", "/f/" + form["slug"] + urllib.parse.quote(query, "?=&"), {"x": 1})
            self.assertEqual(answer.status, 200, answer)
            self.assertEqual(self.submissions(form)[0]["answers"], stored)

    def test_one_odd_sign_in_the_address(self):
        form = self.make()
        query = "?utm_source=mail&utm_campaign=50%off&utm_term=b%FCro&ref=card"
        answer = self.server.send("POST", "/f/" + form["slug"] + query, {"email": "odd@example.com"})
        self.assertEqual(answer.status, 200, answer)
        submission, = self.submissions(form)
        self.assertEqual(submission["context"]["campaign"], {"source": "mail", "name": "50%off", "term": "büro"})
        self.assertEqual(submission["answers"]["ref"], "card")

    def test_frames(self):
        form = self.make(embed={"frames": ["https://www.example.com"]})
        page = self.get("/f/%s?embed=1" % form["slug"])
        self.assertIn("frame-ancestors 'self' https://www.example.com", page.headers["Content-Security-Policy"])
        self.assertIsNone(page.headers["X-Frame-Options"])

    def test_redirect(self):
        form = self.make(after={"redirect": "https://www.example.com/thanks?x=1"})
        page = self.get("/f/" + form["slug"])
        self.assertIn("form-action 'self' https://www.example.com;", page.headers["Content-Security-Policy"])
        answer = self.fill(form, {"email": "redirect@example.com"})
        self.assertEqual(answer.headers["Location"], "https://www.example.com/thanks?x=1")

    def test_script(self):
        form = self.make(slug="script-form")
        script = self.get("/f/script-form.js")
        self.assertIn("javascript", script.headers["Content-Type"])
        self.assertIn("sluiceForm(form", script.text)
        self.assertNotIn("</", script.text)
        token = re.search(r'name=\\"_token\\" value=\\"([^"\\]*)', script.text).group(1)
        ref = re.search(r'name=\\"ref\\" value=\\"([^"\\]*)', script.text).group(1)
        values = {"email": "embed@example.com", "ref": ref, "_token": token, "_page": "https://site.example/?utm_source=ad&ref=card"}
        answer = self.post("/f/script-form", values, Accept="application/json")
        self.assertEqual(answer.status, 428)
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
        time.sleep(2)
        values["_proof"] = prove(token)
        answer = self.post("/f/script-form", values, Accept="application/json")
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json["state"], "accepted")
        submission, = self.submissions(form)
        self.assertEqual(submission["context"]["campaign"], {"source": "ad"})
        self.assertEqual(submission["context"]["via"], "script")
        self.assertEqual(submission["answers"]["ref"], "card")
        answer = self.post("/f/script-form", dict(values, email="x"), Accept="application/json")
        self.assertEqual(answer.status, 400)
        self.assertEqual(answer.json["errors"][0]["field"], "email")
        preflight = self.server.send("OPTIONS", "/f/script-form", headers={"Origin": "https://site.example"})
        self.assertEqual(preflight.status, 204)

    def test_json(self):
        form = self.make()
        answer = self.server.send("POST", "/f/" + form["slug"], {"email": "json@example.com", "employees": 7, "news": True})
        self.assertEqual(answer.status, 200, answer)
        submission, = self.submissions(form)
        self.assertEqual(submission["answers"]["employees"], "7")
        self.assertEqual(submission["state"], "accepted")
        self.assertTrue(submission["answers"]["news"])
        for bad in ["[]", "{", "\"x\"", "null"]:
            answer = self.server.send("POST", "/f/" + form["slug"], bad, headers={"Content-Type": "application/json"})
            self.assertEqual(answer.status, 400)


    def aged(self, token, seconds):
        """The same token, given out earlier: signed once more with the store's secret."""
        with contextlib.closing(sqlite3.connect(os.path.join(self.server.data, "sluice.db"))) as db:
            secret, = db.execute("SELECT secret FROM form_secret").fetchone()
        subject, when, nonce, _ = token.rsplit(".", 3)
        text = "%s.%x.%s" % (subject, int(when, 16) - seconds, nonce)
        mac = hashlib.blake2b(b"f" + text.encode(), key=secret, digest_size=16).digest()
        return text + "." + base64.urlsafe_b64encode(mac).decode().rstrip("=")

    @unittest.skipIf(ON_POSTGRES, "looks into the store's file")
    def test_what_was_seen_long_ago_counts(self):
        form = self.make()
        token = self.aged(hidden(self.get("/f/" + form["slug"]).text, "_token"), 2 * 86400)
        consents = [dict(DEFINITION["consents"][0], label="Other words.", version="2")]
        self.api("PATCH", "/api/forms/" + form["id"], {"definition": dict(DEFINITION, consents=consents)})
        values = {"_token": token, "_proof": prove(token), "email": "long@example.com", "news": "yes"}
        answer = self.post("/f/" + form["slug"], values, Accept="application/json")
        self.assertEqual(answer.status, 428)
        values.update(_token=answer.json["token"], _proof=prove(answer.json["token"], answer.json["bits"]))
        self.assertEqual(self.post("/f/" + form["slug"], values, Accept="application/json").status, 200)
        self.assertEqual(self.submissions(form)[0]["form_version"], 1)

    def test_what_was_seen_counts(self):
        form = self.make()
        token = hidden(self.get("/f/" + form["slug"]).text, "_token")
        consents = [dict(DEFINITION["consents"][0], label="Other words.", version="2")]
        self.api("PATCH", "/api/forms/" + form["id"], {"definition": dict(DEFINITION, consents=consents)})
        time.sleep(2)
        self.post("/f/" + form["slug"], {"_token": token, "_proof": prove(token), "email": "seen@example.com", "news": "yes"})
        submission, = self.submissions(form)
        self.assertEqual(submission["form_version"], 1)
        consent, = [m["properties"] for m in self.messages(submission["user_id"]) if m.get("event") == "consent.given"]
        self.assertEqual((consent["version"], consent["wording"]), ("2026-03", DEFINITION["consents"][0]["label"]))

    def test_erasure(self):
        form = self.make()
        for i in range(2):
            self.server.send("POST", "/f/" + form["slug"], {"email": "forget%d@example.com" % i, "message": "secret %d" % i})
            self.server.send("POST", "/f/" + form["slug"], {"email": "Forget%d@example.com" % i, "homepage": "aside"})
        users = {s["answers"]["email"]: s["user_id"] for s in self.submissions(form, "accepted")}
        told = self.eventually(lambda: self.server.send(
            "GET", "/api/contacts/%s/export" % users["forget0@example.com"], None, "Bearer " + self.server.key("admin")))
        self.assertIn("secret 0", told.text)
        self.assertNotIn("secret 1", told.text)
        self.api("POST", "/api/contacts/%s/erase" % users["forget0@example.com"], {})
        # Also what was set aside, and so is nobody's.
        self.assertEqual(sorted(len(s["answers"]) for s in self.submissions(form, "suspect")), [0, 3])
        left = self.submissions(form, "accepted")
        self.assertEqual([s["answers"] for s in left if not s["user_id"]], [{}])
        self.assertEqual([s["answers"]["message"] for s in left if s["user_id"]], ["secret 1"])


class OptIn(FormTest):
    def test_double_opt_in(self):
        form = self.make(double_opt_in=True)
        answer = self.fill(form, {"email": "opt@example.com", "news": "yes"})
        self.assertIn("One more step", self.get(answer.headers["Location"]).text)
        submission, = self.submissions(form)
        self.assertEqual(submission["state"], "pending")
        link = urllib.parse.urlsplit(submission["confirm_url"]).path
        seen = self.api("GET", "/api/forms/%s/submissions/%s" % (form["id"], submission["id"]), user="viewer")
        self.assertIsNone(seen["confirm_url"])
        self.api("PATCH", "/api/forms/" + form["id"], {"slug": form["slug"] + "-new"})  # links that are out stay good
        form["slug"] += "-new"
        for _ in range(2):  # a GET never changes anything
            page = self.get(link)
            self.assertEqual(page.status, 200)
            self.assertIn('method="post"', page.text)
        self.assertEqual(self.submissions(form)[0]["state"], "pending")
        for _ in range(2):
            self.assertEqual(self.post(link, {}).status, 200)
        submission, = self.submissions(form)
        self.assertEqual(submission["state"], "confirmed")
        self.assertIsNotNone(submission["confirmed"])
        self.assertEqual(self.get(link[:-1] + ("A" if link[-1] != "A" else "B")).status, 410)
        self.assertEqual(self.post("/f/%s/confirm/x" % form["slug"], {}).status, 410)

    def test_confirming_after_an_erasure(self):
        form = self.make(double_opt_in=True)
        self.server.send("POST", "/f/" + form["slug"], {"email": "erased@example.com"})
        submission, = self.submissions(form)
        self.eventually(lambda: self.api("GET", "/api/contacts/" + submission["user_id"], expect=(200, 404)).get("traits"))
        self.api("POST", "/api/contacts/%s/erase" % submission["user_id"], {})
        link = urllib.parse.urlsplit(submission["confirm_url"]).path
        self.assertEqual((self.get(link).status, self.post(link, {}).status), (410, 410))

    def test_suspects_get_no_download_before_confirming(self):
        form = self.make(double_opt_in=True, after={"download": "paper"})
        path, values = "/f/" + form["slug"], {"email": "gate@example.com", "homepage": "x"}
        for _ in range(2):  # the second time it is the same sent twice
            answer = self.server.send("POST", path, values).json
            self.assertEqual((answer["state"], answer["title"], answer["download"]), ("pending", "One more step", None))
        submission, = self.submissions(form, "suspect")
        for _ in range(2):  # suspect, then spam
            thanks = self.get(self.post(path, dict(values, email="page@example.com")).headers["Location"]).text
            self.assertIn("One more step", thanks)
            self.assertNotIn("/d/paper", thanks)
            for one in self.submissions(form, "suspect"):
                self.api("POST", "/api/forms/%s/submissions/%s/reject" % (form["id"], one["id"]))

    def test_thanks_of_another_form(self):
        opened, gate = self.make(), self.make(double_opt_in=True, after={"download": "paper"})
        token = self.fill(opened, {"email": "other@example.com"}, wait=0).headers["Location"].split("?")[1]
        self.assertEqual(self.get("/f/%s/thanks?%s" % (opened["slug"], token)).status, 200)
        self.assertEqual(self.get("/f/%s/thanks?%s" % (gate["slug"], token)).status, 303)


class Spam(FormTest):
    arguments = ("--trust-proxy", "127.0.0.1")

    def test_trap_is_kept_apart_and_can_be_released(self):
        form = self.make()
        answer = self.fill(form, {"email": "bot@example.com", "homepage": "http://spam.example"})
        self.assertEqual(answer.status, 303)
        submission, = self.submissions(form, "suspect")
        self.assertIsNone(submission["user_id"])
        self.assertIn("filled in what people do not see", submission["reasons"])
        path = "/api/forms/%s/submissions/%s/" % (form["id"], submission["id"])
        released = self.api("POST", path + "accept")
        self.assertEqual(released["state"], "accepted")
        self.assertTrue(released["user_id"])
        self.api("POST", path + "reject", expect=409)
        self.fill(form, {"email": "bot2@example.com", "homepage": "x"})
        submission, = self.submissions(form, "suspect")
        path = "/api/forms/%s/submissions/%s/" % (form["id"], submission["id"])
        self.assertEqual(self.api("POST", path + "reject")["state"], "spam")

    def test_throw_away_addresses(self):
        values = {"email": "x@mailinator.com"}
        form = self.make()
        self.fill(form, values)
        self.assertEqual(self.submissions(form)[0]["reasons"], ["throw-away address"])
        form = self.make(spam={"disposable": "refuse"})
        answer = self.fill(form, values)
        self.assertEqual(answer.status, 400)
        self.assertIn("Mail to this address is thrown away soon", answer.text)
        form = self.make(spam={"disposable": "allow"})
        self.fill(form, values)
        self.assertEqual(self.submissions(form)[0]["state"], "accepted")

    def test_phone_numbers(self):
        form = self.make(fields=[{"name": "phone", "type": "phone", "label": "Phone", "required": True}],
                         translations={})
        answer = self.server.send("POST", "/f/" + form["slug"], {"phone": "030 901820"})
        self.assertEqual(answer.status, 400)
        self.api("PATCH", "/api/settings", {"country": "DE"})
        try:
            self.assertEqual(self.server.send("POST", "/f/" + form["slug"], {"phone": "030 901820"}).status, 200)
            self.assertEqual(self.server.send("POST", "/f/" + form["slug"], {"phone": "+44 20 7946 0018"}).status, 200)
        finally:
            self.api("PATCH", "/api/settings", {"country": ""})
        phones = {s["answers"]["phone"] for s in self.submissions(form)}
        self.assertEqual(phones, {"+4930901820", "+442079460018"})

    def test_frames_by_setting(self):
        form = self.make()
        for value, expected in (("", "frame-ancestors *;"), ("none", "frame-ancestors 'self';"),
                                ("https://a.example", "frame-ancestors 'self' https://a.example;")):
            self.api("PATCH", "/api/settings", {"form_frame_hosts": value})
            page = self.get("/f/%s?embed=1" % form["slug"])
            self.assertIn(expected, page.headers["Content-Security-Policy"])
        self.api("PATCH", "/api/settings", {"form_frame_hosts": ""})

    def test_links_in_a_name(self):
        form = self.make()
        self.fill(form, {"email": "n@example.com", "first_name": "WIN http://x.example/"})
        self.assertEqual(len(self.submissions(form, "suspect")), 1)

    def test_the_same_twice_is_one(self):
        form = self.make()
        for _ in range(2):
            self.assertEqual(self.fill(form, {"email": "twice@example.com"}, wait=2.1).status, 303)
        self.assertEqual(len(self.submissions(form)), 1)

    def test_people_without_a_name_may_agree(self):
        form = self.make(fields=[{"name": "rating", "type": "number", "label": "How was it?"}], translations={})
        for key in ("Bearer " + self.server.key("capture"), None):
            for visitor in ("kiosk-1", "kiosk-2"):
                self.server.send("POST", "/f/" + form["slug"], {"rating": "5", "_visitor": visitor}, key)
        self.assertEqual(len(self.submissions(form)), 4)
        self.server.send("POST", "/f/" + form["slug"], {"rating": "5", "_visitor": "kiosk-2"})
        self.assertEqual(len(self.submissions(form)), 4)

    def test_many_people_behind_one_address(self):
        form = self.make()
        path = "/f/" + form["slug"]
        self.assertEqual(hidden_bits(self.get(path).text), 15)
        for i in range(7):
            self.server.send("POST", path, {"email": "office%d@example.com" % i})
        page = self.get(path).text
        self.assertEqual(hidden_bits(page), 18)
        token = hidden(page, "_token")
        time.sleep(2.1)
        # An error, mended and sent at once with the error page's own proof.
        wrong = self.post(path, {"_token": token, "email": "no"}).text
        token = hidden(wrong, "_token")
        answer = self.post(path, {"_token": token, "_proof": prove(token, 18), "email": "mended@example.com"})
        self.assertEqual(answer.status, 303)
        # Without a script: looked over within a second.
        over = self.post(path, {"_token": hidden(page, "_token"), "email": "looked@example.com"}).text
        time.sleep(1.1)
        self.post(path, {"_token": hidden(over, "_token"), "_checked": hidden(over, "_checked"), "email": "looked@example.com"})
        self.assertEqual({s["answers"]["email"]: s["state"] for s in self.submissions(form)[:2]},
                         {"mended@example.com": "accepted", "looked@example.com": "accepted"})

    def test_too_many(self):
        form = self.make()
        statuses = []
        for i in range(75):
            answer = self.server.send("POST", "/f/" + form["slug"], {"email": "many%d@example.com" % i})
            statuses.append(answer.status)
        self.assertEqual(statuses[:60], [200] * 60)
        self.assertEqual(statuses[60:], [429] * 15)

    def test_too_many_from_a_network(self):
        """Whoever has one IPv6 address has the 2^64 beside it."""
        form = self.make()

        def status(i, network=""):
            return self.server.send("POST", "/f/" + form["slug"], {"email": "net%d@example.com" % i},
                                    headers={"X-Forwarded-For": "2001:db8:%s:1::%x" % (network or 1, i + 1)}).status

        self.assertEqual([status(i) for i in range(62)], [200] * 60 + [429] * 2)
        self.assertEqual(status(62, "2"), 200)

    def test_forged_tokens(self):
        form, other = self.make(), self.make()
        token = hidden(self.get("/f/" + other["slug"]).text, "_token")
        time.sleep(2)
        for bad in [token, "x", token + "x", "", "..."]:
            answer = self.post("/f/" + form["slug"], {"email": "forged@example.com", "_token": bad, "_proof": prove(token)})
            self.assertIn("Is this right?", answer.text)
        self.assertEqual(self.submissions(form), [])


class Progressive(FormTest):
    def test_asks_what_is_unknown(self):
        fields = [dict(f, once=True) if f["name"] in ("email", "first_name", "budget") else f for f in DEFINITION["fields"]]
        form = self.make(fields=fields)
        self.fill(form, {"email": "known@example.com", "first_name": "Zebulon", "budget": "no"},
                  Cookie="sluice_id=browser-known")
        first, = self.submissions(form)
        # The browser alone: what it said is not asked again, who it is, is. Nothing of it is shown.
        page = self.eventually(lambda: self.without(form, "", "first_name", Cookie="sluice_id=browser-known"))
        self.assertIn('name="email"', page)
        self.assertNotIn('name="budget"', page)
        self.assertIn('name="message"', page)
        self.assertNotIn("Zebulon", page)
        self.assertNotIn("known@example.com", page)
        # Somebody else is asked everything.
        self.assertIn('name="first_name"', self.get("/f/" + form["slug"], Cookie="sluice_id=browser-other").text)
        # A link for the person: the address neither, and the answers are that person's.
        link = self.api("POST", "/api/forms/%s/link" % form["id"], {"user_id": first["user_id"]})
        query = "?" + link["path"].split("?")[1]
        page = self.without(form, query, "email")
        self.assertNotIn("known@example.com", page)
        answer = self.fill(form, {"message": "again"}, query=query)
        self.assertEqual(answer.status, 303, answer)
        self.assertEqual(self.submissions(form)[0]["user_id"], first["user_id"])
        self.assertIn('name="email"', self.get("/f/%s%sx" % (form["slug"], query)).text)
        self.api("POST", "/api/forms/%s/link" % form["id"], {"user_id": "a b"}, expect=400)
        # Also when it is set aside first.
        self.fill(form, {"message": "https://a.example " * 7}, query=query, wait=0)
        suspect, = self.submissions(form, "suspect")
        accepted = self.api("POST", "/api/forms/%s/submissions/%s/accept" % (form["id"], suspect["id"]))
        self.assertEqual(accepted["user_id"], first["user_id"])

    def without(self, form, query, name, **headers):
        page = self.get("/f/" + form["slug"] + query, **headers).text
        return page if 'name="%s"' % name not in page else None


class HubSpot(FormTest):
    PATH = "/submissions/v3/integration/submit/123/"

    def test_submission(self):
        form = self.make()
        body = {"fields": [{"objectTypeId": "0-1", "name": "email", "value": "hub@example.com"},
                           {"name": "firstname", "value": "Hub"}],
                "submittedAt": "1700000000000",
                "context": {"hutk": "abc123", "pageUri": "https://www.example.com/p?utm_source=hub", "pageName": "Page"},
                "legalConsentOptions": {"consent": {"consentToProcess": True, "text": "I agree", "communications": [
                    {"value": True, "subscriptionTypeId": 999, "text": DEFINITION["consents"][0]["label"]}]}}}
        answer = self.api("POST", self.PATH + form["slug"], body, key=None)
        self.assertEqual(answer, {"inlineMessage": "Look into your mailbox."})
        wrong = self.server.send("POST", self.PATH + form["slug"], {"fields": 1})  # pages may read that, too
        self.assertEqual((wrong.status, wrong.headers.get_all("Access-Control-Allow-Origin")), (400, ["*"]))
        submission, = self.submissions(form)
        self.assertEqual(submission["state"], "accepted")
        self.assertTrue(submission["answers"]["news"])
        self.assertEqual(submission["answers"]["first_name"], "Hub")
        self.assertEqual(submission["anonymous_id"], "abc123")
        self.assertEqual(submission["context"]["campaign"], {"source": "hub"})
        self.assertEqual(submission["context"]["via"], "hubspot")

    def test_refused(self):
        form = self.make()
        for fields, wrong in [([{"name": "email", "value": "x"}], "fields.email"),
                              ([{"name": "shoe", "value": "x"}], "fields.shoe")]:
            answer = self.server.send("POST", self.PATH + form["id"], {"fields": fields})
            self.assertEqual(answer.status, 400)
            self.assertEqual(answer.json["status"], "error")
            self.assertIn(wrong, answer.json["errors"][0]["message"])
        self.api("POST", self.PATH + "not-there", {"fields": []}, key=None, expect=404)


class Preview(FormTest):
    def test_draft(self):
        draft = {"title": "<b>Draft</b>", "fields": [{"name": "email", "type": "email", "label": "Mail"}],
                 "translations": {"de": {"title": "Entwurf"}}}
        html = self.api("POST", "/api/forms/preview", {"definition": draft})["html"]
        self.assertIn("&lt;b&gt;Draft", html)
        self.assertNotIn("<script", html)
        self.assertIn("Entwurf", self.api("POST", "/api/forms/preview", {"definition": draft, "language": "de"})["html"])
        problem = self.api("POST", "/api/forms/preview", {"definition": {"title": "x", "fields": [{}]}}, expect=400)
        self.assertIn("definition.fields[0].name", [one["field"] for one in problem["errors"]])


class Numbers(FormTest):
    def test_numbers(self):
        form = self.make()
        for _ in range(3):
            self.get("/f/" + form["slug"])
        self.server.send("GET", "/f/" + form["slug"], headers={"User-Agent": "Googlebot/2.1"})
        self.server.send("POST", "/f/%s/start" % form["slug"], "")
        self.fill(form, {"email": "numbers@example.com"})

        def counted():
            items = self.api("GET", "/api/forms/%s/numbers" % form["id"])["items"]
            total = {k: sum(d[k] for d in items) for k in ("views", "starts", "submissions")}
            return total if total["views"] else None
        self.assertEqual(self.eventually(counted, 15), {"views": 4, "starts": 1, "submissions": 1})
        self.api("GET", "/api/forms/%s/numbers?from=2020-01-01" % form["id"], expect=400)
        self.assertEqual(len(self.api("GET", "/api/forms/%s/numbers?from=2020-01-01&to=2020-01-03" % form["id"])["items"]), 3)


if __name__ == "__main__":
    unittest.main()

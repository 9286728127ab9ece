"""Users, sessions, two-factor log-in, one-time links, keys, settings and the audit trail."""
import base64
import http.client
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

from harness import PASSWORD, SLUICE, ApiTest, command
from totp import code_at

NAUGHTY = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "'; DROP TABLE account; --",
    "../../../../etc/passwd",
    "Robert\u202egnirts",
    "💩 Ω≈ç√∫ \u0000"[:-1],
    "%s%n{{7*7}}${7*7}",
    "line\u2028separator",
]


class Users(ApiTest):
    arguments = ("--trust-proxy", "127.0.0.1")
    clients = 0

    def setUp(self):
        # Each test comes from an address of its own: failed log-ins are counted by address, too.
        Users.clients += 1
        self.client = {"X-Forwarded-For": "10.0.0.%d" % Users.clients}

    def log_in(self, email, password=PASSWORD, code=None, expect=200, headers=None):
        body = {"email": email, "password": password}
        if code:
            body["code"] = code
        answer = self.server.send("POST", "/api/session", body, headers=dict(self.client, **(headers or {})))
        self.server.hold_against_document("POST", "/api/session", answer)
        if answer.status != expect:
            self.fail("log-in of %s: %r" % (email, answer))
        return answer

    def cookie(self, email, password=PASSWORD, code=None):
        return self.log_in(email, password, code).headers["Set-Cookie"].split(";")[0]

    def as_session(self, cookie, method, path, body=None, expect=None, headers=None):
        headers = dict(self.client, Cookie=cookie, **(headers or {}))
        headers.setdefault("Origin", "http://127.0.0.1:%d" % self.server.port)
        return self.api(method, path, body, key=None, headers=headers, expect=expect)

    def add(self, email, role="viewer", **more):
        return self.api("POST", "/api/users", dict({"email": email, "role": role, "password": PASSWORD}, **more), user="owner")

    def field(self, problem):
        return problem["errors"][0]["field"]

    def test_create_read_change_remove(self):
        user = self.add("Crud@Example.org", "seller", name="Cru D", own_only=True)
        self.assertEqual(user["email"], "crud@example.org")
        self.assertEqual((user["role"], user["own_only"], user["state"]), ("seller", True, "active"))
        path = "/api/users/" + user["id"]
        self.assertEqual(self.api("GET", path), user)
        self.assertIn(user, self.api("GET", "/api/users?limit=500")["items"])
        changed = self.api("PATCH", path, {"role": "marketer"})
        self.assertEqual((changed["role"], changed["own_only"]), ("marketer", False))
        self.assertEqual(self.field(self.api("PATCH", path, {"own_only": True}, expect=400)), "own_only")
        self.assertEqual(self.field(self.api("PATCH", path, {"role": "king"}, expect=400)), "role")
        self.assertEqual(self.field(self.api("PATCH", path, {"two_factor": True}, expect=400)), "two_factor")
        self.api("PATCH", path, {"name": "x"}, headers={"If-Match": '"1"'}, expect=412)
        self.api("PATCH", path, {"name": "x"}, headers={"If-Match": '"2"'})
        self.add("taken@example.org")
        self.assertEqual(self.field(self.api("PATCH", path, {"email": "Taken@example.org"}, expect=409)), "email")
        self.assertEqual(self.field(self.api("PATCH", path, {"email": "taken"}, expect=400)), "email")
        self.assertEqual(self.api("PATCH", path, {"email": "Other@example.org"})["email"], "other@example.org")
        self.log_in("crud@example.org", expect=401)
        self.log_in("other@example.org")
        self.api("PATCH", path, {"email": "crud@example.org"})
        cookie = self.cookie("crud@example.org")
        self.as_session(cookie, "GET", "/api/session")
        self.api("DELETE", path)
        self.as_session(cookie, "GET", "/api/session", expect=401)
        self.api("GET", path, expect=404)
        self.api("DELETE", path, expect=404)
        self.log_in("crud@example.org", expect=401)
        actions = [line["action"] for line in self.api("GET", "/api/audit?limit=100&subject=" + user["id"])["items"]]
        self.assertEqual(actions, ["user.remove", "session.create", "user.update", "session.create"] + ["user.update"] * 3 + ["user.create"])

    def test_bad_input_names_the_field(self):
        good = {"email": "bad@example.org", "role": "viewer", "password": PASSWORD}
        for field, value in (
            ("email", "nobody"),
            ("email", "a@b\r\nBcc: c@d.de"),
            ("email", 7),
            ("role", "root"),
            ("password", "short"),
            ("password", "bad@example.org"),
            ("password", "password1234"),
            ("password", "x" * 201),
            ("name", "x" * 201),
            ("own_only", "yes"),
            ("unknown", 1),
        ):
            problem = self.api("POST", "/api/users", dict(good, **{field: value}), expect=400)
            self.assertEqual(self.field(problem), field, (field, value))
        self.api("POST", "/api/users", {"email": "bad@example.org"}, expect=400)
        self.add("twice@example.org")
        self.assertEqual(self.field(self.api("POST", "/api/users", dict(good, email="TWICE@example.org"), expect=409)), "email")

    def test_names_round_trip(self):
        user = self.add("naughty@example.org")
        for name in NAUGHTY:
            changed = self.api("PATCH", "/api/users/" + user["id"], {"name": name})
            self.assertEqual(changed["name"], name)
            self.assertEqual(self.api("GET", "/api/users/" + user["id"])["name"], name)
            self.assertEqual(self.api("POST", "/api/keys", {"name": name, "scope": "read"})["name"], name)
            self.assertEqual(self.api("PATCH", "/api/settings", {"business_name": name})["business_name"], name.strip())
            self.api("GET", "/api/users/" + urllib.parse.quote(name, safe=""), expect=(404, 400))

    @unittest.skipUnless(os.environ.get("SLUICE_CORPORA"), "SLUICE_CORPORA is not set")
    def test_naughty_strings_of_the_corpus(self):
        found = []
        for folder, _, files in os.walk(os.environ["SLUICE_CORPORA"]):
            found += [os.path.join(folder, name) for name in files if name == "blns.json"]
        if not found:
            self.skipTest("no blns.json in the corpora")
        user = self.add("blns@example.org")
        key = self.api("POST", "/api/keys", {"scope": "read"})
        with open(found[0], encoding="utf-8") as lines:
            strings = [s for s in json.load(lines) if len(s) <= 200 and s.encode("utf-8", "ignore").decode() == s]
        self.assertGreater(len(strings), 300)
        for number, text in enumerate(strings):
            changed = self.api("PATCH", "/api/users/" + user["id"], {"name": text}, expect=(200, 400))
            if "detail" not in changed:
                self.assertEqual(changed["name"], text)
            if number % 3:
                continue
            if len(text) <= 100:
                self.assertEqual(self.api("PATCH", "/api/keys/" + key["id"], {"name": text}).get("name"), text)
            for field in ("business_name", "business_address", "public_url", "time_zone", "language", "form_frame_hosts"):
                changed = self.api("PATCH", "/api/settings", {field: text}, expect=(200, 400))
                if field in changed and field.startswith("business"):
                    self.assertEqual(changed[field], text.strip(" \t\n\v\f\r"))
            self.api("PATCH", "/api/users/" + user["id"], {"email": text}, expect=400)
            self.api("GET", "/api/audit?subject=" + urllib.parse.quote(text, safe=""), expect=(200, 400))
        self.api("PATCH", "/api/settings", {name: None for name in self.api("GET", "/api/settings")})

    def test_log_in_says_the_same_of_unknown_people(self):
        self.add("known@example.org")
        unknown = self.log_in("unknown@example.org", expect=401).json
        wrong = self.log_in("known@example.org", "not the password", expect=401).json
        self.assertEqual(unknown, wrong)
        cookie = self.log_in("KNOWN@example.org").headers["Set-Cookie"]
        for word in ("HttpOnly", "SameSite=Lax", "Path=/"):
            self.assertIn(word, cookie)
        self.assertNotIn("Secure", cookie)  # this test comes over plain HTTP

    def test_time_of_unknown_people(self):
        self.add("slow@example.org")

        def seconds(email):
            times = []
            for _ in range(4):
                begin = time.monotonic()
                self.log_in(email, "not the password", expect=401)
                times.append(time.monotonic() - begin)
            return min(times)

        known, unknown = seconds("slow@example.org"), seconds("slower@example.org")
        # (on a busy machine times vary; without the detour over a hash the ratio would be ten)
        self.assertGreater(unknown, known * 0.4)
        self.assertLess(unknown, known * 2.5)

    def test_limit_of_failures(self):
        self.add("limit@example.org")
        for _ in range(5):
            self.log_in("limit@example.org", "not the password", expect=401)
        answer = self.log_in("limit@example.org", expect=429)  # even the right one
        self.assertGreater(int(answer.headers["Retry-After"]), 800)
        self.assertLessEqual(int(answer.headers["Retry-After"]), 900)
        for _ in range(5):
            self.log_in("no-such-limit@example.org", "not the password", expect=401)
        self.log_in("no-such-limit@example.org", expect=429)
        # Kept in the database: a restart does not help.
        self.server.stop()
        self.server.start()
        self.log_in("limit@example.org", expect=429)
        self.add("other@example.org")
        self.log_in("other@example.org")

    def test_the_same_person_many_times_at_once(self):
        self.add("parallel@example.org")
        statuses = []
        body = {"email": "parallel@example.org", "password": PASSWORD}
        threads = [
            threading.Thread(target=lambda: statuses.append(self.server.send("POST", "/api/session", body).status))
            for _ in range(24)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, [200] * 24)

    def test_sessions(self):
        self.add("many@example.org")
        first, second, third = (self.cookie("many@example.org") for _ in range(3))
        items = self.as_session(first, "GET", "/api/sessions")["items"]
        self.assertEqual(len(items), 3)
        self.assertEqual([item["current"] for item in items].count(True), 1)
        other = [item for item in items if not item["current"]][0]
        self.as_session(first, "DELETE", "/api/sessions/" + other["id"])
        self.as_session(first, "DELETE", "/api/sessions/" + other["id"], expect=404)
        self.assertEqual(len(self.as_session(first, "GET", "/api/sessions")["items"]), 2)
        self.as_session(first, "DELETE", "/api/sessions")
        self.assertEqual(len(self.as_session(first, "GET", "/api/sessions")["items"]), 1)
        for cookie in (second, third):
            self.as_session(cookie, "GET", "/api/session", expect=401)
        # Another's session cannot be ended.
        mine = self.as_session(first, "GET", "/api/sessions")["items"][0]
        self.add("foreign@example.org")
        self.as_session(self.cookie("foreign@example.org"), "DELETE", "/api/sessions/" + mine["id"], expect=404)
        self.assertEqual(self.as_session(first, "PATCH", "/api/session", {"name": "M."})["user"]["name"], "M.")
        self.as_session(first, "DELETE", "/api/session")
        self.as_session(first, "GET", "/api/session", expect=401)

    def test_changes_come_from_our_own_pages(self):
        self.add("csrf@example.org")
        cookie = self.cookie("csrf@example.org")
        own = "http://127.0.0.1:%d" % self.server.port
        for headers, expected in (
            ({"Origin": own}, 200),
            ({"Sec-Fetch-Site": "same-origin"}, 200),
            ({"Origin": own.upper().replace("HTTP", "http")}, 200),
            ({}, 403),
            ({"Origin": "https://evil.example"}, 403),
            ({"Origin": "null"}, 403),
            ({"Origin": own + ".evil.example"}, 403),
            ({"Origin": own, "Sec-Fetch-Site": "cross-site"}, 403),
            ({"Sec-Fetch-Site": "same-site"}, 403),
            ({"Sec-Fetch-Site": "none"}, 403),
            ({"Origin": "http://evil.example@127.0.0.1:%d" % self.server.port}, 403),
        ):
            answer = self.server.send("PATCH", "/api/session", {"name": "x"}, headers=dict(headers, Cookie=cookie))
            self.assertEqual(answer.status, expected, headers)
        plain = {"Cookie": cookie, "Origin": own, "Content-Type": "text/plain"}
        self.assertEqual(self.server.send("PATCH", "/api/session", '{"name":"x"}', headers=plain).status, 415)
        # Nor may another site log somebody in.
        self.log_in("csrf@example.org", headers={"Origin": "https://evil.example"}, expect=403)
        self.log_in("csrf@example.org", headers={"Sec-Fetch-Site": "cross-site"}, expect=403)
        # Reading goes without.
        self.assertEqual(self.server.send("GET", "/api/session", headers={"Cookie": cookie}).status, 200)
        # A key beside the cookie counts alone.
        self.assertEqual(
            self.server.send("GET", "/api/users", headers={"Cookie": cookie}, authorization="Bearer x").status, 401
        )

    def test_over_tls(self):
        self.add("tls@example.org")
        self.client["X-Forwarded-Proto"] = "https"  # as a trusted proxy says
        answer = self.log_in("tls@example.org")
        self.assertIn("; Secure", answer.headers["Set-Cookie"])
        cookie = answer.headers["Set-Cookie"].split(";")[0]
        host = "127.0.0.1:%d" % self.server.port
        self.as_session(cookie, "PATCH", "/api/session", {"name": "x"}, headers={"Origin": "https://" + host})
        self.as_session(cookie, "PATCH", "/api/session", {"name": "x"}, headers={"Origin": "http://" + host}, expect=403)

    def test_nul_in_texts(self):
        user = self.add("nul@example.org")
        for method, path, body in (
            ("PATCH", "/api/users/" + user["id"], {"name": "a\0b"}),
            ("POST", "/api/keys", {"name": "a\0b", "scope": "read"}),
            ("PATCH", "/api/settings", {"business_name": "a\0b"}),
            ("PATCH", "/api/users/" + user["id"], {"email": "a\0@b.de"}),
        ):
            answer = self.api(method, path, body, expect=(200, 201, 400))
            if "detail" not in answer:
                self.assertEqual(answer["name"], "a\0b")
        self.api("POST", "/api/users", {"email": "nul2@example.org", "role": "viewer", "password": PASSWORD + "\0"}, expect=400)

    def test_own_password(self):
        self.add("pass@example.org")
        here, there = self.cookie("pass@example.org"), self.cookie("pass@example.org")
        change = {"current": "not the password", "password": "another long password"}
        self.assertEqual(self.field(self.as_session(here, "POST", "/api/session/password", change, expect=400)), "current")
        change = {"current": PASSWORD, "password": "1234567890"}
        self.assertEqual(self.field(self.as_session(here, "POST", "/api/session/password", change, expect=400)), "password")
        self.as_session(here, "POST", "/api/session/password", {"current": PASSWORD, "password": "another long password"})
        self.as_session(here, "GET", "/api/session")
        self.as_session(there, "GET", "/api/session", expect=401)
        self.log_in("pass@example.org", expect=401)
        self.log_in("pass@example.org", "another long password")

    def test_two_factor(self):
        user = self.add("totp@example.org")
        cookie = self.cookie("totp@example.org")
        path = "/api/session/two-factor"
        self.as_session(cookie, "POST", path + "/confirm", {"code": "000000"}, expect=409)
        self.as_session(cookie, "POST", "/api/session/recovery-codes", {"password": PASSWORD}, expect=409)
        self.as_session(cookie, "POST", path, {"password": "not the password"}, expect=400)
        enrol = self.as_session(cookie, "POST", path, {"password": PASSWORD})
        secret = enrol["secret"]
        self.assertIn("secret=" + secret, enrol["uri"])
        self.assertEqual(len(base64.b32decode(secret)), 20)
        self.log_in("totp@example.org")  # not on before it is confirmed
        step = int(time.time()) // 30
        wrong = "%06d" % ((int(code_at(secret, step)) + 1) % 1000000)
        self.as_session(cookie, "POST", path + "/confirm", {"code": wrong}, expect=400)
        codes = self.as_session(cookie, "POST", path + "/confirm", {"code": code_at(secret, step)})["recovery_codes"]
        self.assertEqual(len(set(codes)), 10)
        self.assertTrue(self.api("GET", "/api/users/" + user["id"])["two_factor"])
        self.as_session(cookie, "POST", path, {"password": PASSWORD}, expect=409)
        problem = self.log_in("totp@example.org", expect=401).json
        self.assertEqual(self.field(problem), "code")
        self.assertNotIn("errors", self.log_in("totp@example.org", "not the password", "000000", expect=401).json)
        self.assertEqual(self.field(self.log_in("totp@example.org", code=wrong, expect=401).json), "code")
        self.log_in("totp@example.org", code=code_at(secret, step), expect=401)  # was used to confirm
        self.log_in("totp@example.org", code=code_at(secret, step + 1))
        self.log_in("totp@example.org", code=code_at(secret, step + 1), expect=401)  # no code twice
        self.log_in("totp@example.org", code=codes[0].upper().replace("-", " "))
        self.log_in("totp@example.org", code=codes[0], expect=401)
        new = self.as_session(cookie, "POST", "/api/session/recovery-codes", {"password": PASSWORD})["recovery_codes"]
        self.log_in("totp@example.org", code=codes[1], expect=401)
        self.log_in("totp@example.org", code=new[1])
        self.as_session(cookie, "POST", path + "/disable", {"password": PASSWORD})
        self.log_in("totp@example.org")
        # Once more, and the phone is lost: the command line or somebody who manages users turns it off.
        secret = self.as_session(cookie, "POST", path, {"password": PASSWORD})["secret"]
        self.as_session(cookie, "POST", path + "/confirm", {"code": code_at(secret, step)})
        self.log_in("totp@example.org", expect=401)
        command("user", "reset", "totp@example.org", "--two-factor-off", "--data", self.server.data)
        self.log_in("totp@example.org")
        secret = self.as_session(cookie, "POST", path, {"password": PASSWORD})["secret"]
        self.as_session(cookie, "POST", path + "/confirm", {"code": code_at(secret, step)})
        self.log_in("totp@example.org", expect=401)
        self.assertFalse(self.api("PATCH", "/api/users/" + user["id"], {"two_factor": False})["two_factor"])
        self.log_in("totp@example.org")

    def test_guessing_codes_is_limited(self):
        self.add("guess@example.org")
        cookie = self.cookie("guess@example.org")
        secret = self.as_session(cookie, "POST", "/api/session/two-factor", {"password": PASSWORD})["secret"]
        step = int(time.time()) // 30
        self.as_session(cookie, "POST", "/api/session/two-factor/confirm", {"code": code_at(secret, step)})
        wrong = "%06d" % ((int(code_at(secret, step + 1)) + 1) % 1000000)
        statuses = []
        for _ in range(9):  # asking without a code in between does not start the count anew
            self.server.send("POST", "/api/session", {"email": "guess@example.org", "password": PASSWORD}, headers=self.client)
            body = {"email": "guess@example.org", "password": PASSWORD, "code": wrong}
            statuses.append(self.server.send("POST", "/api/session", body, headers=self.client).status)
        self.assertIn(429, statuses)
        self.assertLessEqual(statuses.count(401), 5)

    def test_owners_belong_to_owners(self):
        owner = self.server.user("owner")
        me = self.as_session(owner, "GET", "/api/session")["user"]
        path = "/api/users/" + me["id"]
        for asker in ({"user": "admin"}, {"key": "admin"}):
            self.api("POST", "/api/users", {"email": "o2@example.org", "role": "owner"}, expect=403, **asker)
            self.api("PATCH", path, {"name": "x"}, expect=403, **asker)
            self.api("DELETE", path, expect=403, **asker)
            self.api("POST", path + "/link", expect=403, **asker)
        viewer = self.add("riser@example.org")
        self.api("PATCH", "/api/users/" + viewer["id"], {"role": "owner"}, user="admin", expect=403)
        # The last owner stays.
        self.api("PATCH", path, {"role": "admin"}, user="owner", expect=409)
        self.api("PATCH", path, {"state": "disabled"}, user="owner", expect=409)
        self.api("DELETE", path, user="owner", expect=409)
        self.assertEqual(self.api("GET", path)["role"], "owner")
        self.api("PATCH", "/api/users/" + viewer["id"], {"role": "owner"}, user="owner")
        self.api("PATCH", "/api/users/" + viewer["id"], {"role": "viewer"}, user="owner")

    def test_colleagues(self):
        user = self.add("colleague@example.org", "seller")
        away = self.add("away@example.org", "seller")
        self.api("PATCH", "/api/users/" + away["id"], {"state": "disabled"})
        for asker in ({"user": "viewer"}, {"user": "seller"}, {"key": "read"}):
            items = self.api("GET", "/api/colleagues?limit=500", **asker)["items"]
            self.assertIn({"id": user["id"], "name": "colleague", "role": "seller"}, items)
            self.assertNotIn(away["id"], [item["id"] for item in items])
            self.assertNotIn("@", json.dumps(items))
        self.api("GET", "/api/colleagues", key="capture", expect=403)

    def test_disabling_ends_sessions(self):
        user = self.add("off@example.org")
        cookie = self.cookie("off@example.org")
        self.assertEqual(self.api("PATCH", "/api/users/" + user["id"], {"state": "disabled"})["state"], "disabled")
        self.as_session(cookie, "GET", "/api/session", expect=401)
        self.log_in("off@example.org", expect=401)
        self.api("POST", "/api/users/" + user["id"] + "/link", expect=409)
        self.api("PATCH", "/api/users/" + user["id"], {"state": "active"})
        self.as_session(cookie, "GET", "/api/session", expect=401)  # ended for good
        self.log_in("off@example.org")

    def use(self, link, choice, expect=200):
        """Sends a choice to a one-time link, as the web app's page does; gives the answer."""
        path = "/api" + urllib.parse.urlsplit(link).path
        answer = self.server.send("POST", path, json.dumps(choice), headers={"Content-Type": "application/json"})
        self.assertEqual(answer.status, expect, answer.text)
        self.server.hold_against_document("POST", path, answer)
        return answer

    def test_invitation(self):
        user = self.api("POST", "/api/users", {"email": "o'brien@example.org", "role": "seller"})
        self.assertEqual(user["state"], "invited")
        path = urllib.parse.urlsplit(user["link"]).path
        self.log_in("o'brien@example.org", "", expect=401)
        page = self.server.send("GET", path)  # the web app, whichever link it is
        self.assertEqual(page.status, 200)
        self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
        for _ in range(2):  # looking changes nothing
            self.assertEqual(self.api("GET", "/api" + path, key=None)["email"], "o'brien@example.org")
        for name in NAUGHTY:
            problem = json.loads(self.use(user["link"], {"name": name, "password": "short"}, expect=400).text)
            self.assertEqual([one["field"] for one in problem["errors"]], ["password"])
        answer = self.use(user["link"], {"name": "O'B", "password": PASSWORD})
        cookie = answer.headers["Set-Cookie"].split(";")[0]
        self.assertEqual(self.as_session(cookie, "GET", "/api/session")["user"]["name"], "O'B")
        self.api("GET", "/api" + path, key=None, expect=404)
        self.use(user["link"], {"password": PASSWORD}, expect=404)
        self.log_in("o'brien@example.org")

    def test_new_password_by_link(self):
        user = self.add("reset@example.org")
        cookie = self.cookie("reset@example.org")
        old = self.api("POST", "/api/users/" + user["id"] + "/link")
        link = self.api("POST", "/api/users/" + user["id"] + "/link")
        self.assertEqual(link["kind"], "reset")
        token = link["link"].rsplit("/", 1)[1]
        self.api("GET", "/api/setup/" + old["link"].rsplit("/", 1)[1], key=None, expect=404)
        said = self.api("GET", "/api/setup/" + token, key=None)
        self.assertEqual((said["kind"], said["email"]), ("reset", "reset@example.org"))
        self.api("POST", "/api/setup/" + token, {"password": "short"}, key=None, expect=400)
        self.as_session(cookie, "GET", "/api/session")  # nothing happened yet
        self.api("POST", "/api/setup/" + token, {"password": "an entirely new one"}, key=None)
        self.api("POST", "/api/setup/" + token, {"password": "an entirely new one"}, key=None, expect=404)
        self.as_session(cookie, "GET", "/api/session", expect=401)
        self.log_in("reset@example.org", expect=401)
        self.log_in("reset@example.org", "an entirely new one")
        printed = command("user", "reset", "reset@example.org", "--url", "https://x.example/", "--data", self.server.data)
        self.assertRegex(printed, r"^https://x\.example/setup/[A-Za-z0-9_-]{43}\n$")
        said = self.api("GET", "/api" + urllib.parse.urlsplit(printed.strip()).path, key=None)
        self.assertEqual(said["email"], "reset@example.org")

    def test_keys(self):
        key = self.api("POST", "/api/keys", {"name": "shop", "scope": "read"})
        self.assertTrue(key["key"].startswith(key["prefix"]))
        bearer = "Bearer " + key["key"]
        self.assertEqual(self.server.send("GET", "/api/settings", authorization=bearer).status, 200)
        path = "/api/keys/" + key["id"]
        self.assertNotIn("key", self.api("GET", path))
        self.assertEqual(self.api("PATCH", path, {"name": "shop 2"})["name"], "shop 2")
        self.assertNotIn(key["key"], json.dumps(self.api("GET", "/api/keys?limit=500")))
        self.assertEqual(self.field(self.api("POST", "/api/keys", {"scope": "all"}, expect=400)), "scope")
        self.api("DELETE", path)
        self.assertEqual(self.server.send("GET", "/api/settings", authorization=bearer).status, 401)
        self.api("DELETE", path, expect=409)
        self.assertIsNotNone(self.api("GET", path)["revoked"])
        self.api("GET", "/api/keys/nothing", expect=404)
        self.assertNotIn(key["key"], json.dumps(self.api("GET", "/api/audit?subject=" + key["id"])))
        self.assertNotIn(key["key"], "".join(self.server.log_lines))

    def track(self, key):
        pair = base64.b64encode((key + ":").encode()).decode()
        body = {"userId": "u", "event": "e"}
        return self.server.send("POST", "/v1/track", body, "Basic " + pair).status

    def test_keys_of_the_command_line_work_at_once(self):
        for _ in range(5):
            key = command("key", "create", "--scope", "capture", "--data", self.server.data).strip()
            self.assertEqual(self.track(key), 200)
        found = [json.loads(line) for line in command("key", "list", "--json", "--data", self.server.data).splitlines()]
        mine = [item for item in found if key.startswith(item["prefix"])]
        self.assertEqual(len(mine), 1)
        command("key", "revoke", mine[0]["id"], "--data", self.server.data)
        self.eventually(lambda: self.track(key) == 401, 4, "a revoked key still captures")
        # A flood of wrong keys neither slows the server nor keeps new ones out for long.
        for i in range(400):
            self.track("slc_wrong%d" % i)
        key = command("key", "create", "--scope", "capture", "--data", self.server.data).strip()
        self.eventually(lambda: self.track(key) == 200, 3, "a new key is not known")

    def test_last_use_is_written(self):
        key = self.api("POST", "/api/keys", {"name": "used", "scope": "capture"})
        self.assertIsNone(key["last_used"])
        # (After the flood of wrong keys in another test, a new one may take a moment.)
        self.eventually(lambda: self.track(key["key"]) == 200, 5, "a new key is not known")
        self.eventually(lambda: self.api("GET", "/api/keys/" + key["id"])["last_used"], 30, "no last use")

    def test_audit(self):
        self.add("audited@example.org", "seller")
        page = self.api("GET", "/api/audit?limit=2")
        self.assertEqual(len(page["items"]), 2)
        seen = [line["id"] for line in page["items"]]
        while page["next"]:
            page = self.api("GET", "/api/audit?limit=50&after=" + page["next"])
            seen += [line["id"] for line in page["items"]]
        self.assertEqual(seen, sorted(seen, key=int, reverse=True))
        self.assertEqual(seen[-1], "1")
        text = json.dumps(self.api("GET", "/api/audit?limit=500"))
        self.assertNotIn("argon2", text)
        self.assertNotIn(PASSWORD, text)
        for line in self.api("GET", "/api/audit?action=user.create")["items"]:
            self.assertEqual(line["action"], "user.create")
        me = self.api("GET", "/api/session", user="owner")["user"]["id"]
        for line in self.api("GET", "/api/audit?user=" + me)["items"]:
            self.assertEqual(line["by"]["id"], me)
        self.api("GET", "/api/audit?after=x", expect=400)
        self.api("GET", "/api/audit?limit=0", expect=400)

    def test_settings(self):
        before = self.api("PATCH", "/api/settings", {"business_name": None})
        changed = self.api("PATCH", "/api/settings", {"business_name": "Gold & Co", "time_zone": "Europe/Berlin", "public_url": "https://x.example/"})
        self.assertEqual(dict(before, business_name="Gold & Co", time_zone="Europe/Berlin", public_url="https://x.example"), changed)
        self.assertEqual(self.api("GET", "/api/settings"), changed)
        for field, value in (
            ("time_zone", "Mars/Olympus Mons"),
            ("time_zone", "../../etc/passwd"),
            ("time_zone", "Europe"),
            ("language", "<b>"),
            ("country", "Germany"),
            ("public_url", "javascript:alert(1)"),
            ("public_url", "https://x.example/?a=\"><script>"),
            ("form_frame_hosts", "https://x.example; script-src *"),
            ("retention_machine_days", -1),
            ("retention_machine_days", 1.5),
            ("retention_machine_days", 99999999),
            ("tracker_consent", "maybe"),
            ("own_pages_tracked", "yes"),
            ("business_name", "bell\u0007"),
            ("no_such_setting", 1),
        ):
            problem = self.api("PATCH", "/api/settings", {field: value}, expect=400)
            self.assertEqual(self.field(problem), field, (field, value))
        self.assertEqual(self.api("GET", "/api/settings"), changed)
        self.api("PATCH", "/api/settings", {"business_name": "x"}, headers={"If-Match": '"1"'}, expect=412)
        reset = self.api("PATCH", "/api/settings", {"business_name": None, "time_zone": None, "public_url": None})
        self.assertEqual(reset, before)
        line = self.api("GET", "/api/audit?subject=settings&limit=1")["items"][0]
        self.assertEqual(line["before"]["business_name"], "Gold & Co")

    def test_settings_of_the_tracker_on_our_pages(self):
        definition = {"title": "T", "blocks": [{"type": "text", "markdown": "Hello."}], "write_key": self.server.key("capture")}
        made = self.api("POST", "/api/pages", {"slug": "tracked", "name": "T", "definition": definition, "published": True})
        path = "/p/tracked"
        page = self.server.send("GET", path).text
        self.assertIn("/s.js", page)
        self.api("PATCH", "/api/settings", {"own_pages_tracked": False})
        self.assertNotIn("/s.js", self.server.send("GET", path).text)
        self.api("PATCH", "/api/settings", {"own_pages_tracked": None})
        self.assertIn("/s.js", self.server.send("GET", path).text)
        self.api("DELETE", "/api/pages/" + made["id"])

    def test_secrets_are_not_in_the_folder(self):
        self.add("secret@example.org")
        cookie = self.cookie("secret@example.org").split("=", 1)[1]
        key = self.server.key("capture")
        made = self.api("POST", "/api/keys", {"scope": "read"}, headers={"Idempotency-Key": "once"})["key"]
        other = self.api("POST", "/api/keys", {"scope": "read"}, headers={"Idempotency-Key": "once"})["key"]
        self.assertNotEqual(made, other)
        for name in os.listdir(self.server.data):
            path = os.path.join(self.server.data, name)
            if not os.path.isfile(path):
                continue
            self.assertEqual(os.stat(path).st_mode & 0o077, 0, name)
            with open(path, "rb") as file:
                content = file.read()
            for secret in (cookie, key, made, PASSWORD):
                self.assertNotIn(secret.encode(), content, name)
        self.assertNotIn(cookie, "".join(self.server.log_lines))
        self.assertNotIn("secret@example.org", "".join(self.server.log_lines))


class FirstOwner(unittest.TestCase):
    """An empty store: the link on the terminal."""

    def start(self, data):
        process = subprocess.Popen(
            [SLUICE, "serve", "--data", data, "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        port = None
        log = []
        for line in process.stderr:
            log.append(line)
            if '"listening"' in line:
                port = int(json.loads(line)["address"].rsplit(":", 1)[1])
                break
        self.assertIsNotNone(port, log)
        return process, port

    def stop(self, process):
        """Stops it; gives what it printed and logged."""
        process.send_signal(signal.SIGTERM)
        return process.communicate(timeout=20)

    def send(self, port, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Content-Type": "application/json"}
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer, text

    def test_first_start(self):
        with tempfile.TemporaryDirectory(prefix="sluice-owner-") as folder:
            data = os.path.join(folder, "data")
            command("init", "--data", data)
            process, port = self.start(data)
            try:
                old = re.search(r"http://127\.0\.0\.1:%d(/setup/[\w-]{43})\n" % port, process.stdout.readline()).group(1)
            finally:
                _, log = self.stop(process)
            self.assertNotIn(old, log)
            process, port = self.start(data)  # the link of the start before stops working
            try:
                link = re.search(r"http://127\.0\.0\.1:%d(/setup/[\w-]{43})\n" % port, process.stdout.readline()).group(1)
                self.assertEqual(self.send(port, "GET", "/api" + old)[0].status, 404)
                self.assertEqual(self.send(port, "GET", "/api/setup/" + "A" * 43)[0].status, 404)
                self.assertEqual(self.send(port, "HEAD", link)[0].status, 200)
                choice = {"email": "Me@Example.org", "name": "Me", "password": PASSWORD}
                for field, value in (("email", "me"), ("password", "short"), ("password", "me@example.org")):
                    answer, text = self.send(port, "POST", "/api" + link, dict(choice, **{field: value}))
                    self.assertEqual(answer.status, 400)
                    self.assertEqual([one["field"] for one in json.loads(text)["errors"]], [field])
                answer, text = self.send(port, "POST", "/api" + link, choice)
                self.assertEqual(answer.status, 200)
                cookie = answer.headers["Set-Cookie"].split(";")[0]
                self.assertEqual(self.send(port, "GET", "/api" + link)[0].status, 404)
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request("GET", "/api/session", headers={"Cookie": cookie})
                said = json.loads(connection.getresponse().read())
                connection.close()
                self.assertEqual((said["user"]["email"], said["user"]["role"]), ("me@example.org", "owner"))
            finally:
                _, log = self.stop(process)
            self.assertNotIn(link, log)
            process, port = self.start(data)  # somebody can log in now: no link
            out, _ = self.stop(process)
            self.assertEqual(out, "")


if __name__ == "__main__":
    unittest.main()

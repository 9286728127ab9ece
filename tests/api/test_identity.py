"""Merge suggestions, merges by a person and their end."""
import json
import unittest

from harness import ApiTest

TIME = "2026-03-01T10:00:00Z"


def identify(user, time=TIME, anonymous=None, **traits):
    message = {"type": "identify", "userId": user, "timestamp": time, "traits": traits}
    if anonymous:
        message["anonymousId"] = anonymous
    return message


class Suggestions(ApiTest):
    def suggestions(self, n, query=""):
        def check():
            items = self.api("GET", "/api/merge-suggestions" + query)["items"]
            return (items,) if len(items) == n else None

        return self.eventually(check, what="%d suggestions" % n)[0]

    def test_suggested_dismissed_reopened(self):
        self.capture(
            [
                identify("s1", email="same@acme-tools.com", name="Sam Same"),
                identify("s2", email="SAME@acme-tools.com", phone="+49 30 1234567"),
                identify("s3", email="other@acme-tools.com", name="sam  same"),
                {"type": "identify", "anonymousId": "b", "timestamp": TIME, "traits": {"email": "same@acme-tools.com"}},
            ]
        )
        items = self.suggestions(2)
        by_kind = {i["reasons"][0]["kind"]: i for i in items}
        self.assertEqual(set(by_kind), {"email", "name"})
        self.assertEqual({c["user_id"] for c in by_kind["email"]["contacts"]}, {"s1", "s2"})
        self.assertEqual({c["user_id"] for c in by_kind["name"]["contacts"]}, {"s1", "s3"})
        # A further reason joins the suggestion that is there.
        self.capture(identify("s1", phone="+493012345 67"))
        email = by_kind["email"]["id"]
        self.eventually(lambda: len(self.api("GET", "/api/merge-suggestions/" + email)["reasons"]) == 2)

        dismissed = self.api("POST", "/api/merge-suggestions/%s/dismiss" % email)
        self.assertEqual(dismissed["state"], "dismissed")
        self.assertIsNotNone(dismissed["decided"])
        self.suggestions(1)
        self.suggestions(1, "?state=dismissed")
        self.suggestions(2, "?state=all")
        self.suggestions(2, "?state=all&contact=s1")
        self.suggestions(0, "?state=all&contact=s3&limit=1&after=" + by_kind["name"]["id"])
        self.assertEqual(self.api("POST", "/api/merge-suggestions/%s/reopen" % email)["state"], "open")
        self.suggestions(2)
        page = self.api("GET", "/api/merge-suggestions?limit=1")
        self.assertEqual(len(page["items"]), 1)
        rest = self.api("GET", "/api/merge-suggestions?limit=1&after=" + page["next"])
        self.assertNotEqual(page["items"][0]["id"], rest["items"][0]["id"])

    def test_mistakes(self):
        self.api("GET", "/api/merge-suggestions/nonsense", expect=404)
        self.api("POST", "/api/merge-suggestions/nonsense/dismiss", expect=404)
        self.api("POST", "/api/merge-suggestions/nonsense/reopen", expect=404)
        self.api("GET", "/api/merge-suggestions?after=nonsense", expect=400)
        self.api("GET", "/api/merge-suggestions?state=odd", expect=400)
        self.api("GET", "/api/merge-suggestions?contact=nobody-knows", expect=404)


class Merges(ApiTest):
    model = 'stage lead when any inbound\nstage customer when any order.placed\n'

    def events(self, contact):
        items = self.api("GET", "/api/events?limit=500&contact=" + contact)["items"]
        return sorted(i["id"] for i in items)

    def known(self, *users):
        for user in users:
            self.eventually(lambda: self.api("GET", "/api/contacts/%s/merges" % user, expect=(200, 404)) != None
                            and "items" in self.api("GET", "/api/contacts/%s/merges" % user, expect=(200, 404)))

    def test_merge_and_undo(self):
        self.capture(
            [
                identify("m1", email="mia@one-company.com"),
                identify("m2", email="mia@two-company.com", anonymous="mb"),
                {"type": "page", "anonymousId": "mb", "timestamp": TIME},
                {"type": "track", "userId": "m2", "event": "order.placed", "timestamp": TIME},
            ]
        )
        self.known("m1", "m2")
        before = self.events("m1"), self.events("m2")
        merge = self.api("POST", "/api/contacts/m1/merge", {"with": "m2"})
        self.assertEqual(merge["contact"]["user_id"], "m1")
        self.assertEqual(merge["with"]["user_id"], "m2")
        self.assertFalse(merge["ended"])
        both = sorted(before[0] + before[1])
        self.eventually(lambda: self.events("m1") == both and self.events("m2") == both)
        self.api("POST", "/api/contacts/m1/merge", {"with": "m2"}, expect=409)
        listed = self.api("GET", "/api/contacts/m2/merges")["items"]
        self.assertEqual([m["id"] for m in listed], [merge["id"]])

        undone = self.api("DELETE", "/api/contacts/m2/merges/" + merge["id"])
        self.assertTrue(undone["ended"])
        self.eventually(lambda: (self.events("m1"), self.events("m2")) == before)
        self.api("DELETE", "/api/contacts/m1/merges/" + merge["id"], expect=409)
        # Once more, from the other side.
        again = self.api("POST", "/api/contacts/m2/merge", {"with": "m1"})
        self.assertNotEqual(again["id"], merge["id"])
        self.eventually(lambda: self.events("m1") == both)
        self.assertEqual(len(self.api("GET", "/api/contacts/m1/merges")["items"]), 2)

    def test_a_visitor_becomes_known(self):
        self.capture(
            [
                identify("v1", email="vera@visits.com"),
                {"type": "page", "anonymousId": "vb", "timestamp": TIME},
                {"type": "page", "anonymousId": "vc", "timestamp": TIME},
            ]
        )
        self.known("v1", "vb", "vc")
        self.api("POST", "/api/contacts/vb/merge", {"with": "vc"}, expect=409)
        merge = self.api("POST", "/api/contacts/vb/merge", {"with": "v1"})
        self.eventually(lambda: len(self.events("v1")) == 2)
        self.api("DELETE", "/api/contacts/v1/merges/" + merge["id"])
        self.eventually(lambda: len(self.events("v1")) == 1 and len(self.events("vb")) == 1)

    def test_merging_settles_a_suggestion(self):
        self.capture([identify("t1", email="tom@settles.com"), identify("t2", email="tom@settles.com")])
        self.known("t1", "t2")

        def states():
            return [s["state"] for s in self.api("GET", "/api/merge-suggestions?state=all&contact=t1")["items"]]

        self.eventually(lambda: states() == ["open"])
        merge = self.api("POST", "/api/contacts/t1/merge", {"with": "t2"})
        self.eventually(lambda: states() == ["merged"])
        suggestion = self.api("GET", "/api/merge-suggestions?state=merged&contact=t1")["items"][0]["id"]
        self.api("POST", "/api/merge-suggestions/%s/dismiss" % suggestion, expect=409)
        self.api("DELETE", "/api/contacts/t1/merges/" + merge["id"])
        self.eventually(lambda: states() == ["open"])

    def test_an_alias_of_a_message_can_be_undone(self):
        self.capture(
            [
                identify("a1", email="a1@alias.com"),
                identify("a2", email="a2@alias.com"),
                {"type": "alias", "userId": "a1", "previousId": "a2", "messageId": "join-a", "timestamp": TIME},
            ]
        )
        self.eventually(lambda: self.api("GET", "/api/contacts/a1/merges", expect=(200, 404)).get("items"))
        merge = self.api("GET", "/api/contacts/a1/merges")["items"][0]
        self.assertIsNone(merge["by"])
        self.assertTrue(merge["can_end"])
        self.api("DELETE", "/api/contacts/a1/merges/" + merge["id"])
        self.eventually(lambda: len(self.events("a2")) == 1 and len(self.events("a1")) == 1)

    def test_mistakes(self):
        self.capture(identify("w1", email="w1@mistakes.com"))
        self.known("w1")
        self.api("POST", "/api/contacts/w1/merge", {"with": "w1"}, expect=409)
        self.api("POST", "/api/contacts/w1/merge", {"with": "nobody-at-all"}, expect=404)
        self.api("POST", "/api/contacts/w1/merge", {}, expect=400)
        self.api("POST", "/api/contacts/nobody-at-all/merge", {"with": "w1"}, expect=404)
        self.api("DELETE", "/api/contacts/w1/merges/1", expect=404)
        self.api("DELETE", "/api/contacts/w1/merges/x", expect=404)
        self.api("POST", "/api/contacts/w1/merge", {"with": "w1"}, key="read", expect=403)
        self.api("GET", "/api/contacts/w1/merges", key="capture", expect=403)


class Sellers(ApiTest):
    def test_only_their_own(self):
        self.server.user("seller")
        seller = next(u for u in self.api("GET", "/api/users")["items"] if u["role"] == "seller")
        self.api("PATCH", "/api/users/" + seller["id"], {"own_only": True})
        for user in ("theirs", "theirs2"):
            self.api("POST", "/api/contacts", {"user_id": user, "email": "both@shared.com"}, expect=201)
        for user in ("mine", "mine2"):
            self.api("POST", "/api/contacts", {"user_id": user, "email": "own@shared.com"}, user="seller", expect=201)
        self.eventually(lambda: len(self.api("GET", "/api/merge-suggestions")["items"]) == 2)
        seen = self.api("GET", "/api/merge-suggestions", user="seller")["items"]
        self.assertEqual([{c["user_id"] for c in s["contacts"]} for s in seen], [{"mine", "mine2"}])
        other = [s for s in self.api("GET", "/api/merge-suggestions")["items"] if s["id"] != seen[0]["id"]][0]
        self.api("GET", "/api/merge-suggestions/" + other["id"], user="seller", expect=404)
        self.api("POST", "/api/merge-suggestions/%s/dismiss" % other["id"], user="seller", expect=404)
        self.api("GET", "/api/merge-suggestions?contact=theirs", user="seller", expect=404)
        for path in ("merges", "company", "consents"):
            self.api("GET", "/api/contacts/theirs/" + path, user="seller", expect=404)
            self.api("GET", "/api/contacts/mine/" + path, user="seller")
        self.api("POST", "/api/contacts/mine/merge", {"with": "theirs"}, user="seller", expect=404)
        self.api("POST", "/api/contacts/theirs/merge", {"with": "mine"}, user="seller", expect=404)
        self.api("POST", "/api/contacts/theirs/company", {"company": None}, user="seller", expect=404)
        self.api("POST", "/api/contacts/theirs/consents", {"state": "given", "purpose": "x"}, user="seller", expect=404)
        self.api("POST", "/api/contacts/mine/erase", user="seller", expect=403)
        company = self.api("GET", "/api/companies")["items"][0]
        people = self.api("GET", "/api/companies/%s/contacts" % company["id"], user="seller")["items"]
        self.assertEqual({p["user_id"] for p in people}, {"mine", "mine2"})
        merge = self.api("POST", "/api/contacts/mine/merge", {"with": "mine2"}, user="seller")
        self.api("DELETE", "/api/contacts/mine/merges/" + merge["id"], user="seller")


class UndoneImport(ApiTest):
    """Whoever had a key only by what was undone has it no more."""

    def bring_in(self, messages):
        lines = "\n".join(json.dumps(m) for m in messages)
        made = self.api("POST", "/api/imports?name=people.ndjson", lines, expect=201)
        self.api("POST", "/api/imports/%s/run" % made["id"], expect=202)
        self.eventually(lambda: self.api("GET", "/api/imports/" + made["id"])["state"] == "done")
        return made["id"]

    def keys(self, user):
        return {(k["kind"], k["value"]) for k in self.api("GET", "/api/contacts/%s/export" % user)["keys"]}

    def becomes(self, user, **keys):
        expected = set(keys.items())
        self.eventually(lambda: self.keys(user) == expected, what="keys of %s: %s, not %s" % (user, self.keys(user), expected))

    def suggestions(self):
        return {frozenset(c["user_id"] for c in i["contacts"]): {r["kind"] for r in i["reasons"]}
                for i in self.api("GET", "/api/merge-suggestions")["items"]}  # fmt: skip

    def test_all(self):
        self.capture([
            identify("kim", email="kim@left.example", phone="+49 30 7654321"),
            identify("pat@left.example", email="pat@left.example"),
            identify("lou", email="lou@left.example"),
        ])  # fmt: skip
        undone = self.bring_in([
            identify("kim", email="kim@left.example", linkedin_url="https://www.linkedin.com/in/wrong"),
            identify("pat@left.example", email="pat@left.example", phone="+49 30 1111111"),
            identify("gone", email="gone@left.example", phone="+49 30 7654321"),
            identify("twin", email="lou@left.example", phone="+49 30 2222222"),
            identify("odd", email="odd@left.example"),
            identify("solo", email="solo@undone-company.com", phone="+49 30 3333333"),
        ])  # fmt: skip
        self.capture([identify("heir", email="gone@left.example"), identify("lou", phone="+49 30 2222222")])
        self.eventually(lambda: len(self.suggestions()) == 3)
        self.becomes("kim", email="kim@left.example", phone="+49307654321", profile="linkedin.com/in/wrong")
        self.api("POST", "/api/contacts", {"email": "odd@left.example"}, expect=409)
        companies = lambda: {c["name"] for c in self.api("GET", "/api/companies")["items"]}
        self.eventually(lambda: companies() == {"left.example", "undone-company.com"})
        self.api("POST", "/api/imports/%s/undo" % undone)
        # What others say, too, stays; what only it said goes, and leads to whoever else said it.
        self.becomes("kim", email="kim@left.example", phone="+49307654321")
        self.becomes("pat@left.example", email="pat@left.example")
        self.becomes("heir", email="gone@left.example")
        self.becomes("lou", email="lou@left.example", phone="+49302222222")
        self.eventually(lambda: self.suggestions() == {}, what="suggestions %s" % self.suggestions())
        self.eventually(lambda: companies() == {"left.example"})
        self.api("POST", "/api/contacts", {"email": "odd@left.example"}, expect=201)
        self.api("POST", "/api/contacts", {"email": "odd@left.example"}, expect=409)
        self.api("POST", "/api/contacts", {"user_id": "odd", "email": "new@left.example"}, expect=201)
        self.api("POST", "/api/contacts", {"user_id": "odd"}, expect=409)


if __name__ == "__main__":
    unittest.main()

"""Offers: codes, shared and personal, redeemed over the API and by events."""
import threading
import unittest

from harness import ApiTest


class Offers(ApiTest):
    def ok(self, method, path, body=None):
        answer = self.server.send(method, path, body, "Bearer " + self.server.key("admin"))
        return answer.json if answer.status < 300 else None

    def make(self, **more):
        return self.api("POST", "/api/offers", dict({"name": "Spring", "kind": "personal"}, **more), expect=201)

    def test_life(self):
        offer = self.make(text="10 % off", code="spring-")
        self.assertEqual((offer["code"], offer["codes"], offer["makes"]), ("SPRING-", 0, True))
        path = "/api/offers/" + offer["id"]
        self.assertEqual(self.api("POST", path + "/codes", {"codes": ["a1", "A1", "b2"]}), {"added": 2, "there": 1})
        self.assertEqual(self.api("POST", path + "/codes", {"count": 5}), {"added": 5, "there": 0})
        codes = [c["code"] for c in self.api("GET", path + "/codes")["items"]]
        self.assertEqual(len(set(codes)), 7)
        self.assertEqual(len([c for c in codes if c.startswith("SPRING-")]), 5)
        page = self.api("GET", path + "/codes?limit=3")
        rest = self.api("GET", path + "/codes?limit=500&after=" + page["next"])
        self.assertEqual([c["code"] for c in page["items"] + rest["items"]], codes)
        changed = self.api("PATCH", path, {"ends": "2030-01-01T00:00:00Z", "text": "20 % off"})
        self.assertEqual((changed["ends"], changed["text"], changed["free"]), ("2030-01-01T00:00:00Z", "20 % off", 7))
        self.assertEqual([o["id"] for o in self.api("GET", "/api/offers")["items"] if o["id"] == offer["id"]], [offer["id"]])
        self.assertEqual(self.api("GET", path)["version"], 2)
        self.api("DELETE", path, expect=204)
        self.api("GET", path, expect=404)

    def test_redeem(self):
        offer = self.make(text="A gift")
        self.api("POST", "/api/offers/%s/codes" % offer["id"], {"codes": ["ONE", "TWO"]})
        self.capture({"type": "track", "userId": "buyer", "event": "page.viewed"})
        buyer = self.eventually(lambda: self.ok("GET", "/api/contacts/buyer"))["id"]
        done = self.api("POST", "/api/offers/redeem", {"code": " one ", "contact": "buyer", "amount": 12.5})
        self.assertEqual(done, {"offer": offer["id"], "text": "A gift", "code": "ONE", "contact": buyer, "late": False})
        self.api("POST", "/api/offers/redeem", {"code": "ONE"}, expect=409)
        self.api("POST", "/api/offers/redeem", {"code": "THREE"}, expect=404)
        self.api("POST", "/api/offers/redeem", {"code": "ä"}, expect=400)
        names = self.eventually(lambda: [e for e in self.api("GET", "/api/contacts/buyer/timeline")["items"]
                                         if e["name"] == "coupon.redeemed"])
        self.assertEqual(len(names), 1)
        # The shop tells of the other one; the same again changes nothing.
        for i in range(2):
            self.capture({"type": "track", "userId": "buyer", "event": "coupon.redeemed",
                          "properties": {"code": "two", "value": 7.5}})
        seen = self.eventually(lambda: [o for o in [self.api("GET", "/api/offers/" + offer["id"])] if o["redeemed"] == 2])[0]
        self.assertEqual(seen["campaigns"], [{"campaign": None, "sent": 0, "redeemed": 2, "amount": 20}])

    def test_one_code_once(self):
        """Many at once: exactly one of them."""
        offer = self.make()
        self.api("POST", "/api/offers/%s/codes" % offer["id"], {"codes": ["RACE"]})
        key, got = "Bearer " + self.server.key("admin"), []
        threads = [threading.Thread(target=lambda: got.append(
            self.server.send("POST", "/api/offers/redeem", {"code": "RACE"}, key).status)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(got), [200] + [409] * 7)

    def test_ended_and_wrong(self):
        old = self.make(kind="shared", code="OLD", ends="2020-01-01T00:00:00Z")
        self.api("POST", "/api/offers/redeem", {"code": "old"}, expect=409)
        self.api("POST", "/api/offers/%s/codes" % old["id"], {"count": 1}, expect=409)
        self.api("POST", "/api/offers", {"name": "x", "kind": "shared"}, expect=400)
        self.api("POST", "/api/offers", {"name": "x", "kind": "shared", "code": "OLD"}, expect=400)
        self.api("POST", "/api/offers", {"name": "x", "kind": "shared", "code": "a b"}, expect=400)
        shared = self.make(kind="shared", code="ALL")
        for user in ("s1", "s2"):
            self.capture({"type": "track", "userId": user, "event": "page.viewed"})
            self.eventually(lambda: self.ok("GET", "/api/contacts/" + user))
            self.api("POST", "/api/offers/redeem", {"code": "ALL", "contact": user})
            self.api("POST", "/api/offers/redeem", {"code": "ALL", "contact": user}, expect=409)
        self.assertEqual(self.api("GET", "/api/offers/" + shared["id"])["redeemed"], 2)


if __name__ == "__main__":
    unittest.main()

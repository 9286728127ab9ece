"""Companies made from the log and by people, and who works there in which buying role."""
import unittest
from urllib.parse import quote

from harness import ApiTest

TIME = "2026-03-01T10:00:00Z"


def identify(user, **traits):
    return {"type": "identify", "userId": user, "timestamp": TIME, "traits": traits}


class Companies(ApiTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.capture(
            [
                identify("ann", email="ann@acme-tools.com", company={"name": "Acme Tools", "employees": 12}),
                identify("ben", email="ben@mail.acme-tools.com"),
                identify("cat", email="cat@gmail.com"),
                identify("dan", email="dan@gmail.com", company="Dan's Garage"),
                identify("eve", email="eve@zebra-works.de"),
                {
                    "type": "group",
                    "userId": "eve",
                    "groupId": "z",
                    "timestamp": TIME,
                    "traits": {"name": "Zebra", "industry": "print", "employees": 300},
                },
            ]
        )
        cls.server.eventually(lambda: len(cls.companies(cls)) == 3, what="three companies")

    def companies(self, query=""):
        return self.server.api("GET", "/api/companies" + query)["items"]

    def company(self, domain):
        return self.companies("?filter=" + quote('domain is "%s"' % domain))[0]

    def test_list(self):
        by_name = self.companies("?sort=name")
        self.assertEqual([c["name"] for c in by_name], ["Acme Tools", "Dan's Garage", "Zebra"])
        self.assertEqual([c["name"] for c in self.companies("?sort=-name")], ["Zebra", "Dan's Garage", "Acme Tools"])
        acme = by_name[0]
        self.assertEqual((acme["domain"], acme["employees"], acme["contacts"]), ("acme-tools.com", 12, 2))
        self.assertIsNone(by_name[1]["domain"])
        self.assertEqual(by_name[2]["industry"], "print")
        self.assertEqual(self.companies("?sort=-contacts")[0]["name"], "Acme Tools")
        self.assertEqual(self.companies()[0]["name"], "Acme Tools")
        self.assertEqual(self.companies("?sort=contacts")[-1]["name"], "Acme Tools")

    def test_pages(self):
        for sort in ("name", "-name", "contacts", "-contacts", "created", "-created"):
            whole = [c["id"] for c in self.companies("?sort=" + sort)]
            paged, after = [], ""
            while True:
                page = self.api("GET", "/api/companies?limit=1&sort=%s%s" % (sort, after))
                paged += [c["id"] for c in page["items"]]
                if not page["next"]:
                    break
                after = "&after=" + quote(page["next"])
            self.assertEqual(paged, whole, sort)

    def test_filter(self):
        self.assertEqual([c["name"] for c in self.companies("?filter=" + quote("employees > 100"))], ["Zebra"])
        self.assertEqual([c["name"] for c in self.companies("?filter=" + quote('name contains "GARAGE"'))],
                         ["Dan's Garage"])
        self.assertEqual(self.companies("?filter=" + quote('country is "DE"')), [])
        self.api("GET", "/api/companies?filter=" + quote('nonsense is "DE"'), expect=400)
        self.api("GET", "/api/companies?filter=" + quote("employees >"), expect=400)
        self.api("GET", "/api/companies?after=nonsense", expect=400)
        self.api("GET", "/api/companies?sort=odd", expect=400)


    def test_roles(self):
        acme = self.company("acme-tools.com")
        people = self.api("GET", "/api/companies/%s/contacts" % acme["id"])["items"]
        self.assertEqual({p["user_id"] for p in people}, {"ann", "ben"})
        self.assertEqual({p["role"] for p in people}, {None})
        said = self.api("POST", "/api/contacts/ann/company",
                        {"role": "decision_maker", "evidence": "signs the <orders>"})
        self.assertEqual((said["company"]["id"], said["role"]), (acme["id"], "decision_maker"))
        self.assertIsNotNone(said["by"])
        self.assertEqual(self.api("GET", "/api/contacts/ann/company"), said)
        page = self.api("GET", "/api/companies/%s/contacts?limit=1" % acme["id"])
        rest = self.api("GET", "/api/companies/%s/contacts?limit=1&after=%s" % (acme["id"], page["next"]))
        self.assertEqual({p["user_id"] for p in page["items"] + rest["items"]}, {"ann", "ben"})
        self.assertIn("decision_maker", [p["role"] for p in page["items"] + rest["items"]])
        self.eventually(lambda: "contact.employed" in [e["name"] for e in self.api("GET", "/api/events?contact=ann")["items"]])
        # A later address moves who was placed by the log, and nobody whom a person has placed.
        zebra = self.company("zebra-works.de")
        self.assertEqual(self.api("POST", "/api/contacts/ben/company", {"company": zebra["id"]})["company"]["name"],
                         "Zebra")
        self.assertEqual(self.company("zebra-works.de")["contacts"], 2)
        self.capture([identify("ben", email="ben@elsewhere.com"), identify("eve", email="eve@elsewhere.com")])
        self.eventually(lambda: self.api("GET", "/api/contacts/eve/company")["company"]["domain"] == "elsewhere.com")
        self.assertEqual(self.api("GET", "/api/contacts/ben/company")["company"]["name"], "Zebra")
        # And nowhere stays nowhere.
        self.assertIsNone(self.api("POST", "/api/contacts/ben/company", {"company": None, "role": None})["company"])
        self.capture([identify("ben", email="ben@third.com"), identify("eve", email="eve@third.com")])
        self.eventually(lambda: self.api("GET", "/api/contacts/eve/company")["company"]["domain"] == "third.com")
        self.assertIsNone(self.api("GET", "/api/contacts/ben/company")["company"])
        for company, home in (("ben", acme["id"]), ("eve", zebra["id"])):
            self.api("POST", "/api/contacts/%s/company" % company, {"company": home})

    def test_mistakes(self):
        self.api("GET", "/api/companies/nonsense", expect=404)
        self.api("PATCH", "/api/companies/nonsense", {"name": "x"}, expect=404)
        self.api("GET", "/api/companies/nonsense/contacts", expect=404)
        self.api("GET", "/api/contacts/nobody-at-all/company", expect=404)
        self.api("POST", "/api/contacts/nobody-at-all/company", {}, expect=404)
        self.api("POST", "/api/contacts/cat/company", {"company": "nonsense"}, expect=400)
        self.api("POST", "/api/contacts/cat/company", {"role": "king"}, expect=400)
        self.api("POST", "/api/contacts/cat/company", {"role": "user"}, expect=409)
        self.assertIsNone(self.api("GET", "/api/contacts/cat/company")["company"])
        self.api("POST", "/api/companies", {"name": "x"}, key="read", expect=403)


class ByHand(ApiTest):
    def test_a_persons_word_wins(self):
        added = self.api("POST", "/api/companies", {"domain": "https://www.quince.com/x", "name": "Quince"})
        self.assertEqual((added["domain"], added["contacts"]), ("quince.com", 0))
        path = "/api/companies/" + added["id"]
        self.assertEqual(self.api("GET", path)["name"], "Quince")
        self.api("POST", "/api/companies", {"domain": "quince.com"}, expect=409)
        self.api("POST", "/api/companies", {"domain": "gmail.com"}, expect=400)
        self.api("POST", "/api/companies", {}, expect=400)
        self.api("POST", "/api/companies", {"name": "x", "employees": -1}, expect=400)
        changed = self.api("PATCH", path, {"name": "Quince & Co", "industry": "fruit", "employees": 4})
        self.assertEqual((changed["name"], changed["industry"], changed["employees"]), ("Quince & Co", "fruit", 4))
        self.api("PATCH", path, {"name": " "}, expect=400)
        self.api("PATCH", path, {"domain": "other.com"}, expect=400)
        self.api("PATCH", path, {"name": "Late"}, headers={"If-Match": '"1"'}, expect=412)
        self.capture([
            identify("quin", email="quin@quince.com"),
            {"type": "group", "userId": "quin", "groupId": "q", "timestamp": TIME,
             "traits": {"name": "QUINCE INC", "industry": "software", "employees": 5}},
        ])
        self.eventually(lambda: self.api("GET", path)["contacts"] == 1)
        now = self.api("GET", path)
        self.assertEqual((now["name"], now["industry"], now["employees"]), ("Quince & Co", "fruit", 4))
        self.assertEqual(self.api("PATCH", path, {"country": "PT"})["country"], "PT")
        self.assertIsNone(self.api("PATCH", path, {"country": None})["country"])


if __name__ == "__main__":
    unittest.main()

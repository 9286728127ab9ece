"""Imports over the API: hand in, preview, map, run, rejects, undo."""
import json
import unittest

import harness

LIST = """First Name,Last Name,Email,Company
Ann,Archer,ann@acme.example,Acme
Bob,Baker,bob@birch.example,Birch
,,not an address,
"""


class Imports(harness.ApiTest):
    def hand_in(self, text, name="people.csv"):
        return self.api("POST", "/api/imports?name=" + name, text, expect=201)

    def run_import(self, made):
        path = "/api/imports/" + made["id"]
        self.api("POST", path + "/run", expect=202)
        return self.eventually(lambda: (lambda i: i if i["state"] in ("done", "failed") else None)(self.api("GET", path)), 20)

    def test_list_of_contacts(self):
        made = self.hand_in(LIST)
        path = "/api/imports/" + made["id"]
        self.assertEqual((made["name"], made["format"], made["state"], made["total_lines"]), ("people.csv", "csv", "uploaded", 4))
        preview = self.api("GET", path + "/preview")
        self.assertEqual(preview["counts"]["new_contacts"], 2)
        self.assertEqual([r["line"] for r in preview["rejects"]], [4])
        email = next(c for c in preview["columns"] if c["header"] == "Email")
        self.assertEqual((email["trait"], email["own"]), ("email", "email_column"))
        self.assertEqual((preview["rows"], email["samples"][0]), (2, "ann@acme.example"))
        done = self.run_import(made)
        self.assertEqual((done["state"], done["counts"]["new_contacts"], done["counts"]["rejected"]), ("done", 2, 1))
        rejects = self.api("GET", path + "/rejects")["items"]
        self.assertEqual([r["line"] for r in rejects], [4])
        # The same people again are no new ones.
        again = self.api("GET", "/api/imports/%s/preview" % self.hand_in("Email\nANN@acme.example\nzoe@zinc.example\n")["id"])
        self.assertEqual(again["counts"]["new_contacts"], 1)
        undone = self.api("POST", path + "/undo")
        self.assertEqual(undone["state"], "undone")
        self.api("POST", path + "/undo", expect=409)
        self.assertEqual(self.api("GET", path)["state"], "undone")
        self.assertIn(made["id"], [i["id"] for i in self.api("GET", "/api/imports")["items"]])

    def test_messages(self):
        lines = [json.dumps({"type": "track", "userId": "u%d" % i, "event": "x", "timestamp": "2026-01-01"}) for i in range(5000)]
        made = self.hand_in("\n".join(lines + ["nonsense"]), "history.ndjson")
        self.assertEqual(made["format"], "ndjson")
        done = self.run_import(made)
        self.assertEqual((done["counts"]["events"], done["counts"]["rejected"]), (5000, 1))
        self.api("PUT", "/api/imports/%s/mapping" % made["id"], {"traits": {}}, expect=409)

    def test_mapping(self):
        made = self.hand_in("who;bought\nx1;yes\nx2;no\n", "odd.csv")
        path = "/api/imports/" + made["id"]
        problem = self.api("PUT", path + "/mapping", {"id": "nobody"}, expect=400)
        self.assertIn("nobody", str(problem))
        mapping = {"id": "who", "traits": {}, "events": [{"name": "order.placed", "when": 'bought is "yes"'}]}
        self.assertEqual(self.api("PUT", path + "/mapping", mapping)["mapping"], mapping)
        self.assertEqual(self.api("GET", path + "/preview")["counts"]["events"], 3)
        self.assertIsNone(self.api("DELETE", path + "/mapping")["mapping"])
        self.api("PUT", path + "/mapping", mapping)
        self.assertEqual(self.run_import(made)["counts"]["events"], 3)
        orders = self.api("GET", "/api/events?name=order.placed")["items"]
        self.assertEqual(len(orders), 1)
        self.api("DELETE", path)
        self.api("GET", path, expect=404)

    def test_undo_of_several_runs(self):
        made = self.hand_in(b"email,name\nr1@runs.example,One\nr2@runs.example,Two\n", "runs.csv")
        self.run_import(made)
        # As of a server that stopped in the middle, and took the file up again.
        with open("%s/imports/%s" % (self.server.data, made["id"]), "ab") as file:
            file.write(b"r3@runs.example,Three\n")
        again = self.run_import(made)
        self.assertEqual((again["counts"]["new_contacts"], again["counts"]["lines"]), (3, 4))
        ours = lambda: len(self.api("GET", "/api/contacts?filter=email%20contains%20%22runs.example%22")["items"])
        self.eventually(lambda: ours() == 3)
        path = "/api/imports/" + made["id"]
        self.assertEqual(self.api("POST", path + "/undo")["state"], "undone")
        self.eventually(lambda: ours() == 0)
        self.api("POST", path + "/undo", expect=409)

    def test_headers_that_say_nothing(self):
        path = "/api/imports/" + self.hand_in("Kontakt;Ort\nanna@x.example;Bonn\n")["id"]
        preview = self.api("GET", path + "/preview")
        self.assertEqual((preview["nobody"], preview["counts"]["new_contacts"]), (True, 0))
        self.assertEqual([(c["header"], c["samples"]) for c in preview["columns"]],
                         [("Kontakt", ["anna@x.example"]), ("Ort", ["Bonn"])])
        made = self.api("PUT", path + "/mapping", {"traits": {"Kontakt": "email", "Ort": "city"}})
        preview = self.api("GET", path + "/preview")
        self.assertEqual((preview["nobody"], preview["counts"]["new_contacts"]), (False, 1))
        self.assertEqual(self.run_import(made)["counts"]["new_contacts"], 1)
        self.eventually(lambda: self.api("GET", "/api/contacts/anna@x.example")["traits"]["city"] == "Bonn")

    def test_stupid_input(self):
        self.api("POST", "/api/imports", expect=400)
        self.api("POST", "/api/imports/00000000-0000-7000-8000-000000000000/run", expect=404)
        binary = self.hand_in(bytes(range(256)) * 10, "..%2F..%2Fetc%2Fpasswd")
        self.assertEqual(binary["name"], "../../etc/passwd")
        state = self.run_import(binary)
        self.assertIn(state["state"], ("done", "failed"))
        self.api("GET", "/api/imports/" + binary["id"] + "/preview", expect=(200, 400))


if __name__ == "__main__":
    unittest.main()

"""A seller who is limited to their own contacts, on every operation that could show or change another's."""
import http.client
import json
import unittest

from harness import PASSWORD, ApiTest, command

NAME = "Zebulon Quartzmann"  # stands in no answer that is not about this contact


class OwnOnly(ApiTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = cls.server
        command("user", "add", "own@example.org", "--role", "seller", "--own-only", "--password-stdin",
                "--data", server.data, text=PASSWORD)  # fmt: skip
        answer = server.send("POST", "/api/session", {"email": "own@example.org", "password": PASSWORD})
        server.users["own"] = answer.headers["Set-Cookie"].split(";")[0]
        server.capture([
            {"type": "identify", "userId": "foreign", "traits": {"name": NAME, "email": "foreign@zq.example"}},
            {"type": "track", "userId": "foreign", "event": "trial.started", "properties": {"plan": NAME}},
            {"type": "identify", "userId": "mine", "traits": {"name": "Mine"}},
        ])  # fmt: skip
        server.eventually(lambda: len(server.api("GET", "/api/contacts")["items"]) == 2, 10, "no contacts")
        found = {item["user_ids"][0]: item["id"] for item in server.api("GET", "/api/contacts")["items"]}
        cls.foreign, cls.mine = found["foreign"], found["mine"]
        me = server.api("GET", "/api/session", user="own")["user"]["id"]
        server.api("POST", "/api/contacts/%s/owner" % cls.mine, {"user": me})
        server.eventually(lambda: [i["id"] for i in server.api("GET", "/api/contacts", user="own")["items"]] == [cls.mine])

    def ask(self, method, path, body=None):
        """Status and, unless it is a stream, what was said."""
        headers = {"Cookie": self.server.users["own"], "Origin": "http://127.0.0.1:%d" % self.server.port}
        if method in ("POST", "PUT", "PATCH"):
            headers["Content-Type"] = "application/json"
            body = body or {}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            if "event-stream" in (answer.headers.get("Content-Type") or ""):
                return answer.status, ""
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def operations(self):
        self.server.openapi()
        return [o for o in self.server.operations if o[3].get("x-right")]

    def test_own_contact_is_there(self):
        for path in ("", "/explain", "/timeline"):
            self.assertEqual(self.ask("GET", "/api/contacts/%s%s" % (self.mine, path))[0], 200, path)

    def test_a_foreign_contact_is_not(self):
        wrong, asked = [], 0
        for method, template, _, operation in self.operations():
            if not template.startswith("/api/contacts/{id}"):
                continue
            for name in (self.foreign, "foreign"):
                path = template.replace("{id}", name)
                while "{" in path:
                    path = path[: path.index("{")] + "1" + path[path.index("}") + 1 :]
                status, text = self.ask(method, path)
                asked += 1
                good = status in (403, 404) if method == "GET" else status in (400, 403, 404, 409)
                if not good or NAME in text:
                    wrong.append("%s %s: %d %s" % (method, path, status, text[:120]))
        self.assertEqual(wrong, [])
        self.assertGreater(asked, 10)

    def test_models_do_not_tell(self):
        # Whoever may compare models could ask for anything that is known of anybody.
        models = {"models": [{"text": "stage x when not any order.placed\n"}, {"text": "stage x when any order.placed\n"}]}
        everybody = self.api("POST", "/api/models/compare", models)["differ"]
        self.assertEqual({d["contact"] for d in everybody}, {self.foreign, self.mine})
        status, text = self.ask("POST", "/api/models/compare", models)
        self.assertEqual(status, 200)
        self.assertEqual([d["contact"] for d in json.loads(text)["differ"]], [self.mine])
        self.assertNotIn(NAME, text)

    def test_bodies_that_would_do_something(self):
        me = self.api("GET", "/api/session", user="own")["user"]["id"]
        for method, path, body in (
            ("PATCH", "", {"traits": {"name": "taken"}}),
            ("POST", "/owner", {"user": me}),
            ("POST", "/facts", {"fact": "fit", "value": "yes"}),
            ("POST", "/company", {"company": "Zebra Ltd"}),
            ("POST", "/merge", {"with": self.mine}),
            ("POST", "/consents", {"purpose": "mail", "given": True, "wording": "w", "how": "call"}),
        ):
            status, _ = self.ask(method, "/api/contacts/%s%s" % (self.foreign, path), body)
            self.assertIn(status, (400, 403, 404), (method, path))
        status, _ = self.ask("POST", "/api/contacts/%s/merge" % self.mine, {"with": self.foreign})
        self.assertIn(status, (400, 403, 404))
        self.ask("POST", "/api/events", {"contact": self.foreign, "event": "note.added"})
        self.ask("POST", "/api/tasks", {"contact": self.foreign, "title": "x", "kind": "todo"})
        for chosen in ({"ids": [self.foreign, "foreign"]}, {"filter": "any contact"}, {"filter": "name contains \"Zebulon\""}):
            for action in ({"record": {"event": "note.added"}}, {"traits": {"name": "taken"}}):
                if "filter" in chosen and "traits" in action:
                    continue  # it would change the seller's own, which is fine, and the other tests' name of it
                self.ask("POST", "/api/contacts/bulk", dict(chosen, action=action))
        status, text = self.ask("POST", "/api/contacts/bulk", {"ids": [self.mine, self.foreign], "action": {"record": {"event": "note.added"}}})
        self.assertEqual((status, json.loads(text)["done"]), (200, 1), text)
        task = self.api("POST", "/api/tasks", {"contact": self.foreign, "title": "theirs", "kind": "todo"})
        self.ask("POST", "/api/tasks/bulk", {"ids": [task["id"]], "change": {"title": "taken"}})
        self.assertIn(self.ask("PATCH", "/api/tasks/" + task["id"], {"title": "taken"})[0], (403, 404))
        self.assertEqual(self.api("GET", "/api/tasks/" + task["id"])["title"], "theirs")
        self.api("DELETE", "/api/tasks/" + task["id"])
        contact = self.api("GET", "/api/contacts/" + self.foreign)
        self.assertEqual(contact["name"], NAME)
        self.assertNotEqual(contact.get("owner"), me)
        names = [item["name"] for item in self.api("GET", "/api/contacts/%s/timeline" % self.foreign)["items"]]
        self.assertNotIn("note.added", names)
        tasks = self.api("GET", "/api/tasks?limit=500")["items"]
        self.assertNotIn(self.foreign, [task["contact"] for task in tasks])

    def test_lists_do_not_tell(self):
        # Something of everything about the foreign contact.
        self.api("POST", "/api/tasks", {"contact": self.foreign, "title": NAME, "kind": "todo"}, expect=(200, 201, 400))
        wrong, asked = [], 0
        for method, template, _, operation in self.operations():
            if method != "GET" or "{" in template or template in ("/api/stream",):
                continue
            status, text = self.ask("GET", template)
            asked += status == 200
            for secret in (NAME, "foreign@zq.example", self.foreign):
                if secret in text:
                    wrong.append("%s tells %r: %s" % (template, secret, text[:300]))
                    break
        self.assertEqual(wrong, [])
        self.assertGreater(asked, 5)

    def test_single_things_do_not_tell(self):
        # Whatever has an id in a list that an administrator sees, asked for by that id.
        self.api("POST", "/api/tasks", {"contact": self.foreign, "title": NAME, "kind": "todo"}, expect=(200, 201, 400))
        known = {}
        for method, template, _, operation in self.operations():
            if method == "GET" and "{" not in template and template != "/api/stream":
                answer = self.server.send("GET", template, authorization="Bearer " + self.server.key("admin"))
                if answer.status == 200 and "items" in answer.json:
                    known[template] = [item["id"] for item in answer.json["items"] if "id" in item]
        wrong, asked = [], 0
        for method, template, _, operation in self.operations():
            collection = template[: template.find("/{")]
            if method != "GET" or template.count("{") != 1 or collection not in known:
                continue
            for name in known[collection]:
                if name == self.mine:
                    continue
                path = template[: template.index("{")] + str(name) + template[template.index("}") + 1 :]
                status, text = self.ask("GET", path)
                asked += 1
                for secret in (NAME, "foreign@zq.example", self.foreign):
                    if secret in text and (status == 200 or secret != self.foreign):
                        wrong.append("%s tells %r: %d %s" % (path, secret, status, text[:300]))
                        break
        self.assertEqual(wrong, [])
        self.assertGreater(asked, 10)


if __name__ == "__main__":
    unittest.main()

"""Role × route: every operation of the OpenAPI document, asked by every role, every key scope, and nobody.

What each may do is written down here once more, by hand: the table in the program is judged by it.
"""
import http.client
import json
import unittest

from harness import ApiTest

AREAS = "contact model form page import task audience campaign inbox user key webhook setting privacy".split()
READ = {area + ".read" for area in AREAS} | {"audit.read"}
WRITE = {area + ".write" for area in AREAS}
EVERYTHING = READ | WRITE | {"capture", "session"}
CLOSED = {"user", "key", "audit", "privacy"}


def without(rights, areas):
    return {right for right in rights if right.split(".")[0] not in areas}


def both(areas):
    return {area + end for area in areas.split() for end in (".read", ".write")}


ROLES = {
    "owner": EVERYTHING,
    "admin": EVERYTHING,
    "marketer": both("contact model form page import audience task campaign inbox") | {"webhook.read", "setting.read", "session"},
    "seller": both("contact task inbox") | {"model.read", "audience.read", "campaign.read", "form.read", "page.read", "session"},
    "viewer": without(READ, CLOSED | {"webhook", "setting"}) | {"session"},
}
SCOPES = {
    "capture": {"capture"},
    "read": without(READ, CLOSED),
    "write": without(READ, CLOSED) | without(WRITE, CLOSED | {"webhook", "setting"}) | {"capture"},
    "admin": EVERYTHING - {"session"},
}
# Operations below /api that anybody may ask for: they say who one is, or need a secret of their own.
OPEN = {
    ("GET", "/api/openapi.json"),
    ("POST", "/api/session"),
    ("POST", "/api/password-reset"),
    ("GET", "/api/setup/{token}"),
    ("POST", "/api/setup/{token}"),
}
NOWHERE = "00000000-0000-7000-8000-000000000000"


class Matrix(ApiTest):
    def ask(self, method, template, headers):
        """The status only: an answer may be a stream without an end."""
        path = template
        while "{" in path:
            path = path[: path.index("{")] + NOWHERE + path[path.index("}") + 1 :]
        body = None
        headers = dict(headers, Origin="http://127.0.0.1:%d" % self.server.port)
        if method in ("POST", "PUT", "PATCH"):
            body = b"{}"
            headers["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def operations(self):
        self.server.openapi()
        return [(method, path, operation.get("x-right")) for method, path, _, operation in self.server.operations]

    def cookie(self, role, method, path):
        if method == "DELETE" and path.startswith("/api/session"):
            self.server.users.pop(role, None)  # this ends sessions: it gets one of its own
            self.log_in_again(role)
        return self.server.user(role)

    def log_in_again(self, role):
        mail = role + "@example.org"
        from harness import PASSWORD

        answer = self.server.send("POST", "/api/session", {"email": mail, "password": PASSWORD})
        self.assertEqual(answer.status, 200)
        self.server.users[role] = answer.headers["Set-Cookie"].split(";")[0]

    def test_every_operation_has_a_known_right(self):
        wrong = []
        for method, path, right in self.operations():
            if right is not None and right not in EVERYTHING:
                wrong.append("%s %s: unknown right %s" % (method, path, right))
            if right is None and path.startswith("/api/") and (method, path) not in OPEN:
                wrong.append("%s %s: anybody may" % (method, path))
            if right and right.endswith(".read") and method in ("PUT", "PATCH", "DELETE"):
                wrong.append("%s %s: changes with %s" % (method, path, right))
        self.assertEqual(wrong, [])
        self.assertGreater(len(self.operations()), 30)

    def test_matrix(self):
        for role in ROLES:
            self.server.user(role)
        wrong, asked = [], 0
        for method, path, right in self.operations():
            if right is None:
                continue
            askers = [("nobody", {}, None), ("wrong key", {"Authorization": "Bearer slc_" + "A" * 43}, None)]
            askers.append(("wrong session", {"Cookie": "sluice_session=" + "A" * 43}, None))
            for scope, rights in SCOPES.items():
                askers.append((scope, {"Authorization": "Bearer " + self.server.key(scope)}, rights))
            for role, rights in ROLES.items():
                askers.append((role, role, rights))
            for name, headers, rights in askers:
                if isinstance(headers, str):
                    headers = {"Cookie": self.cookie(headers, method, path)}
                status = self.ask(method, path, headers)
                if isinstance(name, str) and name in ROLES and method == "DELETE" and path.startswith("/api/session"):
                    self.log_in_again(name)
                asked += 1
                if rights is None:
                    good = status == 401
                elif right in rights:
                    good = status not in (401, 403) and status < 500
                else:
                    good = status == 403
                if not good:
                    wrong.append("%s %s (%s) by %s: %d" % (method, path, right, name, status))
        self.assertEqual(wrong, [])
        self.assertGreater(asked, 300)

    def test_what_session_says(self):
        for role, rights in ROLES.items():
            said = self.api("GET", "/api/session", user=role)
            self.assertEqual(set(said["rights"]), rights, role)

    def test_basic_is_the_same(self):
        import base64

        for pair, expected in ((self.server.key("read") + ":", 200), (":" + self.server.key("read"), 200), ("x:y", 401)):
            token = base64.b64encode(pair.encode()).decode()
            self.assertEqual(self.ask("GET", "/api/settings", {"Authorization": "Basic " + token}), expected)
        for odd in ("Basic", "Basic ", "Basic !!!", "Bearer", "Bearer ", "Digest x", "Bearer " + "x" * 5000, "Basic " + "A" * 4001):
            self.assertIn(self.ask("GET", "/api/settings", {"Authorization": odd}), (400, 401, 431), odd)


if __name__ == "__main__":
    unittest.main()

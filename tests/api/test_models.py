"""Models over the API: versions, checks, previews, comparisons, back-tests, activation."""
import os
import re
import sys
import threading
import unittest
import urllib.parse

import harness
import words

sys.path.insert(0, os.path.join(harness.ROOT, "tests", "oracle"))
import gen  # noqa: E402

MODEL = """model "First"
stage lead      when any inbound
stage customer  when any order.placed
"""
SECOND = """model "Second"
stage lead      when any form.submitted
stage customer  when any order.placed where value >= 20
"""


def closed(text):
    """Whether what stands outside of texts and comments has its parentheses in pairs."""
    text = re.sub(r'"([^"\\\n]|\\.)*"|#.*', "", text)
    return text.count("(") == text.count(")")


def sorted_flows(flows, preview):
    """In a preview's order: by the stages as they stand, none first."""
    before, after = ([row["stage"] for row in preview[name]] for name in ("before", "after"))
    key = lambda f: (before.index(f["from"]), after.index(f["to"]))
    return [(f["from"], f["to"], f["contacts"]) for f in sorted(flows, key=key)]


class Models(harness.ApiTest):
    model = MODEL

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        day = "2026-03-0%dT10:00:00Z"
        cls.server.capture(
            [
                {"type": "track", "userId": "ann", "event": "form.submitted", "timestamp": day % 1},
                {"type": "track", "userId": "ann", "event": "order.placed", "timestamp": day % 3, "properties": {"value": 49}},
                {"type": "track", "userId": "bob", "event": "page.viewed", "timestamp": day % 2},
                {"type": "track", "userId": "cid", "event": "order.placed", "timestamp": day % 2, "properties": {"value": 5}},
            ]
        )

    def add(self, text=SECOND, **more):
        return self.api("POST", "/api/models", dict(more, text=text), expect=201)

    def test_list_and_get(self):
        models = self.api("GET", "/api/models")["items"]
        first = [m for m in models if m["version"] == 1][0]
        self.assertEqual((first["title"], first["state"]), ("First", first["state"]))
        self.assertNotIn("text", first)
        by_id = self.api("GET", "/api/models/" + first["id"])
        self.assertEqual(by_id, self.api("GET", "/api/models/1"))
        self.assertEqual(by_id["text"], MODEL)
        self.api("GET", "/api/models/99", expect=404)

    def test_add_change_archive(self):
        model = self.add(note="stricter")
        self.assertEqual((model["title"], model["state"], model["note"]), ("Second", "candidate", "stricter"))
        path = "/api/models/" + model["id"]
        changed = self.api("PATCH", path, {"name": "Spring", "archived": True})
        self.assertEqual((changed["name"], changed["state"], changed["note"]), ("Spring", "archived", "stricter"))
        self.api("PATCH", path, {"text": "stage x when any inbound"}, expect=400)

    def test_errors_name_the_place(self):
        problem = self.api("POST", "/api/models", {"text": "stage lead when any\nstage x whan any inbound"}, expect=400)
        self.assertTrue(problem["errors"])
        self.assertEqual({e["field"] for e in problem["errors"]}, {"text"})
        self.assertIn("line 2", str(problem["errors"]))
        self.api("POST", "/api/models", {"name": "x"}, expect=400)
        self.api("POST", "/api/models", {"text": MODEL, "titel": "x"}, expect=400)

    def test_check(self):
        good = self.api("POST", "/api/models/check", {"text": MODEL})
        self.assertTrue(good["ok"])
        self.assertEqual([s["name"] for s in good["stages"]], ["lead", "customer"])
        self.assertIn("stage lead", good["formatted"])
        bad = self.api("POST", "/api/models/check", {"text": "stage lead whan any inbound"})
        self.assertFalse(bad["ok"])
        self.assertEqual(bad["diagnostics"][0]["severity"], "error")
        self.assertEqual((bad["diagnostics"][0]["line"], bad["diagnostics"][0]["column"]), (1, 12))

    def test_check_places(self):
        bad = self.api("POST", "/api/models/check", {"text": 'stage lëad when any inbound\nstage x when any "é.b" and y.z'})
        self.assertIn((2, 28, 3), [(d["line"], d["column"], d["length"]) for d in bad["diagnostics"]])
        self.assertIn("any y.z", str([d["suggestion"] for d in bad["diagnostics"]]))
        typo = self.api("POST", "/api/models/check", {"text": "stage lead when any email.repplied or any page.viewed"})
        self.assertEqual([(d["severity"], d["column"], d["length"]) for d in typo["diagnostics"]], [("warning", 21, 14)])
        self.assertIn("email.replied", typo["diagnostics"][0]["suggestion"])

    def test_statements(self):
        text = "# é\n" + SECOND
        statements = self.api("POST", "/api/models/check", {"text": text})["statements"]
        self.assertEqual([s["kind"] for s in statements], ["model", "stage", "stage"])
        raw = text.encode()
        self.assertEqual(
            [raw[s["from"] : s["to"]].decode() for s in statements], [line.rstrip() for line in SECOND.splitlines()]
        )
        last = statements[2]
        self.assertEqual((last["line"], last["column"], last["end_line"], last["name"]), (4, 1, 4, "customer"))
        self.assertEqual(last["tree"]["patterns"][0]["where"]["value"], 20)

    def test_expressions(self):
        texts = ["is lead and emplyees > 5", "is lead", "employees > 5 or any email.*", "any order.plaecd", "("]
        items = self.api("POST", "/api/expressions/check", {"texts": texts})["items"]
        self.assertEqual([i["text"] for i in items], texts)
        self.assertEqual([i["ok"] for i in items], [False, True, True, True, False])
        problem = items[0]["problems"][0]
        self.assertEqual((problem["line"], problem["column"], problem["length"]), (1, 13, 8))
        self.assertIn("employees", problem["suggestion"])
        self.assertEqual(items[1]["tree"], {"op": "is", "from": 0, "to": 7, "name": "lead"})
        self.assertEqual([c["op"] for c in items[2]["tree"]["children"]], ["trait", "any"])
        self.assertEqual([p["severity"] for p in items[3]["problems"]], ["warning"])
        self.assertEqual((items[4]["tree"], items[4]["canonical"]), (None, None))
        one = self.api("POST", "/api/expressions/check", {"text": "( any  inbound )"}, user="seller")["items"][0]
        self.assertEqual((one["canonical"], one["tree"]["to"]), ("any inbound", 16))
        self.api("POST", "/api/expressions/check", {}, expect=400)
        self.api("POST", "/api/expressions/check", {"text": "yes", "texts": []}, expect=400)
        self.api("POST", "/api/expressions/check", {"texts": ["yes"] * 101}, expect=400)
        # Whatever passes is a filter, and the other way round.
        for item in items:
            quoted = urllib.parse.quote(item["text"])
            self.api("GET", "/api/contacts?filter=" + quoted, expect=200 if item["ok"] else 400)

    def test_trees_say_everything(self):
        """A model written anew from its statements has the same statements."""
        for seed in range(60):
            text = gen.Maker(seed).model()
            first = self.api("POST", "/api/models/check", {"text": text})
            self.assertTrue(first["ok"], text)
            raw = text.encode()
            written = "\n".join(words.statement(s) for s in first["statements"])
            second = self.api("POST", "/api/models/check", {"text": written})
            self.assertEqual(words.bare(second["statements"]), words.bare(first["statements"]), written)
            for node in words.nodes(first["statements"]):
                self.assertTrue(closed(raw[node["from"] : node["to"]].decode()), node)

    def test_preview(self):
        model = self.add()
        stored = self.api("GET", "/api/models/%s/preview" % model["id"])
        text = self.api("POST", "/api/models/preview", {"text": SECOND})
        self.assertEqual((stored["model"]["id"], text["model"]["id"]), (model["id"], None))
        for preview in (stored, text):
            self.assertEqual((preview["model"]["title"], preview["active"]["title"]), ("Second", "First"))
            self.assertEqual(preview["contacts"], 3)
            counts = lambda name: [(row["stage"], row["count"]) for row in preview[name]]
            self.assertEqual(counts("before"), [("none", 0), ("lead", 1), ("customer", 2)])
            self.assertEqual(counts("after"), [("none", 2), ("lead", 0), ("customer", 1)])
            self.assertEqual(
                preview["flows"],
                [{"from": "lead", "to": "none", "count": 1}, {"from": "customer", "to": "none", "count": 1}],
            )
            movers = preview["movers"]["items"]
            self.assertEqual([(m["name"], m["from"], m["to"]) for m in movers], [("bob", "lead", "none"), ("cid", "customer", "none")])
            self.assertEqual(movers[0]["id"], self.api("GET", "/api/contacts/bob")["id"])
        page = self.api("GET", "/api/models/%s/preview?limit=1" % model["id"])["movers"]
        rest = self.api("POST", "/api/models/preview", {"text": SECOND, "limit": 1, "after": page["next"]})["movers"]
        self.assertEqual(page["items"] + rest["items"], stored["movers"]["items"])
        self.assertIsNone(rest["next"])
        past = self.api("POST", "/api/models/preview", {"text": SECOND, "at": "2026-03-01T12:00:00Z"})
        self.assertEqual((past["at"], past["contacts"], past["flows"]), ("2026-03-01T12:00:00Z", 1, []))
        self.api("POST", "/api/models/preview", {"text": "nonsense"}, expect=400)
        self.api("POST", "/api/models/preview", {"text": SECOND, "after": "x"}, expect=400)
        self.api("POST", "/api/models/preview", {"text": SECOND}, key="capture", expect=403)

    def test_preview_of_stages_that_hang_together(self):
        """Whatever was kept of the drafts before, a preview says what the comparison of all says."""
        drafts = [
            "stage lead when any inbound stage customer when reached lead and any order.placed where value >= %d" % n
            for n in (0, 10, 60)
        ]
        drafts += [draft.replace("any inbound", "count inbound >= 2") for draft in drafts]
        drafts += ["stage only when yes", "grade a when yes", "stage customer when any order.placed stage lead when is customer"]
        for draft in drafts + drafts:
            preview = self.api("POST", "/api/models/preview", {"text": draft})
            compared = self.api("POST", "/api/models/compare", {"models": [{"id": "1"}, {"text": draft}]})
            self.assertEqual(
                [(f["from"], f["to"], f["count"]) for f in preview["flows"]],
                sorted_flows([f for f in compared["flows"] if f["from"] != f["to"]], preview),
            )
            self.assertEqual([r["count"] for r in preview["after"]][1:], [s["now"] for s in compared["models"][1]["stages"]])
            self.assertEqual(
                [[m["from"], m["to"]] for m in preview["movers"]["items"]], [d["stages"] for d in compared["differ"]]
            )

    def test_a_newer_draft_ends_the_older(self):
        """Of many at once from one session the last is answered; the others are, or are ended."""
        answers = []

        def ask(n):
            draft = "stage lead when count inbound >= %d" % n
            answers.append(
                self.server.send("POST", "/api/models/preview", {"text": draft}, "Bearer " + self.server.key("read")).status
            )

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertIn(200, answers)
        self.assertLessEqual(set(answers), {200, 409})

    def test_compare(self):
        model = self.add()
        before = self.api("GET", "/api/models/%s/compare?with=1&at=2026-03-02T09:00:00Z" % model["id"])
        self.assertEqual((before["contacts"], before["agree"]), (1, 1))
        both = self.api("POST", "/api/models/compare", {"models": [{"id": "1"}, {"text": SECOND}], "limit": 1})
        self.assertEqual(len(both["differ"]), 1)
        self.api("POST", "/api/models/compare", {"models": [{}]}, expect=400)
        self.api("POST", "/api/models/compare", {"models": []}, expect=400)
        self.api("GET", "/api/models/1/compare?at=yesterday", expect=400)

    def test_backtest(self):
        path = "/api/models/1/backtest?stage=lead&outcome=order.placed&within=30%20days"
        row = self.api("GET", path + "&at=2026-06-01T00:00:00Z")["rows"][0]
        self.assertEqual((row["entered"], row["won"], row["stage"]), (3, 1, "lead"))
        self.assertAlmostEqual(row["precision"], 1 / 3, 5)
        self.assertEqual(row["median_days"], 2)
        rows = self.api(
            "POST",
            "/api/models/backtest",
            {"models": [{"id": "1"}, {"text": SECOND}], "outcome": "Order Completed", "within": "30 days"},
        )["rows"]
        self.assertEqual([(r["model"], r["stage"]) for r in rows], [(0, "lead"), (0, "customer"), (1, "lead"), (1, "customer")])
        problem = self.api("GET", "/api/models/1/backtest?stage=lead&outcome=x&within=soon", expect=400)
        self.assertEqual(problem["errors"][0]["field"], "within")
        self.api("GET", "/api/models/1/backtest?stage=nobody&outcome=x&within=1%20day", expect=400)


class Movers(harness.ApiTest):
    model = MODEL

    def test_preview_grades_and_names(self):
        self.server.capture(
            [
                {"type": "identify", "userId": "dan", "timestamp": "2026-03-02T10:00:00Z",
                 "traits": {"firstName": "Dan", "lastName": "Doe", "company": {"name": "Acme"}}},
                {"type": "track", "userId": "dan", "event": "call.answered", "timestamp": "2026-03-02T10:00:00Z"},
            ]
        )
        draft = 'model "G"\nstage called when any call.answered\ngrade hot when is called'

        def dan():
            movers = self.api("POST", "/api/models/preview", {"text": draft, "at": "2026-03-02T11:00:00Z"})["movers"]["items"]
            return [m for m in movers if m["name"] == "Dan Doe"]

        self.eventually(dan)
        moved = dan()[0]
        self.assertEqual((moved["company"], moved["from"], moved["to"]), ("Acme", "lead", "called"))
        self.assertEqual((moved["grade_from"], moved["grade_to"]), ("none", "hot"))


class Activation(harness.ApiTest):
    model = MODEL

    def test_activate(self):
        self.capture({"type": "track", "userId": "bob", "event": "page.viewed"})
        stage = lambda: self.api("GET", "/api/contacts/bob")["standing"]["stage"]
        self.eventually(lambda: stage() == "lead")
        model = self.api("POST", "/api/models", {"text": SECOND}, expect=201)
        self.assertEqual(stage(), "lead")
        active = self.api("POST", "/api/models/%s/activate" % model["id"])
        self.assertEqual(active["state"], "active")
        self.eventually(lambda: stage() == "none")
        self.assertEqual(self.api("GET", "/api/models/1")["state"], "candidate")
        self.api("PATCH", "/api/models/2", {"archived": True}, expect=409)
        self.api("POST", "/api/models/1/activate")
        self.eventually(lambda: stage() == "lead")

    def test_sellers_may_not(self):
        self.api("GET", "/api/models", user="seller")
        self.api("POST", "/api/models", {"text": SECOND}, user="seller", expect=403)


if __name__ == "__main__":
    unittest.main()

"""Definitions with numbers, reports, and the contacts behind every number."""
import unittest

import harness

SLUGS = ["recommended", "agency", "two-way", "form", "connected", "tunnel"]


class Empty(harness.ApiTest):
    def test_definitions_on_a_demo(self):
        answer = self.api("GET", "/api/definitions")
        self.assertEqual(answer["data"], "demo")
        self.assertGreater(answer["contacts"], 1500)
        self.assertEqual([d["slug"] for d in answer["items"]], SLUGS)
        for definition in answer["items"]:
            self.assertEqual(definition["about"].count(". ") + definition["about"].endswith("."), 2)
            self.assertGreater(sum(s["count"] for s in definition["stages"]), 100)
            checked = self.api("POST", "/api/models/check", {"text": definition["text"]})
            self.assertTrue(checked["ok"])
        self.assertEqual(self.api("GET", "/api/definitions"), answer)
        self.api("GET", "/api/definitions", user="viewer")
        self.api("GET", "/api/definitions", key="capture", expect=403)


class Demo(harness.ApiTest):
    demo = 300

    def test_definitions_on_own_contacts(self):
        answer = self.api("GET", "/api/definitions")
        self.assertEqual(answer["data"], "own")
        total = self.api("GET", "/api/contacts?limit=1&count=true")["total"]
        self.assertEqual(answer["contacts"], total)
        for stage in answer["items"][0]["stages"]:  # the active model is the recommended one
            listed = self.api("GET", "/api/contacts?limit=1&count=true&filter=is%20" + stage["name"])
            self.assertEqual(listed["total"], stage["count"], stage)


REPORTS = ["funnel", "transitions", "cohorts", "sources"]


def numbers(name, report):
    """Every number of contacts in a report with the query that opens them."""
    if name == "funnel":
        for stage in report["stages"]:
            yield stage["now"], stage["contacts"]
            yield stage["reached"], stage["reached_contacts"]
    elif name == "transitions":
        for period in report["periods"]:
            for ways, queries in (("up", "contacts"), ("down", "down_contacts")):
                assert set(period[ways]) == set(period[queries])
                for stage, count in period[ways].items():
                    yield count, period[queries][stage]
    elif name == "cohorts":
        for cohort in report["cohorts"]:
            yield cohort["size"], cohort["contacts"]
            for reached in cohort["reached"]:
                yield reached["count"], reached["contacts"]
    else:
        for source in report["sources"]:
            yield source["count"], source["contacts"]
            for stage in source["stages"].values():
                yield stage["reached"], stage["contacts"]


class EveryNumber(harness.ApiTest):
    demo = 300

    def check(self, name, query, **who):
        report = self.api("GET", "/api/reports/%s%s" % (name, "?" + query if query else ""), **who)
        found = list(numbers(name, report))
        self.assertTrue(any(n for n, _ in found), (name, query))
        for number, contacts in found:
            page = self.api("GET", "/api/contacts?limit=500&count=true&" + contacts, **who)
            self.assertEqual((page["total"], len(page["items"])), (number, number), (name, query, contacts))
        return report

    def test_now(self):
        self.check("funnel", "")
        self.check("transitions", "from=2025-10-01&to=2026-04-01T00:00:00Z")
        self.check("cohorts", "from=2026-03-01&to=2026-07-01")
        self.check("sources", "")

    def test_in_the_past(self):
        for name, query in (("funnel", ""), ("transitions", ""), ("cohorts", "&stage=lead"), ("sources", "")):
            report = self.check(name, "at=2025-06-10T12:00:00Z" + query)
            self.assertEqual(report["at"], "2025-06-10T12:00:00Z")
        periods = self.api("GET", "/api/reports/transitions?at=2025-06-10T12:00:00Z")["periods"]
        self.assertEqual([p["unfinished"] for p in periods], [False] * 11 + [True])

    def test_filtered(self):
        filter = "&filter=email%20known%20and%20not%20company%20known"
        for name in REPORTS:
            self.check(name, "every=week" * (name in ("transitions", "cohorts")) + "&at=2026-06-10T12:00:00Z" + filter)

    def test_first_seen(self):
        for name in ("funnel", "sources"):
            self.check(name, "from=2025-03-01T00:00:00Z&to=2025-09-01T00:00:00Z" + "&first=false" * (name == "sources"))

    def test_under_another_model(self):
        text = "model \"Other\"\nstage seen when any inbound\nstage bought when any order.placed, deal.won\n"
        model = self.api("POST", "/api/models", {"text": text}, expect=201)
        for name in REPORTS:
            report = self.check(name, "model=%s&at=2026-06-10T12:00:00Z" % model["id"])
            self.assertEqual(report["model"], "Other")

    def test_own_only(self):
        """Who is limited to their own contacts counts no others."""
        harness.command(
            *"user add own@example.org --role seller --own-only --password-stdin --data".split(), self.server.data, text=harness.PASSWORD
        )
        answer = self.server.send("POST", "/api/session", {"email": "own@example.org", "password": harness.PASSWORD})
        self.server.users["own"] = answer.headers["Set-Cookie"].split(";")[0]
        me = self.api("GET", "/api/session", user="own")["user"]["id"]
        for contact in self.api("GET", "/api/contacts?limit=7&filter=reached%20prospect")["items"]:
            self.api("POST", "/api/contacts/%s/owner" % contact["id"], {"user": me})
        funnel = self.eventually(
            lambda: [s["reached"] for s in self.api("GET", "/api/reports/funnel", user="own")["stages"] if s["stage"] == "prospect"] == [7]
        )
        self.assertTrue(funnel)
        for name in REPORTS:
            self.check(name, "from=2024-09-01" if name in ("transitions", "cohorts") else "", user="own")


class Roles(harness.ApiTest):
    def test_empty(self):
        for name in REPORTS:
            report = self.api("GET", "/api/reports/" + name, user="viewer")
            self.assertEqual(sum(n for n, _ in numbers(name, report)), 0)
            self.api("GET", "/api/reports/" + name, key="capture", expect=403)

    def test_wrong_questions(self):
        for query in (
            "funnel?from=yesterday",
            "funnel?from=2026-02-01&to=2026-01-01",
            "funnel?filter=is%20nothing",
            "funnel?model=77",
            "funnel?at=soon",
            "cohorts?stage=nothing",
            "cohorts?every=day",
            "transitions?every=day&from=2020-01-01",
            "cohorts?from=2010-01-01",
        ):
            problem = self.api("GET", "/api/reports/" + query, expect=400)
            self.assertTrue(problem["errors"], query)
        for query in (
            "stage=nothing",
            "reached=none",
            "reached_from=2026-01-01",
            "moved=up",
            "moved_into=lead",
            "moved=sideways&moved_into=lead",
            "medium=cpc",
            "model=77",
            "first_seen_to=never",
        ):
            problem = self.api("GET", "/api/contacts?" + query, expect=400)
            self.assertTrue(problem["errors"], query)


STAGES = """model "Small"
stage lead when any inbound until any lead.lost
stage prospect when any form.submitted within 1 hour until any lead.lost within 1 hour
stage customer when any order.placed
"""


class Counted(harness.ApiTest):
    """By hand, on a history that one can oversee."""

    model = STAGES

    @classmethod
    def setUpClass(cls):
        super().setUpClass()

        def said(who, time, event="page.viewed", properties=None, context=None):
            return {
                "type": "track",
                "userId": who,
                "event": event,
                "timestamp": time,
                "properties": properties or {},
                "context": context or {},
            }

        google = {"campaign": {"source": "google", "medium": "cpc", "name": "spring"}}
        cls.server.capture(
            [
                # The last second of January and the first of February are two months.
                said("ann", "2026-01-31T23:59:59Z", context=google),
                said("ann", "2026-02-10T00:00:00Z", "form.submitted"),
                said("ann", "2026-02-20T00:00:00Z", "order.placed"),
                said("bob", "2026-02-01T00:00:00Z", context=google),
                said("bob", "2026-02-03T00:00:00Z", "form.submitted", {"source": "letter", "medium": "email"}),
                said("bob", "2026-03-01T00:00:00Z", "lead.lost"),
                said("bob", "2026-03-02T00:00:00Z", "form.submitted"),
                said("bob", "2026-03-03T00:00:00Z", "lead.lost"),
                said("cid", "2026-02-05T00:00:00Z", "form.submitted"),
                {"type": "identify", "userId": "cid", "timestamp": "2026-02-05T00:00:01Z", "traits": {"source": "fair"}},
            ]
        )
        cls.server.eventually(lambda: cls.server.api("GET", "/api/contacts?count=true")["total"] == 3)

    def test_funnel(self):
        stages = self.api("GET", "/api/reports/funnel?at=2026-03-10T00:00:00Z")["stages"]
        self.assertEqual([(s["stage"], s["now"], s["reached"]) for s in stages], [("lead", 0, 3), ("prospect", 1, 3), ("customer", 1, 1)])
        self.assertEqual([s["conversion"] for s in stages], [None, 1, 0.333333])
        self.assertEqual([s["median_days"] for s in stages], [None, 2, 10])  # 9.00001, 2 and 0 days to prospect
        january = self.api("GET", "/api/reports/funnel?at=2026-03-10T00:00:00Z&to=2026-02-01T00:00:00Z")["stages"]
        self.assertEqual([s["reached"] for s in january], [1, 1, 1])
        then = self.api("GET", "/api/reports/funnel?at=2026-02-15T00:00:00Z")["stages"]
        self.assertEqual([s["now"] for s in then], [0, 3, 0])

    def test_transitions(self):
        periods = self.api("GET", "/api/reports/transitions?from=2026-01-01&to=2026-03-20&at=2026-03-10T00:00:00Z")["periods"]
        self.assertEqual([p["start"][:7] for p in periods], ["2026-01", "2026-02", "2026-03"])
        self.assertEqual([p["unfinished"] for p in periods], [False, False, True])
        self.assertEqual([p["up"]["prospect"] for p in periods], [0, 3, 1])
        self.assertEqual([p["up"]["lead"] for p in periods], [1, 1, 0])  # cid is a prospect at once
        self.assertEqual([p["up"]["customer"] for p in periods], [0, 1, 0])
        self.assertEqual([p["down"]["none"] for p in periods], [0, 0, 1])  # bob fell twice, and is one contact
        weeks = self.api("GET", "/api/reports/transitions?every=week&from=2026-02-10&to=2026-02-16T00:00:01Z")["periods"]
        self.assertEqual([p["start"] for p in weeks], ["2026-02-09T00:00:00Z", "2026-02-16T00:00:00Z"])

    def test_periods_are_those_of_the_time_zone(self):
        def rows(query):
            return [(p["start"], p["day"], p["up"]["prospect"]) for p in self.api("GET", "/api/reports/transitions?" + query)["periods"]]

        march = "from=2026-02-01&to=2026-03-02&at=2026-03-10T00:00:00Z"
        self.assertEqual(rows(march), [("2026-02-01T00:00:00Z", "2026-02-01", 3), ("2026-03-01T00:00:00Z", "2026-03-01", 1)])
        try:
            self.api("PATCH", "/api/settings", {"time_zone": "Pacific/Auckland"})
            self.assertEqual(  # 13 hours ahead until 5 April
                rows(march), [("2026-01-31T11:00:00Z", "2026-02-01", 3), ("2026-02-28T11:00:00Z", "2026-03-01", 1)])
            self.assertEqual(
                rows("every=day&from=2026-04-04&to=2026-04-07&at=2026-04-20T00:00:00Z"),
                [("2026-04-03T11:00:00Z", "2026-04-04", 0), ("2026-04-04T11:00:00Z", "2026-04-05", 0), ("2026-04-05T12:00:00Z", "2026-04-06", 0)])
            cohorts = self.api("GET", "/api/reports/cohorts?from=2026-01-01&to=2026-02-20&at=2026-03-10T00:00:00Z")["cohorts"]
            # ann's last second of January was already February there.
            self.assertEqual([(c["day"], c["size"]) for c in cohorts], [("2026-01-01", 0), ("2026-02-01", 3)])
            self.api("PATCH", "/api/settings", {"time_zone": "America/New_York"})
            self.assertEqual([day for _, day, _ in rows(march)], ["2026-02-01", "2026-03-01"])
            for number, contacts in numbers("transitions", self.api("GET", "/api/reports/transitions?" + march)):
                self.assertEqual(self.api("GET", "/api/contacts?count=true&" + contacts)["total"], number, contacts)
            printed = harness.command(*"report transitions --from 2026-02-01 --at 2026-03-10T00:00:00Z --data".split(), self.server.data)
            self.assertEqual([line.split()[0] for line in printed.splitlines()[1:]], ["2026-02-01", "2026-03-01"])
        finally:
            self.api("PATCH", "/api/settings", {"time_zone": "UTC"})

    def test_cohorts(self):
        report = self.api("GET", "/api/reports/cohorts?from=2026-01-01&to=2026-03-01&at=2026-03-10T00:00:00Z&stage=customer")
        self.assertEqual(report["stage"], "customer")
        self.assertEqual([c["size"] for c in report["cohorts"]], [1, 2])
        reached = [[(k["after"], k["count"], k["share"]) for k in c["reached"]] for c in report["cohorts"]]
        self.assertEqual(reached, [[(0, 0, 0), (1, 1, 1), (2, 1, 1)], [(0, 0, 0), (1, 0, 0)]])
        self.assertEqual(self.api("GET", "/api/reports/cohorts")["stage"], "prospect")

    def test_sources(self):
        def shown(query):
            rows = self.api("GET", "/api/reports/sources?at=2026-03-10T00:00:00Z" + query)["sources"]
            return [(r["source"], r["medium"], r["count"], r["stages"]["customer"]["reached"], r["median_days"]) for r in rows]

        self.assertEqual(shown(""), [("google", "cpc", 2, 1, 19.000012), ("fair", None, 1, 0, None)])
        self.assertEqual(
            shown("&first=false"),
            [("fair", None, 1, 0, None), ("google", "cpc", 1, 1, 19.000012), ("letter", "email", 1, 0, None)],
        )

    def test_what_comes_is_counted(self):
        before = self.api("GET", "/api/reports/funnel")["stages"][0]["reached"]
        self.capture({"type": "track", "userId": "dan", "event": "page.viewed", "timestamp": "2026-04-01T00:00:00Z"})
        self.eventually(lambda: self.api("GET", "/api/reports/funnel")["stages"][0]["reached"] == before + 1)


class FirstSteps(harness.ApiTest):
    def steps(self):
        answer = self.api("GET", "/api/checklist")
        return {s["id"] for s in answer["steps"] if s["done"]}, answer["finished"]

    def test_from_nothing_to_the_first_prospect(self):
        answer = self.api("GET", "/api/checklist")
        ids = ["owner", "business", "model", "invite", "snippet", "contacts", "prospect"]
        self.assertEqual([s["id"] for s in answer["steps"]], ids)
        self.assertEqual((self.steps(), answer["dismissed"]), ((set(), False), False))
        self.server.user("owner")
        self.assertEqual(self.steps(), ({"owner"}, False))
        self.api("PATCH", "/api/settings", {"business_name": "Larkfield"})
        self.assertEqual(self.steps(), ({"owner", "business"}, False))
        self.server.user("viewer")
        self.api("POST", "/api/models/1/activate")
        self.assertEqual(self.steps(), ({"owner", "business", "invite", "model"}, False))
        self.capture({"type": "page", "userId": "ann", "properties": {"url": "https://larkfield.example/"}})
        done = {"owner", "business", "invite", "model", "snippet", "contacts"}
        self.eventually(lambda: self.steps() == (done, False))

        self.api("POST", "/api/demo", {"contacts": 99}, expect=400)
        self.api("POST", "/api/demo", {"contacts": 20001}, expect=400)
        for role in ("viewer", "marketer", "seller"):
            self.api("POST", "/api/demo", {}, user=role, expect=403)
            self.api("POST", "/api/checklist/dismiss", user=role, expect=403)
            self.api("GET", "/api/checklist", user=role)
        made = self.api("POST", "/api/demo", {"contacts": 200}, user="owner", expect=202)["import"]
        self.api("POST", "/api/demo", {"contacts": 200}, expect=409)
        got = self.eventually(lambda: self.done(made), 20)
        self.assertEqual((got["format"], got["mapping"], got["error"]), ("demo", {"contacts": 200}, None))
        self.assertEqual(got["by"], "owner@example.org")
        self.assertGreater(got["counts"]["events"], 2000)
        self.api("GET", "/api/imports/%s/preview" % made, expect=409)
        self.api("PUT", "/api/imports/%s/mapping" % made, {}, expect=409)
        self.api("DELETE", "/api/imports/%s/mapping" % made, expect=409)
        self.eventually(lambda: self.steps() == (done | {"prospect"}, True))
        self.assertGreater(self.total(), 150)

        # Undone, everything of it is gone; it may come again.
        self.api("POST", "/api/imports/%s/undo" % made)
        self.eventually(lambda: self.total() == 1)
        self.eventually(lambda: self.steps() == (done, False))
        again = self.api("POST", "/api/demo", {"contacts": 100}, expect=202)["import"]
        self.assertNotEqual(again, made)
        self.eventually(lambda: self.done(again), 20)
        self.eventually(lambda: self.total() > 70)

        self.api("POST", "/api/checklist/dismiss")
        self.api("POST", "/api/checklist/dismiss")
        self.assertTrue(self.api("GET", "/api/checklist")["dismissed"])

    def done(self, made):
        answer = self.api("GET", "/api/imports/" + made)
        self.assertIn(answer["state"], ("queued", "running", "done"))
        return answer if answer["state"] == "done" else None

    def total(self):
        return self.api("GET", "/api/contacts?limit=1&count=true")["total"]


if __name__ == "__main__":
    unittest.main()

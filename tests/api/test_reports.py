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


if __name__ == "__main__":
    unittest.main()

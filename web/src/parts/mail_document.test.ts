import { describe, expect, it } from "vitest";
import { documentOf } from "./mail_document";

describe("a mail in its frame", () => {
    it("has the policy before anything of its own, and keeps its doctype", () => {
        const made = documentOf("<!DOCTYPE html><html><head><title>x</title></head></html>", false);
        expect(made.indexOf("<!DOCTYPE html>")).toBe(0);
        expect(made.indexOf("Content-Security-Policy")).toBeLessThan(made.indexOf("<html>"));
        expect(documentOf("<p>a</p>", false).startsWith("<!doctype html><meta http-equiv")).toBe(true);
    });
    it("shows the scheme that is asked for", () => {
        const html = "<style>@media (prefers-color-scheme: dark){p{color:#fff}}</style>";
        expect(documentOf(html, true)).toContain("(min-width: 0){p");
        expect(documentOf(html, false)).toContain("(max-width: 0){p");
    });
});

import { expect, test } from "vitest";
import type { Tree } from "../language/tree";
import { expressionOf, rowsOf } from "./rows";

const bytes = (text: string) => new TextEncoder().encode(text).length;

// The tree of `a and b …`, each part with its place.
function and(parts: [string, object][]): { text: string; tree: Tree } {
    let at = 0;
    const children = parts.map(([text, tree]) => {
        const from = at;
        at += bytes(text) + 5;
        return { ...tree, from, to: from + bytes(text) } as Tree;
    });
    return {
        text: parts.map(([text]) => text).join(" and "),
        tree: { op: "and", children, from: 0, to: at - 5 },
    };
}

const replied = { name: "email.replied", where: null, machines: false, from: 0, to: 0 };

test("what rows can show comes back as it was", () => {
    const { text, tree } = and([
        ["is lead", { op: "is", name: "lead" }],
        ["not reached customer", { op: "not", children: [{ op: "reached", name: "customer" }] }],
        ["score >= 20", { op: "score", compare: ">=", value: 20 }],
        ["fit", { op: "fact", name: "fit", compare: "is", value: true }],
        ["budget is no", { op: "fact", name: "budget", compare: "is", value: false }],
        ["budget >= 5000", { op: "fact", name: "budget", compare: ">=", value: 5000 }],
        ['city is "Zürich"', { op: "trait", name: "city", compare: "is", value: "Zürich" }],
        ["any email.replied within 90 days", { op: "any", patterns: [replied], window: { within: 7776000 } }],
        ["silent email.replied for 30 days", { op: "silent", patterns: [replied], for: 2592000 }],
        [
            "count email.replied >= 3",
            { op: "count", patterns: [replied], window: null, compare: ">=", value: 3 },
        ],
    ]);
    const rows = rowsOf(text, tree);
    expect(rows.rows.map((row) => row.kind)).not.toContain("text");
    expect(expressionOf(rows)).toBe(text);
});

test("what rows cannot show stays as its text, with its parentheses", () => {
    const { text, tree } = and([
        ['city is "Zürich"', { op: "trait", name: "city", compare: "is", value: "Zürich" }],
        ["(fit or need)", { op: "or", children: [] }],
        ["any email.replied, call.answered", { op: "any", patterns: [replied, replied], window: null }],
    ]);
    const rows = rowsOf(text, tree);
    expect(rows.rows.slice(1)).toEqual([
        { kind: "text", text: "(fit or need)" },
        { kind: "text", text: "any email.replied, call.answered" },
    ]);
    expect(expressionOf(rows)).toBe(text);
});

test("a row that is not filled in yet is left out", () => {
    const rows = rowsOf("", null);
    rows.rows.push({ kind: "score", how: ">=", value: null }, { kind: "stage", how: "is", stage: "lead" });
    expect(expressionOf(rows)).toBe("is lead");
});

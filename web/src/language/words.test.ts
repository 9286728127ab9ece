import { describe, expect, test } from "vitest";
import de from "../text/de";
import en from "../text/en";
import fr from "../text/fr";
import type { Pattern, Tree } from "./tree";
import { missingSentence, sentence, statement } from "./words";

const at = { from: 0, to: 0 };
function pattern(of: Partial<Pattern>): Pattern {
    return { where: null, machines: false, ...at, ...of };
}
const replied = pattern({ name: "email.replied" });
const called = pattern({ name: "call.answered" });
const quarter = { within: 90 * 86_400 };

function any(patterns: Pattern[]): Tree {
    return { ...at, op: "any", patterns, window: quarter };
}
function is(name: string, value: boolean): Tree {
    return { ...at, op: "fact", name, compare: "is", value };
}

describe("conditions in words", () => {
    test("a list of what happened in a time", () => {
        const tree = any([replied, called]);
        expect(sentence(en, tree)).toBe("replied by e-mail or answered a call within 90 days");
        expect(sentence(de, tree)).toBe(
            "hat in den letzten 90 Tagen per E-Mail geantwortet oder einen Anruf angenommen",
        );
        expect(sentence(fr, tree)).toBe(
            "a répondu par e-mail ou a répondu à un appel depuis moins de 90 jours",
        );
    });
    test("and, or, facts and amounts", () => {
        const tree: Tree = {
            ...at,
            op: "and",
            children: [
                any([pattern({ signal: "answered" })]),
                is("fit", true),
                {
                    ...at,
                    op: "or",
                    children: [
                        { ...at, op: "fact", name: "budget", compare: ">=", value: 5000 },
                        is("authority", false),
                    ],
                },
            ],
        };
        expect(sentence(en, tree)).toBe(
            "answered within 90 days, fits and (budget is at least 5,000 or may not decide)",
        );
        expect(sentence(de, tree)).toContain("(Budget mindestens 5.000 oder darf nicht entscheiden)");
    });
    test("not turns what it can", () => {
        const stages = [{ name: "lead", label: "Lead" }];
        const never: Tree = { ...at, op: "not", children: [{ ...at, op: "reached", name: "lead" }] };
        expect(sentence(en, never, { stages })).toBe("was never Lead");
        expect(sentence(en, { ...at, op: "not", children: [any([replied])] })).toBe(
            "no e-mail replies within 90 days",
        );
    });
    test("counts, silence, chains and properties", () => {
        expect(
            sentence(en, {
                ...at,
                op: "count",
                patterns: [pattern({ name: "page.viewed" })],
                window: { within: 86_400 * 30 },
                compare: ">=",
                value: 3,
            }),
        ).toBe("at least 3 page views within 30 days");
        expect(sentence(de, { ...at, op: "silent", patterns: [replied], for: 180 * 86_400 })).toBe(
            "seit 180 Tagen ohne Antworten per E-Mail",
        );
        expect(
            sentence(en, {
                ...at,
                op: "then",
                chain: [
                    { patterns: [replied], within: null },
                    { patterns: [pattern({ name: "order.placed" })], within: 3 * 86_400 },
                ],
            }),
        ).toBe("replied by e-mail, then placed an order within 3 days");
        const where = {
            ...at,
            op: "property" as const,
            name: "link",
            compare: "is not",
            value: "unsubscribe",
        };
        expect(
            sentence(en, {
                ...at,
                op: "any",
                patterns: [pattern({ name: "email.clicked", where })],
                window: null,
            }),
        ).toBe("clicked in an e-mail (where link is not “unsubscribe”)");
    });
});

test("a stage says when it ends", () => {
    const said = statement(en, {
        ...at,
        kind: "stage",
        name: "prospect",
        label: "Prospect",
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
        ok: true,
        tree: is("fit", true),
        until: { ...at, op: "silent", patterns: [pattern({ signal: "answered" })], for: 180 * 86_400 },
        while: false,
    });
    expect(said).toEqual({ head: "Prospect:", body: "fits. Ends if no answers for 180 days." });
});

test("what is missing is something to do", () => {
    const say = (action: string, what: string) => missingSentence(en, { action, what });
    expect(say("ask", "budget")).toBe("Ask for the budget");
    expect(say("fill", "employees")).toBe("Fill in employees");
    expect(say("wait", "email.replied, call.answered")).toBe("Wait for an e-mail reply or an answered call");
    expect(say("wait", "answered")).toBe("Wait for an answer");
    expect(say("do", "email.sent")).toBe("Send an e-mail");
    expect(say("wait", "page.viewed (2 more)")).toBe("Wait for a page view (2 more)");
    expect(say("wait", 'email.clicked where link is not "a, b", "Demo Requested"')).toBe(
        "Wait for a click in an e-mail or “Demo Requested”",
    );
    expect(say("raise", "12.5 more points")).toBe("12.5 more points");
    expect(missingSentence(de, { action: "wait", what: "email.replied" })).toBe(
        "Auf eine Antwort per E-Mail warten",
    );
});

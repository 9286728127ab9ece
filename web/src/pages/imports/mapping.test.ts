import { expect, test } from "vitest";
import { mapped, targetsOf } from "./mapping";

const columns = [
    { header: "Mail", trait: "email", own: "mail", samples: [] },
    { header: "Größe", trait: null, own: "groesse", samples: [] },
    { header: "Budget?", trait: null, own: "budget_column", samples: [] },
];

test("without a mapping each column becomes what was recognised, or itself", () => {
    expect(targetsOf(columns, null)).toEqual({
        Mail: "trait:email",
        Größe: "trait:groesse",
        "Budget?": "trait:budget_column",
    });
});

test("changing one column says all of them; what is not shown stays", () => {
    const first = mapped(columns, { time: "When" }, "Budget?", "fact:budget");
    expect(first).toEqual({
        time: "When",
        traits: { Mail: "email", Größe: "groesse" },
        facts: { budget: "Budget?" },
    });
    const second = mapped(columns, first, "Größe", "");
    expect(second.traits).toEqual({ Mail: "email" });
    expect(targetsOf(columns, second)).toEqual({ Mail: "trait:email", Größe: "", "Budget?": "fact:budget" });
    expect(mapped(columns, second, "Budget?", "trait:money")).toEqual({
        time: "When",
        traits: { Mail: "email", "Budget?": "money" },
    });
});

// A condition as rows that can be clicked together, and back. What rows cannot show stays as its text.

import { type Pattern, slice, type Tree, type Value } from "../language/tree";
import { eventName } from "../language/words";

const DAY = 86_400;

export type Row =
    | { kind: "stage"; how: "is" | "not is" | "reached" | "not reached"; stage: string }
    | { kind: "score"; how: string; value: number | null }
    | { kind: "persona"; how: "is" | "is not"; value: string }
    | { kind: "fact"; name: string; how: string; value: string | number | null }
    | { kind: "trait"; name: string; how: string; value: string | number | boolean | null }
    | {
          kind: "event";
          pattern: string; // as the language writes it
          how: "any" | "no" | "silent" | "count";
          times: number | null; // for count: at least
          days: number | null; // in the last; null: ever
      }
    | { kind: "text"; text: string };

export interface Rows {
    join: "and" | "or";
    rows: Row[];
}

// --- from a tree

function patternText(pattern: Pattern): string | null {
    if (pattern.where || pattern.machines) return null;
    if (pattern.signal ?? pattern.direction) return pattern.signal ?? pattern.direction ?? null;
    if (pattern.prefix) return `${pattern.prefix}.*`;
    return eventName(pattern.name ?? "");
}

function days(seconds: number): number | null {
    return seconds % DAY === 0 ? seconds / DAY : null;
}

function eventRow(tree: Extract<Tree, { op: "any" | "no" | "count" }>): Row | null {
    const pattern = tree.patterns.length === 1 ? patternText(tree.patterns[0] as Pattern) : null;
    if (!pattern) return null;
    const window = tree.window;
    if (window && !("within" in window)) return null;
    const span = window ? days(window.within) : null;
    if (window && span === null) return null;
    if (tree.op !== "count") return { kind: "event", pattern, how: tree.op, times: null, days: span };
    if (tree.compare !== ">=") return null;
    return { kind: "event", pattern, how: "count", times: tree.value, days: span };
}

function plain(value: Value): string | number | boolean | null | undefined {
    if (value !== null && typeof value === "object") return undefined;
    return value;
}

function factRow(tree: Extract<Tree, { op: "fact" | "trait" }>): Row | null {
    const value = plain(tree.value);
    if (value === undefined) return null;
    if (tree.op === "trait") return { kind: "trait", name: tree.name, how: tree.compare, value };
    if (tree.compare === "is") return { kind: "fact", name: tree.name, how: answer(value), value: null };
    if (tree.compare === "known" || tree.compare === "unknown")
        return { kind: "fact", name: tree.name, how: tree.compare, value: null };
    return typeof value === "number" ? { kind: "fact", name: tree.name, how: tree.compare, value } : null;
}

function answer(value: string | number | boolean | null): string {
    return value === true ? "yes" : value === false ? "no" : "unknown";
}

function rowOf(tree: Tree): Row | null {
    switch (tree.op) {
        case "is":
        case "reached":
            return { kind: "stage", how: tree.op, stage: tree.name };
        case "not": {
            const child = tree.children[0];
            if (child?.op !== "is" && child?.op !== "reached") return null;
            return { kind: "stage", how: `not ${child.op}`, stage: child.name };
        }
        case "score":
            return { kind: "score", how: tree.compare, value: tree.value };
        case "persona":
            if (tree.compare === "known") return null;
            return { kind: "persona", how: tree.compare as "is", value: tree.value ?? "" };
        case "fact":
        case "trait":
            return factRow(tree);
        case "any":
        case "no":
        case "count":
            return eventRow(tree);
        case "silent": {
            const pattern = tree.patterns.length === 1 ? patternText(tree.patterns[0] as Pattern) : null;
            const span = days(tree.for);
            return pattern && span
                ? { kind: "event", pattern, how: "silent", times: null, days: span }
                : null;
        }
        default:
            return null;
    }
}

export function rowsOf(text: string, tree: Tree | null): Rows {
    if (!tree) return { join: "and", rows: [] };
    const joined = tree.op === "and" || tree.op === "or";
    const parts = joined ? tree.children : [tree];
    return {
        join: tree.op === "or" ? "or" : "and",
        rows: parts.map((part) => rowOf(part) ?? { kind: "text", text: slice(text, part) }),
    };
}

// --- to a text

function value(of: string | number | boolean): string {
    if (typeof of === "boolean") return of ? "yes" : "no";
    return typeof of === "number" ? String(of) : JSON.stringify(of);
}

function event(row: Extract<Row, { kind: "event" }>): string | null {
    const within = row.days ? ` within ${row.days} ${row.days === 1 ? "day" : "days"}` : "";
    switch (row.how) {
        case "silent":
            return row.days ? `silent ${row.pattern} for ${row.days} days` : null;
        case "count":
            return row.times === null ? null : `count ${row.pattern}${within} >= ${row.times}`;
        default:
            return `${row.how} ${row.pattern}${within}`;
    }
}

// The row's condition; null as long as something is not filled in.
export function textOf(row: Row): string | null {
    switch (row.kind) {
        case "text":
            return row.text.trim() || null;
        case "stage":
            return row.stage ? `${row.how} ${row.stage}` : null;
        case "score":
            return row.value === null ? null : `score ${row.how} ${row.value}`;
        case "persona":
            return row.value ? `persona ${row.how} ${JSON.stringify(row.value)}` : null;
        case "fact":
            if (row.how === "yes") return row.name;
            if (row.how === "no" || row.how === "unknown") return `${row.name} is ${row.how}`;
            if (row.how === "known") return `${row.name} known`;
            return row.value === null ? null : `${row.name} ${row.how} ${row.value}`;
        case "trait":
            if (row.how === "known" || row.how === "unknown") return `${row.name} ${row.how}`;
            if (row.value === null || row.value === "") return null;
            return `${row.name} ${row.how} ${value(row.value)}`;
        case "event":
            return event(row);
    }
}

export function expressionOf({ join, rows }: Rows): string {
    const parts = rows.map(textOf).filter((part) => part !== null);
    return parts.join(` ${join} `);
}

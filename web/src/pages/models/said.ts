// What stands in words beside a model's text: neighbouring statements of one kind together, changed ones with what
// they said before.
import type { Statement } from "../../language/tree";
import { type Naming, type Spoken, statement } from "../../language/words";
import type { Text } from "../../text";

export interface Line extends Spoken {
    was: string | null;
}

export interface Group {
    line: number; // the first, from 1
    end: number; // the last
    said: Line[];
}

const HEAD = ["model", "about", "half-life"];

function together(a: Statement, b: Statement): boolean {
    if (b.line - a.end_line > 1) return false;
    return (a.kind === b.kind && a.kind !== "stage") || (HEAD.includes(a.kind) && HEAD.includes(b.kind));
}

// Without the places, so that only what is meant counts.
function meaning(of: unknown): string {
    return JSON.stringify(of, (key, value) =>
        ["from", "to", "line", "column", "end_line", "end_column"].includes(key) ? undefined : value,
    );
}

const nameOf = (one: Statement) =>
    `${one.kind} ${one.kind === "model" || one.kind === "about" ? "" : one.name}`;

// What the statement said before; null if the same, "" if it is new. Points have no name: only what is new is told.
function before(text: Text, now: Statement, base: Statement[], naming: Naming): string | null {
    if (base.some((one) => meaning(one) === meaning(now))) return null;
    if (now.kind === "points") return "";
    const old = base.find((one) => nameOf(one) === nameOf(now));
    if (!old) return "";
    const said = statement(text, old, naming);
    return said.body || said.head;
}

function labels(statements: Statement[]): Naming {
    const stages = statements.filter((one) => one.kind === "stage" && one.ok);
    return { stages: stages.map((one) => ({ name: one.name ?? "", label: one.label ?? one.name ?? "" })) };
}

export function groups(text: Text, now: Statement[], base: Statement[] | null): Group[] {
    const naming = labels(now);
    const out: Group[] = [];
    let last: Statement | null = null;
    for (const one of now) {
        const was = base && one.ok ? before(text, one, base, naming) : null;
        const line = { ...statement(text, one, naming), was };
        const group = out.at(-1);
        if (last && group && together(last, one)) {
            group.said.push(line);
            group.end = one.end_line;
        } else out.push({ line: one.line, end: one.end_line, said: [line] });
        last = one;
    }
    return out;
}

// The lines of the text that are not in the base, from 1: what is left beside the longest common sequence.
export function changedLines(base: string, text: string): Set<number> {
    const a = base.split("\n");
    const b = text.split("\n");
    let start = 0;
    while (start < a.length && start < b.length && a[start] === b[start]) start++;
    let end = 0;
    while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
    const left = a.slice(start, a.length - end);
    const right = b.slice(start, b.length - end);
    const longest: number[][] = Array.from({ length: left.length + 1 }, () =>
        Array(right.length + 1).fill(0),
    );
    const at = (i: number, j: number) => longest[i]?.[j] ?? 0;
    for (let i = left.length - 1; i >= 0; i--)
        for (let j = right.length - 1; j >= 0; j--)
            (longest[i] as number[])[j] =
                left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    const changed = new Set<number>();
    for (let i = 0, j = 0; j < right.length; ) {
        if (i < left.length && left[i] === right[j]) {
            i++;
            j++;
        } else if (i < left.length && at(i + 1, j) >= at(i, j + 1)) i++;
        else changed.add(start + ++j);
    }
    return changed;
}

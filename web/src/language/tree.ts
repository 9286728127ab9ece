// Conditions and statements as the API gives them (docs/models.md, "As a tree").
export type Value = number | string | boolean | null | { date: string } | { seconds: number } | Value[];
export type Window = { within: number } | { since: string } | { before: string } | null;

export interface Condition {
    op: "and" | "or" | "not" | "property";
    children?: Condition[];
    name?: string;
    compare?: string;
    value?: Value;
    from: number;
    to: number;
}

export interface Pattern {
    name?: string;
    signal?: string;
    prefix?: string;
    direction?: string;
    where: Condition | null;
    machines: boolean;
    from: number;
    to: number;
}

interface Place {
    from: number; // in bytes of UTF-8
    to: number;
}

export type Tree = Place &
    (
        | { op: "and" | "or" | "not"; children: Tree[] }
        | { op: "any" | "no"; patterns: Pattern[]; window: Window }
        | { op: "silent"; patterns: Pattern[]; for: number }
        | { op: "count"; patterns: Pattern[]; window: Window; compare: string; value: number }
        | { op: "sum"; name: string; patterns: Pattern[]; window: Window; compare: string; value: number }
        | { op: "then"; chain: { patterns: Pattern[]; within: number | null }[] }
        | { op: "fact" | "trait"; name: string; compare: string; value: Value }
        | { op: "score"; compare: string; value: number }
        | { op: "persona"; compare: string; value: string | null }
        | { op: "reached" | "is"; name: string }
        | { op: "in"; name: string; for: number }
        | { op: "constant"; value: boolean }
    );

export interface Statement extends Place {
    kind:
        | "model"
        | "about"
        | "half-life"
        | "trait"
        | "signal"
        | "fact"
        | "persona"
        | "points"
        | "stage"
        | "grade";
    name: string | null;
    line: number;
    column: number;
    end_line: number;
    end_column: number;
    ok: boolean;
    seconds?: number;
    type?: "number" | "text" | "flag" | "date";
    patterns?: Pattern[];
    tree?: Tree | null;
    until?: Tree | null;
    while?: boolean;
    label?: string;
    points?: number;
    rule?: "each" | "once" | "when";
    at_most?: number;
    per?: number;
}

// The offsets of trees are bytes of UTF-8: the part of the text that they name.
export function slice(text: string, place: Place): string {
    const bytes = new TextEncoder().encode(text);
    return new TextDecoder().decode(bytes.subarray(place.from, place.to));
}

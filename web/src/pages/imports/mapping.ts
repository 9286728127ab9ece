// What each column becomes, as the API's mapping (docs/import.md) and as one choice per column.
import type { Schemas } from "../../api/client";

type Column = Schemas["ImportColumn"];
interface Mapping {
    traits?: Record<string, string | { trait: string }>;
    facts?: Record<string, string | { column: string }>;
    [other: string]: unknown;
}

// "trait:email", "fact:budget", "" (left out).
export type Target = string;

export function targetsOf(columns: Column[], mapping: unknown): Record<string, Target> {
    const said = (mapping ?? {}) as Mapping;
    const targets: Record<string, Target> = {};
    for (const column of columns)
        targets[column.header] = said.traits ? "" : `trait:${column.trait ?? column.own}`;
    for (const [header, trait] of Object.entries(said.traits ?? {}))
        targets[header] = `trait:${typeof trait === "string" ? trait : trait.trait}`;
    for (const [fact, column] of Object.entries(said.facts ?? {}))
        targets[typeof column === "string" ? column : column.column] = `fact:${fact}`;
    return targets;
}

// The mapping with one column changed. Members that the page does not show stay as they are.
export function mapped(columns: Column[], mapping: unknown, header: string, target: Target): Mapping {
    const targets = { ...targetsOf(columns, mapping), [header]: target };
    const traits: Record<string, string> = {};
    const facts: Record<string, string> = {};
    for (const [column, said] of Object.entries(targets)) {
        if (said.startsWith("trait:")) traits[column] = said.slice(6);
        if (said.startsWith("fact:")) facts[said.slice(5)] = column;
    }
    const { traits: _t, facts: _f, ...rest } = (mapping ?? {}) as Mapping;
    return { ...rest, traits, ...(Object.keys(facts).length ? { facts } : {}) };
}

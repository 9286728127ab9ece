// Drafts of definitions: what is empty is left out, names follow from labels, addresses from names.
import type { Field, FieldType } from "./types";

// Members without content go: the API takes what is there for meant.
export function tidy<T>(value: T): T {
    if (Array.isArray(value)) return value.map(tidy) as T;
    if (typeof value !== "object" || value === null) return value;
    const kept = Object.entries(value)
        .map(([key, member]) => [key, tidy(member)] as const)
        .filter(
            ([, member]) =>
                member !== undefined &&
                member !== null &&
                member !== "" &&
                member !== false &&
                !(Array.isArray(member) && !member.length) &&
                !(typeof member === "object" && !Array.isArray(member) && !Object.keys(member).length),
        );
    return Object.fromEntries(kept) as T;
}

const plain = (text: string) =>
    text
        .toLowerCase()
        .replace(/ß/g, "ss")
        .normalize("NFKD")
        .replace(/[\u0300-\u036f]/g, "");

// "Is there a budget?" → is_there_a_budget, unlike those that are taken.
export function nameFrom(label: string, taken: string[]): string {
    const base =
        plain(label)
            .replace(/[^a-z0-9]+/g, "_")
            .replace(/^[^a-z]+|_+$/g, "")
            .slice(0, 36) || "field";
    let name = base;
    for (let n = 2; taken.includes(name) || name === "homepage"; n++) name = `${base}_${n}`;
    return name;
}

// "White paper" → white-paper.
export function slugFrom(name: string): string {
    return plain(name)
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+|-+$/g, "")
        .slice(0, 60)
        .replace(/-+$/, "");
}

export function newField(type: FieldType, label: string, taken: string[]): Field {
    const trait = type === "text" ? { trait: nameFrom(label, []) } : {};
    const options =
        type === "select"
            ? {
                  options: [
                      { value: "yes", label: "", answer: "yes" as const },
                      { value: "no", label: "", answer: "no" as const },
                  ],
              }
            : {};
    return {
        name: nameFrom(type === "email" || type === "phone" ? type : label, taken),
        type,
        label,
        ...trait,
        ...options,
    };
}

export function moved<T>(list: T[], from: number, to: number): T[] {
    const next = [...list];
    const [one] = next.splice(from, 1);
    if (one !== undefined) next.splice(to, 0, one);
    return next;
}

// The problem of one part of the definition ("fields[2].label") out of all.
export function problemOf(errors: { field: string; message: string }[], path: string): string | undefined {
    return errors.find((one) => one.field === `definition.${path}`)?.message;
}

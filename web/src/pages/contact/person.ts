// What is shown of a person: a first name to speak of them, traits as texts.
import type { Schemas } from "../../api/client";

export type Contact = Schemas["Contact"];

export function trait(contact: Contact, name: string): string | undefined {
    const value = (contact.traits as Record<string, unknown>)[name];
    return value === undefined || value === null || typeof value === "object" ? undefined : String(value);
}

// "Ana" of "Ana Ferreira"; the whole name where there is one word, else the address.
export function calledName(contact: Contact, somebody: string): string {
    return trait(contact, "first_name") ?? contact.name?.split(" ")[0] ?? contact.email ?? somebody;
}

// Traits that are objects, one level down: "address.city".
export function flatTraits(traits: Record<string, unknown>, prefix = ""): [string, string][] {
    return Object.entries(traits).flatMap(([name, value]): [string, string][] => {
        if (value === null || value === undefined) return [];
        if (Array.isArray(value)) return [[prefix + name, value.map(String).join(", ")]];
        if (typeof value === "object")
            return flatTraits(value as Record<string, unknown>, `${prefix}${name}.`);
        return [[prefix + name, String(value)]];
    });
}

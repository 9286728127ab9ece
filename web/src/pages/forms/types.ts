// A form's and a page's definition, as docs/forms.md has them.
import type { Schemas } from "../../api/client";

export type FieldType =
    | "text"
    | "email"
    | "phone"
    | "select"
    | "checkbox"
    | "textarea"
    | "number"
    | "date"
    | "hidden";
export const FIELD_TYPES: FieldType[] = [
    "text",
    "email",
    "phone",
    "textarea",
    "select",
    "checkbox",
    "number",
    "date",
    "hidden",
];

export interface Option {
    value: string;
    label?: string;
    answer?: "yes" | "no" | "unknown";
    amount?: number;
}

export interface Field {
    name: string;
    type: FieldType;
    label?: string;
    help?: string;
    required?: boolean;
    trait?: string;
    fact?: string;
    options?: Option[];
    checked?: "yes" | "no";
    max?: number;
    min_value?: number;
    max_value?: number;
    value?: string;
    query?: string;
    once?: boolean;
    [other: string]: unknown;
}

export interface ConsentBox {
    id: string;
    purpose: string;
    label: string;
    version: string;
    list?: string;
    required?: boolean;
}

export interface Translation {
    title?: string;
    intro?: string;
    submit?: string;
    after?: { title?: string; text?: string };
    fields?: Record<string, { label?: string; help?: string; options?: Record<string, string> }>;
    consents?: Record<string, { label?: string }>;
}

export interface FormDefinition {
    title: string;
    intro?: string;
    submit?: string;
    language?: string;
    fields: Field[];
    consents?: ConsentBox[];
    after?: { title?: string; text?: string; redirect?: string; download?: string };
    double_opt_in?: boolean;
    mailbox?: string;
    spam?: { disposable?: "default" | "suspect" | "allow" | "refuse" };
    embed?: { frames?: string[] };
    translations?: Record<string, Translation>;
}

export interface PageButton {
    label: string;
    href: string;
    name?: string;
    plain?: boolean;
}

export type Block =
    | { type: "hero"; title: string; text?: string; buttons?: PageButton[] }
    | { type: "text"; markdown: string }
    | { type: "form"; form: string }
    | { type: "buttons"; buttons: PageButton[] }
    | { type: "testimonials"; title?: string; items: { quote: string; name: string; role?: string }[] }
    | { type: "download"; label: string; title?: string; text?: string; asset?: string; form?: string };

export interface PageDefinition {
    title: string;
    description?: string;
    language?: string;
    write_key?: string;
    listed?: boolean;
    blocks: Block[];
}

export const formOf = (form: Schemas["Form"]) => form.definition as unknown as FormDefinition;
export const pageOf = (page: Schemas["Page"]) => page.definition as unknown as PageDefinition;

// What a mail can name, in groups, for the insert menu and completion.
import type { Fields } from "../../language/fields";
import { factLabel, traitLabel } from "../../language/words";
import type { Text } from "../../text";
import type { MailText } from "../../text/mail";

export interface Variable {
    name: string; // contact.first_name
    label: string;
    group: keyof MailText["templates"]["groups"];
}

const KNOWN: Record<string, string[]> = {
    contact: ["first_name", "last_name", "name", "email"],
    company: ["name", "domain"],
    standing: ["stage", "grade", "persona"],
    sender: ["name", "address"],
    campaign: ["name"],
    offer: ["code", "text", "ends"],
};

const upper = (said: string) => said.charAt(0).toUpperCase() + said.slice(1);
const simple = (name: string) => /^[a-z_]\w*$/i.test(name);

// A text with variables as people read it: "[First name], a question", for where it is only looked at.
export function sayVariables(text: Text, mail: MailText, words: string): string {
    return words.replaceAll(/\{%.*?%\}/gs, "").replaceAll(/\{\{-?\s*([\w.]+).*?\}\}/gs, (_, name: string) => {
        const known = mail.templates.vars[name];
        const last = name.split(".").at(-1) ?? name;
        return `[${known ?? upper(traitLabel(text, last))}]`;
    });
}

export function variablesOf(text: Text, mail: MailText, fields: Fields): Variable[] {
    const known = (group: string): Variable[] =>
        (KNOWN[group] ?? []).map((name) => ({
            name: `${group}.${name}`,
            label: mail.templates.vars[`${group}.${name}`] ?? name,
            group: group as Variable["group"],
        }));
    const traits = fields.traits
        .filter((one) => simple(one.name) && !KNOWN.contact?.includes(one.name))
        .map(
            (one): Variable => ({
                name: `contact.${one.name}`,
                label: upper(traitLabel(text, one.name)),
                group: "contact",
            }),
        );
    const facts = fields.facts.map(
        (one): Variable => ({
            name: `facts.${one.name}`,
            label: upper(factLabel(text, one.name)),
            group: "facts",
        }),
    );
    return [
        ...known("contact"),
        ...traits,
        ...known("company"),
        ...known("standing"),
        ...facts,
        ...known("sender"),
        ...known("campaign"),
        ...known("offer"),
    ];
}

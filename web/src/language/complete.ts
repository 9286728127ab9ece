// Completion for conditions and models: what may stand where the cursor is, by the words before it.
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { Text } from "../text";
import type { Fields } from "./fields";
import { eventLabel, eventName, factLabel, traitLabel } from "./words";

const STATEMENTS = "model about half-life trait signal fact persona points stage grade".split(" ");
const ATOMS = "any no silent count sum score persona reached is in not yes".split(" ");
const BEHIND = (
    "and or within since before where including then for contains matches is not in known unknown when until while " +
    "each once at most per otherwise"
).split(" ");
const UNITS = "minutes hours days weeks months years".split(" ");
const BUILT_IN_SIGNALS = "inbound outbound internal".split(" ");

export interface Vocabulary {
    fields: Fields;
    signals: string[];
    model: boolean; // a whole model is written, else one condition
}

// The signals that a model's text declares.
export function signalsOf(text: string): string[] {
    return [...text.matchAll(/^\s*signal\s+([A-Za-z_]\w*)/gm)].map((one) => one[1] as string);
}

function quoted(text: string): string {
    return JSON.stringify(text);
}

function keyword(text: Text, label: string): Completion {
    const details = text.expression.keywords as Record<string, string | undefined>;
    return { label, type: "keyword", detail: details[label], boost: -1 };
}

function events(text: Text, words: Vocabulary): Completion[] {
    return [
        ...words.signals.map((name) => ({
            label: name,
            type: "variable",
            detail: text.expression.kinds.signal,
            boost: 3,
        })),
        ...words.fields.events.map((event) => ({
            label: eventName(event.name),
            type: "event",
            detail: text.expression.kinds.event(eventLabel(text, event.name), event.count),
            boost: 2,
        })),
        // What has not happened yet can be asked for, too.
        ...Object.keys(text.words.events)
            .filter((name) => !words.fields.events.some((event) => event.name === name))
            .map((name) => ({ label: name, type: "event", detail: eventLabel(text, name) })),
        ...BUILT_IN_SIGNALS.map((name) => keyword(text, name)),
    ];
}

function stages(words: Vocabulary): Completion[] {
    return words.fields.stages.map((stage) => ({
        label: stage.name,
        type: "variable",
        detail: stage.label,
        boost: 4,
    }));
}

function texts(values: string[]): Completion[] {
    return values.map((value) => ({ label: quoted(value), type: "string" }));
}

function known(text: Text, words: Vocabulary): Completion[] {
    return [
        ...words.fields.facts.map((fact) => ({
            label: fact.name,
            type: "variable",
            detail: text.expression.kinds.fact(factLabel(text, fact.name)),
            boost: 2,
        })),
        ...words.fields.traits.map((trait) => ({
            label: trait.name,
            type: "property",
            detail: text.expression.kinds.trait(
                traitLabel(text, trait.name),
                trait.type,
                trait.values.length,
            ),
            boost: 1,
        })),
    ];
}

// The words before the cursor, without the one that is being written.
function before(context: CompletionContext, from: number): string[] {
    const start = Math.max(0, from - 400);
    return (
        context.state
            .sliceDoc(start, from)
            .replace(/#.*/g, "")
            .match(/"(?:\\.|[^"\\])*"?|[\w.*-]+|[<>=!,()]+/g) ?? []
    );
}

const PATTERN_LEAD = new Set(["any", "no", "silent", "count", "of", "each", "once", "then", "="]);

function inPattern(past: string[]): boolean {
    // After a comma: what stands before decides, back to the word that leads the list.
    for (let i = past.length - 1; i >= 0; i--) {
        const word = past[i] as string;
        if (PATTERN_LEAD.has(word)) return true;
        if (word !== "," && !/^[a-z][\w.*]*$|^"/.test(word)) return false;
        if (["and", "or", "not", "when", "until", "while", "where", "within"].includes(word)) return false;
    }
    return false;
}

function options(text: Text, words: Vocabulary, past: string[]): Completion[] {
    const last = past.at(-1) ?? "";
    const beforeLast = past.at(-2) ?? "";
    const trait = words.fields.traits.find((one) => one.name === beforeLast);
    if (PATTERN_LEAD.has(last) && !(last === "=" && trait)) return events(text, words);
    if (last === "," && inPattern(past)) return events(text, words);
    if (/^-?\d+(\.\d+)?$/.test(last)) return [...UNITS, ...BEHIND].map((one) => keyword(text, one));
    if (last === "reached") return stages(words);
    if (last === "is" && beforeLast === "persona") return texts(words.fields.personas);
    if (["is", "contains", "=", "!="].includes(last) && trait) {
        const values = texts(beforeLast === "source" ? words.fields.sources : trait.values);
        return last === "is" ? [...values, keyword(text, "not"), keyword(text, "known")] : values;
    }
    if (last === "is" && words.fields.facts.some((one) => one.name === beforeLast))
        return ["yes", "no", "unknown"].map((one) => keyword(text, one));
    if (last === "is" || last === "in") return [...stages(words), keyword(text, "not")];
    const start = ["", "(", "and", "or", "not", "when", "until", "while"].includes(last);
    const atoms = ATOMS.map((one) => keyword(text, one));
    if (start) return [...known(text, words), ...atoms];
    const all = [...BEHIND, ...(words.model ? STATEMENTS : [])].map((one) => keyword(text, one));
    return context(last) ? all : [...known(text, words), ...atoms, ...all];
}

// Behind a whole atom only joining words make sense.
function context(last: string): boolean {
    return /^[A-Za-z_"][\w.]*"?$/.test(last);
}

export function completeModel(text: Text, vocabulary: () => Vocabulary) {
    return (at: CompletionContext): CompletionResult | null => {
        const word = at.matchBefore(/"[^"]*|[A-Za-z_][\w.]*/);
        if (!word && !at.explicit) return null;
        const from = word?.from ?? at.pos;
        const list = options(text, vocabulary(), before(at, from));
        return { from, options: list, validFor: /^("[^"]*|[\w.]*)$/ };
    };
}

// What lacks for the next stage, in as few words as a dashed chip holds.
import type { Schemas } from "../api/client";
import { factLabel, missingSentence } from "../language/words";
import { useFormat } from "../shell/format";
import { useFields } from "../shell/session";
import { type Text, useText } from "../text";

export interface Missing {
    action: string;
    what: string;
}

interface Words {
    text: Text;
    facts: { name: string; label: string }[];
    stages: { name: string; label: string }[];
    number: (value: number, digits?: number) => string;
    when: (iso: string) => string;
}

function plain(name: string): string {
    return name.replace(/[._]/g, " ");
}

// The name of a fact, in the middle of a sentence.
export function factName(words: Pick<Words, "text" | "facts">, name: string): string {
    return (
        (name in words.text.words.facts
            ? undefined
            : words.facts.find((fact) => fact.name === name)?.label) ?? factLabel(words.text, name)
    );
}

export function shortMissing(words: Words, { action, what }: Missing): string {
    const texts = words.text.board.missing;
    const more = / \(([\d.]+) more[^)]*\)$/.exec(what);
    const first = (more ? what.slice(0, more.index) : what).split(/, | where /)[0] ?? what;
    if (action === "ask") return factName(words, what);
    if (action === "raise") {
        const points = Math.ceil(Number.parseFloat(what) * 10 - 1e-6) / 10;
        return Number.isNaN(points) ? what : texts.points(points, words.number(points, 1));
    }
    if (action === "reach")
        return texts.first(words.stages.find((stage) => stage.name === what)?.label ?? what);
    if (action === "wait_until" && !Number.isNaN(Date.parse(what))) return texts.from(words.when(what));
    // "did it|many of it|one of it"
    const event = words.text.words.events[first as keyof Text["words"]["events"]]?.split("|")[2];
    const thing = words.text.board.things[first] ?? event ?? plain(first);
    return more && Number(more[1]) > 1 ? `${thing} × ${more[1]}` : thing;
}

const NO_FIELDS: Pick<Schemas["Fields"], "facts" | "stages"> = { facts: [], stages: [] };

export function useMissing() {
    const text = useText();
    const { number, when } = useFormat();
    const { facts, stages } = useFields() ?? NO_FIELDS;
    const words = { text, facts, stages, number, when };
    return {
        short: (missing: Missing) => shortMissing(words, missing),
        sentence: (missing: Missing) => missingSentence(text, missing, { stages }),
        fact: (name: string) => factName(words, name),
    };
}

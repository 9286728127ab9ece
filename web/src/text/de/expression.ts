import type en from "../en/expression";

const TYPES: Record<string, string | undefined> = {
    number: "eine Zahl",
    text: "ein Text",
    flag: "ja oder nein",
    date: "ein Datum",
};

export default {
    title: "Ausdruck",
    label: "Bedingung",
    placeholder: "Zum Beispiel: any answered within 90 days and budget",
    inWords: "In Worten:",
    lastValid: "Die Liste zeigt die letzte Bedingung, die lesbar war.",
    did: (word) => `Meinten Sie ${word}?`,
    take: "Übernehmen",
    build: "Zusammenstellen",
    clear: "Bedingung entfernen",
    count: (n, shown) => (n === 1 ? "1 Kontakt" : `${shown} Kontakte`),
    kinds: {
        signal: "ein Signal des Modells",
        event: (label, n) => `${label}, ${n.toLocaleString("de")}`,
        fact: (label) => `Fakt: ${label}`,
        trait: (label, type, values) =>
            values ? `${label}, ${values} Werte` : `${label}, ${TYPES[type] ?? type}`,
    },
    keywords: {
        any: "etwas ist geschehen",
        no: "nichts davon ist geschehen",
        silent: "lange nichts",
        count: "wie oft etwas geschah",
        sum: "die Summe dessen, was geschah",
        score: "die Punkte",
        persona: "wer es ist",
        reached: "war je auf einer Stufe",
        is: "ist auf einer Stufe",
        in: "ist seit einer Weile auf einer Stufe",
        not: "das Gegenteil",
        yes: "alle",
        within: "in den letzten Tagen",
        since: "ab einem Datum",
        before: "bis zu einem Datum",
        where: "nur manche dieser Ereignisse",
        and: "beides",
        or: "eines davon",
        inbound: "alles von ihnen",
        outbound: "alles von uns",
        internal: "unsere eigenen Einträge",
        contains: "ein Teil des Textes",
        known: "es gibt eine Antwort",
        unknown: "es gibt keine Antwort",
    },
} satisfies typeof en;

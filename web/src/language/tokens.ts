// The words of the model language: what is a keyword, an event, a text, a number, a comment.
export type TokenKind = "key" | "name" | "str" | "num" | "com";

export interface Token {
    kind: TokenKind | null;
    text: string;
    from: number; // in UTF-16 units, as editors count
}

const KEYWORDS = new Set(
    (
        "model about half-life trait signal fact persona points stage grade when until while and or not any no yes " +
        "then within since before where including machines is in contains matches known unknown silent count sum of " +
        "for score each once at most per otherwise inbound outbound internal reached number text flag date"
    ).split(" "),
);

const UNIT = "(?:minute|hour|day|week|month|year)s?";
const TOKEN = new RegExp(
    [
        "(?<com>#.*)",
        '(?<str>"(?:\\\\.|[^"\\\\\\n])*"?)',
        `(?<num>\\d{4}-\\d{2}-\\d{2}(?:T[\\d:]+Z)?|-?\\b\\d+(?:\\.\\d+)?(?: *${UNIT}\\b)?|(?<=\\bper )${UNIT}\\b)`,
        "(?<name>\\b[a-z][a-z0-9_]*(?:\\.(?:[a-z0-9_]+|\\*))+)",
        "(?<word>half-life\\b|[A-Za-z_][A-Za-z0-9_]*)",
    ].join("|"),
    "g",
);

// The tokens of a text; what lies between them has no kind.
export function tokens(text: string): Token[] {
    const out: Token[] = [];
    let end = 0;
    for (const match of text.matchAll(TOKEN)) {
        if (match.index > end) out.push({ kind: null, text: text.slice(end, match.index), from: end });
        out.push({ kind: kindOf(match.groups ?? {}), text: match[0], from: match.index });
        end = match.index + match[0].length;
    }
    if (end < text.length) out.push({ kind: null, text: text.slice(end), from: end });
    return out;
}

function kindOf(groups: Record<string, string | undefined>): TokenKind | null {
    if (groups.word) return KEYWORDS.has(groups.word) ? "key" : null;
    return (["com", "str", "num", "name"] as const).find((kind) => groups[kind]) ?? null;
}

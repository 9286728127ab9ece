// Says conditions and statements in words, in the reader's language (text/*/words.ts).
import type { Text } from "../text";
import type { Condition, Pattern, Statement, Tree, Value, Window } from "./tree";

// stages: to call them by their labels.
export interface Naming {
    name?: string;
    stages?: readonly { name: string; label: string }[];
}

type Words = Text["words"];
type Events = Record<string, string | undefined>;

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const YEAR = 365 * DAY;

function number(words: Words, value: number): string {
    return value.toLocaleString(words.locale, { maximumFractionDigits: 6 }).replace("-", "−");
}

export function span(words: Words, seconds: number): string {
    if (seconds % YEAR === 0) return words.span.year(seconds / YEAR);
    if (seconds % DAY === 0) return words.span.day(seconds / DAY);
    if (seconds % HOUR === 0) return words.span.hour(seconds / HOUR);
    if (seconds % MINUTE === 0) return words.span.minute(seconds / MINUTE);
    return words.span.second(seconds);
}

function date(words: Words, iso: string): string {
    const midnight = iso.endsWith("T00:00:00Z");
    return new Date(iso).toLocaleString(words.locale, {
        dateStyle: "long",
        timeStyle: midnight ? undefined : "short",
        timeZone: "UTC",
    });
}

function list(items: string[], word: string): string {
    if (items.length < 2) return items.join("");
    return `${items.slice(0, -1).join(", ")} ${word} ${items.at(-1)}`;
}

// "reached_out" as people write it.
function readable(name: string): string {
    return name.replaceAll("_", " ");
}

function labelOf(stages: Naming["stages"], name: string): string {
    return stages?.find((stage) => stage.name === name)?.label ?? readable(name);
}

// --- values and comparisons

function value(words: Words, of: Value): string {
    if (of === null) return words.unknown;
    if (typeof of === "number") return number(words, of);
    if (typeof of === "boolean") return of ? words.yes : words.no_;
    if (typeof of === "string") return words.quote(of);
    if (Array.isArray(of))
        return list(
            of.map((one) => value(words, one)),
            words.or,
        );
    return "date" in of ? date(words, of.date) : words.days(number(words, of.seconds / DAY));
}

function compared(words: Words, how: string, of: Value): string {
    const say = words.compare[how as keyof Words["compare"]] ?? words.compare.is;
    if (how === "not in" && Array.isArray(of))
        return say(
            list(
                of.map((one) => value(words, one)),
                words.neitherOr,
            ),
        );
    return say(value(words, of));
}

function property(words: Words, condition: Condition): string {
    const children = (condition.children ?? []).map((one) => property(words, one));
    if (condition.op === "and") return list(children, words.and);
    if (condition.op === "or") return list(children, words.or);
    if (condition.op === "not") return words.not(children.join(""));
    return `${readable(condition.name ?? "")} ${compared(words, condition.compare ?? "is", condition.value ?? null)}`;
}

// --- events

interface Said {
    did: string;
    many: string;
    one: string;
}

function forms(words: Words, pattern: Pick<Pattern, "name" | "signal" | "prefix" | "direction">): Said {
    const known =
        (pattern.name && (words.events as Events)[pattern.name]) ||
        (pattern.signal && (words.signals as Events)[pattern.signal]) ||
        (pattern.direction && (words.directions as Events)[pattern.direction]) ||
        words.named(pattern.name ?? readable(pattern.signal ?? "") ?? pattern.prefix ?? "");
    const text = pattern.prefix ? words.named(`${pattern.prefix}.*`) : known;
    const [did = "", many = "", one = ""] = text.split("|");
    return { did, many, one };
}

function extras(words: Words, pattern: Pattern, said: string): string {
    let out = said;
    if (pattern.where) out = words.where(out, property(words, pattern.where));
    if (pattern.machines) out = `${out} (${words.machines})`;
    return out;
}

function many(words: Words, patterns: Pattern[], joined = words.or): string {
    return list(
        patterns.map((one) => extras(words, one, forms(words, one).many)),
        joined,
    );
}

// What was done; "~" is where the time stands, which is said once. A verb that stands before it ("hat") is not said
// again for what follows.
function did(words: Words, patterns: Pattern[], time: string): string {
    const parts: string[] = [];
    let verb = "";
    for (const pattern of patterns) {
        const said = forms(words, pattern).did;
        const [before, after] = said.includes(" ~ ") ? said.split(" ~ ", 2) : ["", said];
        const rest = extras(words, pattern, after ?? "");
        if (!before) parts.push(rest);
        else if (before === verb) parts.push(rest);
        else parts.push(parts.length || !time ? `${before} ${rest}` : `${before} ${time} ${rest}`);
        verb = before ?? "";
    }
    const first = forms(words, patterns[0] ?? {}).did;
    const behind = time && !first.includes(" ~ ") ? ` ${time}` : "";
    return list(parts, words.or) + behind;
}

function window(words: Words, of: Window): string {
    if (!of) return "";
    if ("within" in of) return words.within(span(words, of.within));
    return "since" in of ? words.since(date(words, of.since)) : words.before(date(words, of.before));
}

function spaced(text: string): string {
    return text && ` ${text}`;
}

// --- conditions

function fact(words: Words, name: string, compare: string, of: Value): string {
    const built = words.facts[name as keyof Words["facts"]];
    const label = built?.label ?? readable(name);
    if (compare === "known") return words.fact.known(label);
    if (compare === "unknown" || (compare === "is" && of === null)) return words.fact.unknown(label);
    if (compare === "is" && typeof of === "boolean") {
        if (built) return of ? built.yes : built.no;
        return of ? words.fact.yes(label) : words.fact.no(label);
    }
    if (compare === "is" && of === "unknown") return words.fact.unknown(label);
    return `${label} ${compared(words, compare, of)}`;
}

export function traitLabel(text: Text, name: string): string {
    return text.words.traits[name as keyof Words["traits"]] ?? readable(name);
}

export function factLabel(text: Text, name: string): string {
    return text.words.facts[name as keyof Words["facts"]]?.label ?? readable(name);
}

// An event's name as the language writes it.
export function eventName(name: string): string {
    return /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$/.test(name) ? name : JSON.stringify(name);
}

// An event's kind as a noun, "e-mail replies"; as somebody's deed, "replied by e-mail".
export function eventLabel(text: Text, name: string): string {
    const said = forms(text.words, { name }).many;
    return said.charAt(0).toUpperCase() + said.slice(1);
}

export function eventDone(text: Text, name: string): string {
    return did(text.words, [{ name, where: null, machines: false, from: 0, to: 0 }], "");
}

function negated(text: Text, tree: Tree, naming: Naming): string {
    const words = text.words;
    const at = { from: tree.from, to: tree.to };
    if (tree.op === "reached") return words.neverReached(labelOf(naming.stages, tree.name));
    if (tree.op === "is") return words.isNot(labelOf(naming.stages, tree.name));
    if (tree.op === "not") return say(text, tree.children[0] as Tree, naming);
    if (tree.op === "any") return say(text, { ...tree, op: "no" }, naming);
    if (tree.op === "no") return say(text, { ...tree, op: "any" }, naming);
    if (tree.op === "constant") return say(text, { ...at, op: "constant", value: !tree.value }, naming);
    if (tree.op === "trait" && tree.compare === "known")
        return say(text, { ...tree, compare: "unknown" }, naming);
    return words.not(inner(text, tree, naming));
}

// A condition inside another one.
function inner(text: Text, tree: Tree, naming: Naming): string {
    const said = say(text, tree, naming);
    return tree.op === "and" || tree.op === "or" ? `(${said})` : said;
}

function joined(text: Text, trees: Tree[], word: string, naming: Naming): string {
    return list(
        trees.map((one) => inner(text, one, naming)),
        word,
    );
}

function chain(words: Words, links: { patterns: Pattern[]; within: number | null }[]): string {
    let out = did(words, links[0]?.patterns ?? [], "");
    for (const link of links.slice(1))
        out = words.chain(out, did(words, link.patterns, ""), span(words, link.within ?? 0));
    return out;
}

function amount(words: Words, compare: string, of: number): string {
    const say = words.amount[compare as keyof Words["amount"]] ?? words.amount["="];
    return say(number(words, of));
}

function say(text: Text, tree: Tree, naming: Naming): string {
    const words = text.words;
    switch (tree.op) {
        case "and":
            return joined(text, tree.children, words.and, naming);
        case "or":
            return joined(text, tree.children, words.or, naming);
        case "not":
            return negated(text, tree.children[0] as Tree, naming);
        case "any":
            return did(words, tree.patterns, window(words, tree.window));
        case "no":
            return words.no(many(words, tree.patterns), spaced(window(words, tree.window)));
        case "silent":
            return words.silent(many(words, tree.patterns), span(words, tree.for));
        case "count":
            return words.count(
                amount(words, tree.compare, tree.value),
                many(words, tree.patterns),
                spaced(window(words, tree.window)),
            );
        case "sum":
            return words.sum(
                readable(tree.name),
                many(words, tree.patterns, words.and),
                spaced(window(words, tree.window)),
                compared(words, tree.compare, tree.value),
            );
        case "then":
            return chain(words, tree.chain);
        case "fact":
            return fact(words, tree.name, tree.compare, tree.value);
        case "trait":
            return `${traitLabel(text, tree.name)} ${compared(words, tree.compare, tree.value)}`;
        case "score":
            return `${words.score} ${compared(words, tree.compare, tree.value)}`;
        case "persona":
            if (tree.compare === "known") return words.personaKnown;
            return `${words.persona} ${compared(words, tree.compare, tree.value)}`;
        case "reached":
            return words.reached(labelOf(naming.stages, tree.name));
        case "is":
            return tree.name === "none" ? words.noStage : words.is(labelOf(naming.stages, tree.name));
        case "in":
            return words.inFor(labelOf(naming.stages, tree.name), span(words, tree.for));
        case "constant":
            return tree.value ? words.everybody : words.nobody;
    }
}

// A condition in words: "answered within 90 days, fits and may decide".
export function sentence(text: Text, tree: Tree, naming: Naming = {}): string {
    return say(text, tree, naming);
}

// --- statements

export interface Spoken {
    head: string;
    body: string;
}

function upper(said: string): string {
    return said.charAt(0).toUpperCase() + said.slice(1);
}

function points(text: Text, of: Statement, naming: Naming): string {
    const words = text.words.statement;
    if (of.rule === "when" && of.tree) return `${words.while(say(text, of.tree, naming))}.`;
    const events = did(text.words, of.patterns ?? [], "");
    const cap = of.at_most ? words.atMost(number(text.words, of.at_most), span(text.words, of.per ?? 0)) : "";
    return `${of.rule === "once" ? words.once(events) : words.each(events)}${cap}.`;
}

function factStatement(text: Text, of: Statement, naming: Naming): Spoken {
    const words = text.words.statement;
    const head = words.head(upper(factLabel(text, of.name ?? "")));
    return { head, body: of.tree ? words.derived(say(text, of.tree, naming)) : words.recorded };
}

function stageStatement(text: Text, of: Statement, naming: Naming): Spoken {
    const words = text.words.statement;
    const condition = of.tree ? say(text, of.tree, naming) : text.words.nothing;
    const until = of.until ? words.until(say(text, of.until, naming)) : "";
    return {
        head: words.head(of.label ?? of.name ?? ""),
        body: of.while ? words.stageWhile(condition) : words.stage(condition) + until,
    };
}

// A statement of a model in words: what it names, and what it says of it.
export function statement(text: Text, of: Statement, naming: Naming = {}): Spoken {
    const words = text.words.statement;
    const name = readable(of.name ?? "");
    if (!of.ok) return { head: words.head(name || of.kind), body: words.unread };
    switch (of.kind) {
        case "model":
            return { head: of.name ?? "", body: "" };
        case "about":
            return { head: "", body: of.name ?? "" };
        case "half-life":
            return { head: "", body: words.halfLife(span(text.words, of.seconds ?? 0)) };
        case "trait":
            return { head: words.head(upper(name)), body: words.traitIs(words.trait[of.type ?? "text"]) };
        case "signal":
            return {
                head: words.head(upper(name)),
                body: words.signal(did(text.words, of.patterns ?? [], "")),
            };
        case "fact":
            return factStatement(text, of, naming);
        case "persona":
            return {
                head: words.head(of.name ?? ""),
                body: words.persona(of.tree ? say(text, of.tree, naming) : text.words.everybody),
            };
        case "points":
            return {
                head: words.points(number(text.words, of.points ?? 0)),
                body: points(text, of, naming),
            };
        case "stage":
            return stageStatement(text, of, naming);
        case "grade":
            return {
                head: words.head(name),
                body: of.tree ? `${say(text, of.tree, naming)}.` : words.otherwise,
            };
    }
}

// --- what is missing

const DIRECTIONS = ["inbound", "outbound", "internal"];

// One pattern of what the explanation names: an event, a direction, a prefix, else a signal.
function patternOf(word: string): Pick<Pattern, "name" | "signal" | "prefix" | "direction"> {
    const plain = word.replace(/ (where|including machines).*$/s, "");
    if (plain.startsWith('"')) return { name: plain.replace(/^"|"$/g, "").replace(/\\(.)/g, "$1") };
    if (DIRECTIONS.includes(plain)) return { direction: plain };
    if (plain.endsWith(".*")) return { prefix: plain.slice(0, -2) };
    return plain.includes(".") ? { name: plain } : { signal: plain };
}

// Commas that are neither in quotes nor in parentheses part patterns.
function patternsOf(what: string): string[] {
    return what.match(/(?:"(?:\\.|[^"\\])*"|\([^()]*\)|[^,"(])+/g)?.map((one) => one.trim()) ?? [what];
}

function happening(text: Text, action: string, what: string): string {
    const words = text.words;
    const more = / \(([\d.]+) more(?: [^)]*)?\)$/.exec(what);
    const patterns = patternsOf(more ? what.slice(0, more.index) : what).map(patternOf);
    const deeds = [...new Set(patterns.map((one) => (words.todo as Events)[one.name ?? ""]))];
    const ours = action === "do" && deeds.every(Boolean);
    const ones = list([...new Set(patterns.map((one) => forms(words, one).one))], words.or);
    const said = ours
        ? list(deeds as string[], words.or)
        : action === "do"
          ? words.missing.do(ones)
          : words.missing.wait(ones);
    return more ? words.missing.more(said, number(words, Number(more[1]))) : said;
}

// What is missing, as something that a person can do: "Ask for the budget".
export function missingSentence(
    text: Text,
    missing: { action: string; what: string },
    naming: Naming = {},
): string {
    const words = text.words;
    const { action, what } = missing;
    switch (action) {
        case "ask":
            return words.facts[what as keyof Words["facts"]]?.ask ?? words.fact.ask(readable(what));
        case "fill":
            return upper(words.missing.fill(traitLabel(text, what)));
        case "check":
            return upper(words.missing.check(traitLabel(text, what)));
        case "raise":
            return words.missing.raise(number(words, Math.ceil(Number.parseFloat(what) * 10) / 10));
        case "reach":
            return words.missing.reach(labelOf(naming.stages, what));
        case "leave":
            return words.missing.leave(labelOf(naming.stages, what));
        case "wait_until":
            return words.missing.until(date(words, what));
        default:
            return happening(text, action, what);
    }
}

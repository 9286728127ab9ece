// User agents of machines: the patterns of crawler-user-agents and ours, as needles to look for. A needle is a literal,
// perhaps at the beginning or the end only, perhaps with a second one somewhere behind it.
import { Pool, array, bytes, rows, write } from './c.mjs';

const START = { start: true },
    END = { end: true },
    GAP = { gap: true },
    EDGE = { edge: true };

// A small part of regular expressions: literals, short classes, groups, alternatives, ? + *, anchors; \d and long or
// negated classes become a gap, \b is the edge of a run of letters. Returns alternatives, each a list of literals and marks.
class Pattern {
    constructor(text) {
        this.text = text;
        this.at = 0;
    }
    fail(what) {
        throw new Error(`pattern ${this.text}: ${what} at ${this.at}`);
    }
    parse() {
        const alternatives = this.either();
        if (this.at < this.text.length) this.fail('something is left over');
        return alternatives.map(merge);
    }
    either() {
        const all = this.sequence();
        while (this.text[this.at] === '|') {
            this.at++;
            all.push(...this.sequence());
        }
        return all;
    }
    sequence() {
        let heads = [[]];
        while (this.at < this.text.length && !'|)'.includes(this.text[this.at])) {
            const tails = this.repeated();
            heads = heads.flatMap((head) => tails.map((tail) => [...head, ...tail]));
            if (heads.length > 64) this.fail('too many alternatives');
        }
        return heads;
    }
    repeated() {
        const one = this.atom();
        switch (this.text[this.at]) {
            case '?':
                this.at++;
                return [...one, []];
            case '*':
                this.at++;
                return [[GAP]];
            case '+':
                this.at++;
                return one.map((x) => [...x, GAP]);
            case '{':
                this.fail('a count');
        }
        return one;
    }
    atom() {
        const c = this.text[this.at++];
        if (c === '^') return [[START]];
        if (c === '$') return [[END]];
        if (c === '.') return [[GAP]];
        if (c === '[') return this.set();
        if (c === '(') {
            if (this.text.startsWith('?:', this.at)) this.at += 2;
            else if (this.text[this.at] === '?') this.fail('a look-around');
            const inside = this.either();
            if (this.text[this.at++] !== ')') this.fail('no )');
            return inside;
        }
        if (c === '\\') {
            const e = this.text[this.at++];
            if (e === 'b') return [[EDGE]];
            if (/[dDwWsSB]/.test(e)) return [[GAP]];
            return [[e]];
        }
        return [[c]];
    }
    set() {
        const end = this.text.indexOf(']', this.at + 1);
        if (end < 0) this.fail('no ]');
        const inside = this.text.slice(this.at, end);
        this.at = end + 1;
        if (/^[A-Za-z0-9 _]{1,4}$/.test(inside)) return [...inside].map((x) => [x]);
        return [[GAP]];
    }
}

function merge(items) {
    const out = [];
    for (const item of items) {
        const last = out.length - 1;
        if (typeof item === 'string' && typeof out[last] === 'string') out[last] += item;
        else out.push(item);
    }
    return out;
}

const AT_START = 1,
    AT_END = 2,
    ANY_CASE = 4,
    INNOCENT = 8,
    WORD_BEGINS = 16,
    WORD_ENDS = 32;

// The needle of one alternative: { text, then, flags }.
function needle(items, pattern, flags) {
    if (items[0] === START) {
        flags |= AT_START;
        items = items.slice(1);
        if (typeof items[0] !== 'string') throw new Error(`pattern ${pattern}: nothing literal at the beginning`);
    }
    if (items[0] === EDGE && typeof items[1] === 'string') flags |= WORD_BEGINS;
    if (items.at(-1) === EDGE && typeof items.at(-2) === 'string') flags |= WORD_ENDS;
    if (items.at(-1) === END && typeof items.at(-2) === 'string') flags |= AT_END;
    const literals = items.filter((x) => typeof x === 'string' && bytes(x) >= 3);
    if (literals.length > 2 || (literals.length > 1 && flags & (AT_END | WORD_ENDS)))
        throw new Error(`pattern ${pattern}: more than two literals`);
    if (!literals.length) throw new Error(`pattern ${pattern}: no literal of three bytes`);
    return { text: literals[0], then: literals[1] ?? '', flags };
}

const PREFERRED = ['search-engine', 'ai-crawler', 'social-preview', 'scanner', 'monitoring', 'seo', 'advertising',
    'feed-reader', 'archiver', 'academic', 'browser-automation', 'http-library'];

export function agents(require, ours, out) {
    const needles = new Map();
    const add = (pattern, reason, flags) => {
        for (const items of new Pattern(pattern).parse()) {
            const one = needle(items, pattern, flags);
            const key = `${one.flags} ${one.text} ${one.then}`;
            if (!needles.has(key)) needles.set(key, { ...one, reason });
        }
    };
    const ignored = new Set();
    for (const [kind, pattern, reason] of rows(ours)) {
        if (kind === 'ignore') ignored.add(pattern);
        else if (kind === 'innocent') add(pattern.toLowerCase(), 'innocent', ANY_CASE | INNOCENT);
        else if (kind === 'machine') add(pattern.toLowerCase(), reason, ANY_CASE);
        else throw new Error(`${ours}: no kind ${kind}`);
    }
    for (const entry of require('crawler-user-agents')) {
        const tags = entry.tags ?? [];
        if (!ignored.has(entry.pattern)) add(entry.pattern, PREFERRED.find((t) => tags.includes(t)) ?? tags[0] ?? 'crawler', 0);
    }

    // Buckets by the first three bytes of a needle, as agent.c hashes them.
    const BITS = 12;
    const bucket = (text) => {
        const b = Buffer.from(text, 'utf8');
        return ((b[0] * 0x9e5 + b[1] * 0x47 + b[2]) & ((1 << BITS) - 1)) >>> 0;
    };
    const all = [...needles.values()].map((n) => ({ ...n, bucket: bucket(n.text) }));
    all.sort((a, b) => a.bucket - b.bucket || bytes(b.text) - bytes(a.text) || (a.text < b.text ? -1 : 1));
    const pool = new Pool();
    const starts = new Array((1 << BITS) + 1).fill(0);
    for (const n of all) starts[n.bucket + 1]++;
    for (let i = 1; i < starts.length; i++) starts[i] += starts[i - 1];
    const lines = all.map(
        (n) => `{${pool.add(n.text)},${pool.add(n.then)},${pool.add(n.reason)},${bytes(n.text)},${bytes(n.then)},${n.flags}},`,
    );
    write(out, 'agents.c', [
        '#include "app/tracker/agent_table.h"\n',
        pool.define('AGENT_TEXT'),
        `const struct agent_needle AGENT_NEEDLES[] = {\n${lines.join('\n')}\n};\n`,
        array('uint16_t', 'AGENT_BUCKETS', starts),
    ]);
    return all.length;
}

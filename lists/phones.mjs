// Number plans of libphonenumber, compiled to small programs over digits that phone.c runs.
import { Pool, array, write } from './c.mjs';

const MATCH = 0, END = 1, SET = 2, SPLIT = 3, JUMP = 4, SAVE = 5;
const ALL = 0x3ff;

// Regular expressions over digits → words of a backtracking machine. SPLIT tries the next word first, then its target.
class Compiler {
    constructor(text) {
        this.text = text.replace(/\s/g, '');
        this.at = 0;
        this.groups = 0;
    }
    compile() {
        const code = this.either();
        if (this.at < this.text.length) this.fail();
        return [...code, MATCH];
    }
    fail() {
        throw new Error(`number pattern ${this.text}: not understood at ${this.at}`);
    }
    either() {
        const left = this.sequence();
        if (this.text[this.at] !== '|') return left;
        this.at++;
        const right = this.either();
        return [SPLIT, left.length + 4, ...left, JUMP, right.length + 2, ...right];
    }
    sequence() {
        let code = [];
        while (this.at < this.text.length && !'|)'.includes(this.text[this.at])) code = [...code, ...this.repeated()];
        return code;
    }
    repeated() {
        const one = this.atom();
        const rest = this.text.slice(this.at);
        const optional = (inside) => [SPLIT, inside.length + 2, ...inside];
        let found;
        if (rest[0] === '?') {
            this.at++;
            return optional(one);
        }
        if ((found = /^\{(\d+)(?:,(\d+))?\}/.exec(rest))) {
            this.at += found[0].length;
            const least = Number(found[1]), most = Number(found[2] ?? found[1]);
            let tail = [];
            for (let i = least; i < most; i++) tail = optional([...one, ...tail]);
            return [...Array(least).fill(one).flat(), ...tail];
        }
        if (/^[*+{]/.test(rest)) this.fail();
        return one;
    }
    atom() {
        const c = this.text[this.at++];
        if (/\d/.test(c)) return [SET, 1 << Number(c)];
        if (c === '$') return [END];
        if (c === '\\' && this.text[this.at++] === 'd') return [SET, ALL];
        if (c === '[') {
            const end = this.text.indexOf(']', this.at);
            let mask = 0;
            for (const [, from, to] of this.text.slice(this.at, end).matchAll(/(\d)(?:-(\d))?/g))
                for (let d = Number(from); d <= Number(to ?? from); d++) mask |= 1 << d;
            this.at = end + 1;
            return [SET, mask];
        }
        if (c === '(') {
            const captures = !this.text.startsWith('?:', this.at);
            if (!captures) this.at += 2;
            const group = captures ? this.groups++ : 0;
            const inside = this.either();
            if (this.text[this.at++] !== ')') this.fail();
            return captures ? [SAVE, 2 * group, ...inside, SAVE, 2 * group + 1] : inside;
        }
        return this.fail();
    }
}

export function phones(require, out) {
    const { metadata } = require('google-libphonenumber');
    const code = [0]; // 0 stands for "none"
    const places = new Map();
    const program = (pattern) => {
        if (!pattern) return 0;
        if (!places.has(pattern)) {
            places.set(pattern, code.length);
            code.push(...new Compiler(pattern).compile());
        }
        return places.get(pattern);
    };
    const pool = new Pool();
    const lines = [];
    for (const [cc, ids] of Object.entries(metadata.countryCodeToRegionCodeMap)) {
        for (const id of ids) {
            const m = metadata.countryToMetadata[id === '001' ? cc : id];
            const general = m[1];
            let lengths = 0;
            for (const n of general[9] ?? []) lengths |= 1 << n;
            // International prefixes carry ~ where one waits for a tone.
            const idd = (m[11] ?? '').replaceAll('~', '');
            const fields = [`"${id.length === 2 ? id : ''}"`, cc, `0x${lengths.toString(16)}`, program(`(?:${general[2]})$`),
                program(idd), program(m[15] ?? m[12]), m[16] ? pool.add(m[16]) + 1 : 0];
            lines.push([Number(cc), `{${fields.join(',')}},`]);
        }
    }
    // The main region of a country code stays first.
    lines.sort((a, b) => a[0] - b[0]);
    write(out, 'phones.c', [
        '#include "app/address/phone_table.h"\n',
        array('uint16_t', 'PHONE_CODE', code),
        pool.add('') >= 0 ? pool.define('PHONE_TEXT') : '',
        `const struct phone_region PHONE_REGIONS[] = {\n${lines.map((l) => l[1]).join('\n')}\n};\n`,
        `const uint32_t PHONE_REGIONS_N = ${lines.length};\n`,
    ]);
    return { regions: lines.length, words: code.length };
}

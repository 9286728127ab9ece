// The tracker, packed in three ways, once for each way in which the business may have set it.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import zlib from 'node:zlib';
import { array, write } from './c.mjs';

const MOST = 2048; // bytes on the way to a browser

// Settings tracker_consent and tracker_respect_dnt, and what they mean for script.js.
const CONSENT = { none: 'none', ask: 'wait', never: 'never' };
const DNT = { true: 'cookieless', false: 'ignore' };

async function pack(require, source, consent, dnt) {
    const { minify } = require('terser');
    const { code } = await minify(source, {
        ecma: 2018,
        compress: { passes: 3, unsafe_arrows: true, global_defs: { CONSENT: consent, DNT: dnt } },
        mangle: true,
    });
    const plain = Buffer.from(code, 'utf8');
    const gzip = zlib.gzipSync(plain, { level: 9 });
    const brotli = zlib.brotliCompressSync(plain, {
        params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
    });
    if (gzip.length > MOST) throw new Error(`the tracker has ${gzip.length} bytes packed; ${MOST} are the most`);
    return { plain, gzip, brotli };
}

export async function script(require, file, out) {
    const source = fs.readFileSync(file, 'utf8');
    const blobs = [], rows = [], sizes = {};
    for (const [consent, mode] of Object.entries(CONSENT))
        for (const [respect, dnt] of Object.entries(DNT)) {
            const forms = await pack(require, source, mode, dnt);
            const version = createHash('sha256').update(forms.plain).digest('hex').slice(0, 15);
            const fields = [];
            for (const [form, bytes] of Object.entries(forms)) {
                const name = `SCRIPT_${consent}_${respect}_${form}`.toUpperCase();
                blobs.push('static ' + array('uint8_t', name, [...bytes]));
                fields.push(name, bytes.length);
                sizes[form] = Math.max(sizes[form] ?? 0, bytes.length);
            }
            rows.push(`{"${consent}",${respect},0x${version},${fields.join(',')}},`);
        }
    write(out, 'script.c', [
        '#include "app/tracker/script.h"\n',
        ...blobs,
        `const struct script SCRIPTS[] = {\n${rows.join('\n')}\n};\nconst size_t SCRIPTS_N = ${rows.length};\n`,
    ]);
    return sizes;
}

// The tracker, packed in three ways.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import zlib from 'node:zlib';
import { array, write } from './c.mjs';

const MOST = 2048; // bytes on the way to a browser

export async function script(require, source, out) {
    const { minify } = require('terser');
    const { code } = await minify(fs.readFileSync(source, 'utf8'), {
        ecma: 2018,
        compress: { passes: 3, unsafe_arrows: true },
        mangle: true,
    });
    const plain = Buffer.from(code, 'utf8');
    const gzip = zlib.gzipSync(plain, { level: 9 });
    const brotli = zlib.brotliCompressSync(plain, {
        params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
    });
    if (gzip.length > MOST) throw new Error(`the tracker has ${gzip.length} bytes packed; ${MOST} are the most`);
    const version = createHash('sha256').update(plain).digest('hex').slice(0, 15);
    const parts = ['#include "app/tracker/script.h"\n'];
    for (const [name, bytes] of Object.entries({ SCRIPT_PLAIN: plain, SCRIPT_GZIP: gzip, SCRIPT_BROTLI: brotli }))
        parts.push(array('uint8_t', name, [...bytes]) + `const size_t ${name}_N = ${bytes.length};\n`);
    parts.push(`const int64_t SCRIPT_VERSION = 0x${version};\n`);
    write(out, 'script.c', parts);
    return { plain: plain.length, gzip: gzip.length, brotli: brotli.length };
}

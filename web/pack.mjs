// node pack.mjs DIST OUT: compresses the built app's files, and writes what puts them into the program:
// OUT/files.S (the bytes) and OUT/files.c (the table of src/app/web/file.h, sorted by path).
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [dist, out] = process.argv.slice(2);
const TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".json": "application/json",
};

function packed(bytes) {
    const brotli = brotliCompressSync(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    });
    return [bytes, gzipSync(bytes, { level: 9 }), brotli];
}

fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out, { recursive: true });
const names = fs
    .readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(dist, path.join(entry.parentPath, entry.name)))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
const bytes = ['.section .note.GNU-stack,"",@progbits', ".section .rodata"];
const declarations = [];
const rows = [];
names.forEach((name, i) => {
    const type = TYPES[path.extname(name)];
    if (!type) throw new Error(`pack.mjs: what type has ${name}?`);
    const content = fs.readFileSync(path.join(dist, name));
    // Each coding has a tag of its own: version, version + 1, version + 2.
    const version = createHash("sha256").update(content).digest().readUIntBE(0, 5) * 4;
    const parts = packed(content).map((data, k) => {
        const symbol = `web_file_${i}_${k}`;
        const file = path.join(out, `${i}.${k}`);
        fs.writeFileSync(file, data);
        bytes.push(`.global ${symbol}`, `${symbol}: .incbin "${file}"`);
        declarations.push(`extern const char ${symbol}[];`);
        return `{${symbol}, ${data.length}}`;
    });
    // Vite puts a hash of the content into the names of its assets.
    const immutable = name.startsWith("assets/");
    rows.push(
        `    {${JSON.stringify(`/${name}`)}, ${JSON.stringify(type)}, ${immutable}, ${version}, {${parts.join(", ")}}},`,
    );
});
fs.writeFileSync(path.join(out, "files.S"), `${bytes.join("\n")}\n`);
fs.writeFileSync(
    path.join(out, "files.c"),
    `#include "app/web/file.h"\n\n${declarations.join("\n")}\n\nconst struct web_file WEB_FILES[] = {\n${rows.join("\n")}\n};\nconst size_t WEB_FILES_N = ${names.length};\n`,
);

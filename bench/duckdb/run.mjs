// node run.mjs EVENTS.csv TYPES.json THREADS REPEATS: prints, as JSON, the median milliseconds of all stages and their results.
// EVENTS.csv: contact,t,eid,ty,fact,answer (fact 0 fit, 1 budget, 2 authority, -1 none; answer 1 yes, 0 no, -1 none).
import { readFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import { stages } from "./stages.mjs";

const [events, typesFile, threads, repeats] = process.argv.slice(2);
const { types, inbound, at } = JSON.parse(readFileSync(typesFile, "utf8"));
const id = (...names) => names.map((n) => {
    if (!(n in types)) throw new Error(`no event ${n} in ${typesFile}`);
    return types[n];
}).join(",");

const db = await (await DuckDBInstance.create(":memory:", { threads })).connect();
await db.run(`create table ev as select * from read_csv('${events}', header = false, columns = {
    'contact': 'INTEGER', 't': 'BIGINT', 'eid': 'INTEGER', 'ty': 'USMALLINT', 'fact': 'TINYINT', 'answer': 'TINYINT'})`);
const times = [], results = {};
const queries = stages(id, inbound.join(","), at);
for (let i = 0; i < Number(repeats); i++) {
    const start = performance.now();
    for (const sql of Object.values(queries))
        for (const row of (await db.runAndReadAll(sql)).getRowObjects())
            results[row.name] = [String(row.n), String(row.s ?? 0)];
    times.push(performance.now() - start);
}
times.sort((a, b) => a - b);
console.log(JSON.stringify({ ms: times[times.length >> 1], results }));

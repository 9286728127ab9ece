// node run.mjs EVENTS.csv TYPES.json THREADS REPEATS: prints, as JSON, the median milliseconds (of the clock, and of
// processor time) of finding all transitions of the current stage, and as results, [count, sum of times] of each stage's beginnings and ends and of them.
// EVENTS.csv: contact,t,eid,ty,fact,answer (fact 0 fit, 1 budget, 2 authority, -1 none; answer 1 yes, 0 no, -1 none).
import { readFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import { STAGES, stages, transitions } from "./stages.mjs";

const [events, typesFile, threads, repeats] = process.argv.slice(2);
const { types, inbound, at } = JSON.parse(readFileSync(typesFile, "utf8"));
const id = (...names) => names.map((n) => {
    if (!(n in types)) throw new Error(`no event ${n} in ${typesFile}`);
    return types[n];
}).join(",");

const db = await (await DuckDBInstance.create(":memory:", { threads })).connect();
await db.run(`create table ev as select * from read_csv('${events}', header = false, columns = {
    'contact': 'INTEGER', 't': 'BIGINT', 'eid': 'INTEGER', 'ty': 'USMALLINT', 'fact': 'TINYINT', 'answer': 'TINYINT'})`);
const times = [], cpu = [], results = {};
const queries = stages(id, inbound.join(","), at);
for (let i = 0; i < Number(repeats); i++) {
    const start = performance.now(), before = process.cpuUsage();
    await db.run("create or replace temp table changes (contact integer, t bigint, eid integer, up integer)");
    for (const name of STAGES)
        await db.run(`insert into changes select column0, column1, column2, column3 * ${1 << STAGES.indexOf(name)}
            from (${queries[name]}) as _(column0, column1, column2, column3)`);
    await db.run(`create or replace temp table transitions as ${transitions}`);
    times.push(performance.now() - start);
    const used = process.cpuUsage(before); // of all threads
    cpu.push((used.user + used.system) / 1000);
}
const put = async (name, sql) => {
    const [row] = (await db.runAndReadAll(sql)).getRowObjects();
    results[name] = [String(row.n), String(row.s ?? 0)];
};
for (const name of STAGES)
    for (const [what, sign] of [["", 1], [" ends", -1]])
        await put(name + what, `select count(*) n, sum(t) s from changes where up = ${sign * (1 << STAGES.indexOf(name))}`);
await put("transitions", "select count(*) n, sum(t) s from transitions");
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
console.log(JSON.stringify({ ms: median(times), cpu_ms: median(cpu), results }));

// Scripts stored wherever people and programs can write text, then viewed: none runs, nothing breaks.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { call, expect, logIn, type Server, serve, test } from "./fixtures";

const RUN = "window.sluiceOwned=1";
const VECTORS = [
    `<script>${RUN}</script>`,
    `"><script>${RUN}</script>`,
    `'"><img src=x onerror="${RUN}">`,
    `<svg onload=${RUN}>`,
    `</textarea></title><script>${RUN}</script>`,
    `</script><script>${RUN}</script>`,
    `<iframe srcdoc="<script>parent.sluiceOwned=1</script>">`,
    `<details open ontoggle=${RUN}>`,
    `javascript:${RUN}//`,
    `" autofocus onfocus="${RUN}`,
    `<a href="javascript:${RUN}">x</a>`,
    `{{constructor.constructor('${RUN}')()}}`,
    `\${${RUN}}`,
    `<style>@import'javascript:${RUN}';</style>`,
    `<math><mtext><img src=x onerror=${RUN}></mtext></math>`,
];

// Lines of the corpus that look like markup or scripts, where it is there.
function fromCorpora(): string[] {
    const folder =
        process.env.SLUICE_CORPORA && path.join(process.env.SLUICE_CORPORA, "08-templates-json-html");
    if (!folder || !existsSync(folder)) return [];
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
        /\.(txt|csv|json|md)$/.test(name),
    );
    const lines = files.flatMap((name) => readFileSync(path.join(folder, name), "utf8").split("\n"));
    return lines.filter((line) => /[<>]|javascript:/i.test(line) && line.length < 300).slice(0, 400);
}

test.describe("stored scripts", () => {
    let server: Server;
    test.beforeAll(async () => {
        server = await serve(0);
    });
    test.afterAll(() => server.stop());

    test("run nowhere", async ({ page, context }) => {
        test.setTimeout(120_000);
        const stored = [...VECTORS, ...fromCorpora()];
        const post = async (route: string, body: unknown, method = "POST") => {
            const answer = await call(server, method, route, body);
            const text = await answer.text();
            expect(answer.ok, `${method} ${route}: ${answer.status} ${text}`).toBe(true);
            return JSON.parse(text) as { id?: string };
        };
        const events = stored.flatMap((text, i) => [
            {
                type: "identify",
                userId: `u${i}`,
                traits: {
                    first_name: text,
                    last_name: text,
                    company: text,
                    title: text,
                    email: `u${i}@x.example`,
                },
            },
            {
                type: "page",
                userId: `u${i}`,
                name: text,
                properties: {
                    url: `https://x.example/?q=${encodeURIComponent(text)}`,
                    title: text,
                    referrer: text,
                },
            },
            { type: "track", userId: `u${i}`, event: "email.replied", properties: { subject: text, text } },
        ]);
        for (let i = 0; i < events.length; i += 300)
            expect(
                (await call(server, "POST", "/v1/batch", { batch: events.slice(i, i + 300) })).status,
            ).toBe(200);
        const first = VECTORS[2] ?? "";
        // Contacts follow what was captured within a second.
        const contacts = async () =>
            (await (await call(server, "GET", "/api/contacts?limit=3")).json()).items;
        await expect.poll(contacts).toHaveLength(3);
        const contact = (await contacts())[0].id;
        await post("/api/events", {
            contact,
            event: "note.added",
            properties: { text: stored.slice(0, 20).join("\n") },
        });
        await post("/api/tasks", { title: first, contact });
        await post("/api/settings", { business_name: first, business_address: first }, "PATCH");
        await post("/api/keys", { name: first, scope: "read" });
        await post("/api/webhooks", {
            url: "https://x.example/hook",
            name: first,
            events: ["contact.moved"],
        });
        await post("/api/models", {
            text: `model ${JSON.stringify(`</script><img src=x onerror=${RUN}>`)}\nstage lead when any page.viewed\n`,
            name: first,
        });
        const fields = VECTORS.slice(0, 10).map((text, i) => ({
            name: `f${i}`,
            type: "text",
            label: text,
            help: text,
        }));
        const definition = {
            title: first,
            intro: VECTORS.join(" "),
            fields: [
                ...fields,
                {
                    name: "pick",
                    type: "select",
                    label: first,
                    options: VECTORS.map((value) => ({ value, label: value })),
                },
            ],
            consents: [{ id: "news", purpose: first, label: VECTORS.join(" "), version: first }],
            after: { title: first, text: first },
        };
        const form = await post("/api/forms", { name: first, slug: "attack", published: true, definition });
        expect(form.id).toBeTruthy();
        const blocks = [
            { type: "hero", title: first, text: VECTORS.join(" ") },
            { type: "text", markdown: VECTORS.join("\n\n") },
            { type: "testimonials", title: first, items: [{ quote: first, name: first }] },
            { type: "form", form: "attack" },
        ];
        const landing = await post("/api/pages", {
            name: first,
            slug: "attack",
            published: true,
            definition: { title: first, blocks },
        });
        expect(landing.id).toBeTruthy();
        const made = await fetch(`${server.url}/api/imports?name=${encodeURIComponent(first)}`, {
            method: "POST",
            headers: { Authorization: `Bearer ${server.key}` },
            body: `Email,Note\n${VECTORS.map((text, i) => `i${i}@x.example,"${text.replaceAll('"', '""')}"`).join("\n")}\nnobody,x\n`,
        });
        const imported = (await made.json()).id;

        const errors: string[] = [];
        page.on("pageerror", (error) => errors.push(error.message));
        page.on("dialog", (dialog) => {
            errors.push(`dialog: ${dialog.message()}`);
            dialog.dismiss();
        });
        page.on("console", (message) => {
            // The policy would have stopped it, but it should not have come so far.
            if (/Content Security Policy/.test(message.text())) errors.push(message.text());
        });
        await logIn(context, server);
        for (const route of [
            "/contacts",
            `/contacts/${contact}`,
            "/companies",
            "/today",
            "/board",
            "/models",
            "/forms",
            `/forms/${form.id}`,
            `/forms/${form.id}?view=try`,
            `/forms/${form.id}?view=embed`,
            `/pages/${landing.id}`,
            "/imports",
            `/imports/${imported}`,
            "/welcome",
            "/settings/business",
            "/settings/keys",
            "/settings/webhooks",
            "/settings/fields",
            "/settings/audit",
            "/f/attack",
            "/p/attack",
        ]) {
            await page.goto(server.url + route);
            await page.waitForLoadState("networkidle");
            if (!route.startsWith("/f/") && !route.startsWith("/p/"))
                await expect(page.getByRole("heading", { level: 1 }).first(), route).toBeVisible();
            for (const frame of page.frames())
                expect(await frame.evaluate("window.sluiceOwned"), `${route} ${frame.url()}`).toBeUndefined();
        }
        expect(errors).toEqual([]);
    });
});

// Real mail: a campaign writes, `sluice test-sink` takes the mails and plays those who answer.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { accessible, call, expect, logIn, type Server, SLUICE, serve, test } from "./fixtures";

async function made(server: Server, route: string, body: unknown): Promise<string> {
    const answer = await call(server, "POST", route, body);
    expect(answer.status).toBeLessThan(300);
    return (await answer.json()).id;
}
const list = async (server: Server, route: string) => (await (await call(server, "GET", route)).json()).items;

// Everybody answers at once, in words of their own.
async function sink(server: Server) {
    const folder = path.join(server.data, "..", "mails");
    mkdirSync(folder);
    const key = path.join(server.data, "..", "key");
    writeFileSync(key, server.key);
    const shares = "answer=100,away=0,bounce=0,leave=0,open=100,click=0";
    const child = spawn(
        SLUICE,
        [
            ["test-sink", "--folder", folder, "--server", server.url, "--key-file", key],
            ["--delay", "0-1", "--shares", shares],
        ].flat(),
        { stdio: ["ignore", "pipe", "inherit"] },
    );
    const port = await new Promise<number>((resolve, reject) => {
        let printed = "";
        child.stdout.on("data", (chunk) => {
            printed += chunk;
            const found = /"listening":"127\.0\.0\.1:(\d+)"/.exec(printed);
            if (found) resolve(Number(found[1]));
        });
        child.on("exit", (code) => reject(new Error(`the sink ended with ${code}: ${printed}`)));
    });
    return {
        port,
        mails: () => readdirSync(folder).map((name) => readFileSync(path.join(folder, name), "utf8")),
        stop: () => {
            child.removeAllListeners("exit");
            child.kill("SIGTERM");
        },
    };
}

async function write(server: Server, port: number) {
    await call(server, "PATCH", "/api/settings", {
        public_url: server.url,
        business_address: "Riverbed, 1 Gold Creek Road, Dawson",
    });
    const smtp = { host: "127.0.0.1", port, security: "none", login: "none" };
    await made(server, "/api/mailboxes", {
        name: "Mina",
        address: "mina@riverbed.example",
        smtp,
        per_minute: 1000,
    });
    const template = await made(server, "/api/templates", {
        name: "Question",
        subject: "{{ contact.first_name }}, one question",
        body: "What would you like to have solved first?",
    });
    const campaign = await made(server, "/api/campaigns", {
        name: "Question",
        kind: "broadcast",
        audience: "is prospect or is mql",
        steps: [
            { id: "ask", kind: "mail", template, variants: [{ name: "Short" }, { subject: "One question" }] },
        ],
    });
    expect((await call(server, "POST", `/api/campaigns/${campaign}/start`)).status).toBe(200);
    return campaign;
}

// An answer whose words hint at an objection.
async function objection(server: Server) {
    for (const one of await list(server, "/api/conversations?class=reply&limit=100")) {
        const whole = await (await call(server, "GET", `/api/conversations/${one.id}`)).json();
        if (
            whole.contact_name &&
            whole.suggestions.some((hint: { kind: string }) => hint.kind === "objection")
        )
            return whole;
    }
    return null;
}

// What a test started, the last first.
const stops: (() => unknown)[] = [];
test.afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
});

test("a campaign is answered: the objection recorded, an answer sent, the mail seen as it was", async ({
    page,
    context,
}) => {
    const server = await serve(300);
    stops.push(server.stop);
    const people = await sink(server);
    stops.push(people.stop);
    const campaign = await write(server, people.port);
    await expect.poll(() => objection(server), { timeout: 60_000 }).not.toBeNull();
    const talk = await objection(server);
    await logIn(context, server);

    await page.goto(`${server.url}/inbox?who=all&state=all&conversation=${talk.id}`);
    const thread = page.getByRole("region", { name: talk.subject });
    await expect(thread.getByRole("link", { name: talk.contact_name })).toBeVisible();
    const hint = thread.getByRole("region", { name: /^Sounds like an objection/ });
    await expect(hint).toBeVisible();
    await accessible(page);
    await hint.getByRole("button", { name: "Record it" }).click();
    await expect(hint).toHaveCount(0);
    await expect
        .poll(() => list(server, `/api/events?name=contact.objected&contact=${talk.contact}`))
        .toHaveLength(1);

    await thread.getByRole("textbox").fill("Let us talk about it on Thursday.");
    await page.keyboard.press("Control+Enter");
    await expect(thread.locator("article").getByText("Let us talk about it on Thursday.")).toBeVisible();
    const sent = (mail: string) => mail.includes("Let us talk about it on Thursday.");
    await expect.poll(() => people.mails().filter(sent).length, { timeout: 60_000 }).toBe(1);
    expect(people.mails().find(sent)).toContain(talk.address);

    await thread.getByRole("link", { name: talk.contact_name }).click();
    await page.getByRole("button", { name: "See the mail" }).last().click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText(/one question$/i).first()).toBeVisible();
    await expect(dialog.getByText("Exactly as it was sent.")).toBeVisible();
    await expect(
        dialog.frameLocator("iframe").getByText("What would you like to have solved first?"),
    ).toBeVisible();

    // Both variants, also by persona.
    await page.goto(`${server.url}/campaigns/${campaign}?view=results`);
    await expect(page.getByRole("row", { name: /^A Short/ })).toBeVisible();
    await expect(page.getByRole("columnheader", { name: "Clicked, B" })).toBeVisible();
    await accessible(page);
});

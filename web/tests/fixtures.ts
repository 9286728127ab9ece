// A server with the demo (or empty) for each worker, a page that is logged in as its owner, and two checks that
// hold for every test: nothing on the console, no failed request; and axe where a test asks for it.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";

const ROOT = path.resolve(import.meta.dirname, "../..");
export const SLUICE = process.env.SLUICE_PROGRAM ?? path.join(ROOT, "build/sluice");
export const OWNER = { email: "owner@example.org", password: "correct horse battery staple" };

export interface Server {
    url: string;
    data: string;
    key: string; // an API key of scope admin
    link: string; // of the first owner, where there is none
    stop(): Promise<void>;
}

function sluice(args: string[], input?: string): string {
    return execFileSync(SLUICE, args, { input, encoding: "utf8" });
}

// contacts 0: an empty business. owner false: nobody may log in yet.
export async function serve(contacts: number, owner = true): Promise<Server> {
    const folder = mkdtempSync(path.join(tmpdir(), "sluice-web-"));
    const data = path.join(folder, "data");
    if (contacts) sluice(["demo", "--data", data, "--contacts", String(contacts), "--end", "now"]);
    else sluice(["init", "--data", data]);
    if (owner)
        sluice(
            ["user", "add", OWNER.email, "--role", "owner", "--password-stdin", "--data", data],
            OWNER.password,
        );
    const key = sluice(["key", "create", "--scope", "admin", "--data", data]).trim();
    const child: ChildProcess = spawn(SLUICE, ["serve", "--data", data, "--listen", "127.0.0.1:0"], {
        stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    const url = await new Promise<string>((resolve, reject) => {
        const take = (chunk: Buffer) => {
            printed += chunk;
            if (!owner && !printed.includes("/setup/")) return;
            const found = /"address":"([^"]+)"/.exec(printed);
            if (found) resolve(`http://${found[1]}`);
        };
        child.stdout?.on("data", take);
        child.stderr?.on("data", take);
        child.on("exit", (code) => reject(new Error(`sluice serve ended with ${code}: ${printed}`)));
        setTimeout(() => reject(new Error(`sluice serve does not listen: ${printed}`)), 30_000).unref();
    });
    return {
        url,
        data,
        key,
        link: /http\S+\/setup\/\S+/.exec(printed)?.[0] ?? "",
        stop: () =>
            new Promise((resolve) => {
                child.removeAllListeners("exit");
                child.on("exit", () => {
                    rmSync(folder, { recursive: true, force: true });
                    resolve();
                });
                child.kill("SIGTERM");
            }),
    };
}

export async function call(server: Server, method: string, route: string, body?: unknown): Promise<Response> {
    return fetch(server.url + route, {
        method,
        headers: { Authorization: `Bearer ${server.key}`, "Content-Type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
    });
}

export async function logIn(context: BrowserContext, server: Server, who = OWNER) {
    const answer = await context.request.post(`${server.url}/api/session`, {
        data: who,
        headers: { Origin: server.url },
    });
    expect(answer.ok()).toBe(true);
}

// Console errors and failed requests fail the test that saw them. allow(/…/) for those that a test provokes.
function watch(page: Page) {
    const seen: string[] = [];
    const allowed: RegExp[] = [];
    page.on("console", (message) => {
        if (message.type() === "error") seen.push(`console: ${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => seen.push(`error: ${error.message}`));
    page.on("response", (response) => {
        if (response.status() >= 400) seen.push(`${response.status()} ${response.url()}`);
    });
    return {
        allow: (pattern: RegExp) => allowed.push(pattern),
        problems: () => seen.filter((line) => !allowed.some((pattern) => pattern.test(line))),
    };
}

export const test = base.extend<
    { app: Page; allow: (pattern: RegExp) => void; empty: Page; emptyServer: Server },
    { server: Server }
>({
    server: [
        // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
        async ({}, use) => {
            const server = await serve(2000);
            await use(server);
            await server.stop();
        },
        { scope: "worker" },
    ],
    // For each test: some of them put something in.
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
    emptyServer: async ({}, use) => {
        const server = await serve(0);
        await use(server);
        await server.stop();
    },
    baseURL: async ({ server }, use) => use(server.url),
    allow: async ({ page }, use) => {
        const watched = watch(page);
        await use(watched.allow);
        expect(watched.problems()).toEqual([]);
    },
    // The demo, logged in.
    app: async ({ page, context, server, allow }, use) => {
        void allow;
        await logIn(context, server);
        await use(page);
    },
    // An empty business, logged in; go to addresses with emptyServer.url before them.
    empty: async ({ page, context, emptyServer, allow }, use) => {
        void allow;
        await logIn(context, emptyServer);
        await use(page);
    },
});
export { expect };

export async function accessible(page: Page) {
    // (What stands in a frame without scripts is a mail, not the app; and axe could not run there.)
    const found = await new AxeBuilder({ page })
        .exclude('iframe[sandbox=""]')
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
        .analyze();
    expect(
        found.violations.map(
            (one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`,
        ),
    ).toEqual([]);
}

// The page wide in light and as on a phone in the dark, each checked by axe. With $SLUICE_SHOTS also pictures of it
// there, in all four forms.
export async function shots(page: Page, name: string) {
    const folder = process.env.SLUICE_SHOTS;
    if (folder) mkdirSync(folder, { recursive: true });
    await page.mouse.move(0, 0); // what is pointed at looks different
    await expect(page.locator("[aria-busy]")).toHaveCount(0); // and so does what is being renewed
    for (const [width, height, form, scheme] of [
        [1440, 900, "wide", "light"],
        [1440, 900, "wide", "dark"],
        [390, 844, "phone", "light"],
        [390, 844, "phone", "dark"],
    ] as const) {
        const checked = (form === "wide") === (scheme === "light");
        if (!checked && !folder) continue;
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
        await page.waitForTimeout(150);
        if (folder) await page.screenshot({ path: path.join(folder, `${name}-${form}-${scheme}.png`) });
        if (checked) await accessible(page);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: "light" });
}

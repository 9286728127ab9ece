import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { call, expect, type Server, test } from "./fixtures";

const OUT = path.resolve(import.meta.dirname, "../../docs/pictures");

// A prospect with a name, an owner's name and a business: what a newcomer would see after a week.
async function settle(server: Server): Promise<string> {
    await call(server, "PATCH", "/api/settings", { business_name: "Larkfield Studio" });
    const found = await call(
        server,
        "GET",
        "/api/contacts?filter=is%20prospect%20and%20company%20known&sort=-score&limit=1",
    );
    const { items } = (await found.json()) as { items: { id: string }[] };
    return items[0]?.id ?? "";
}

// The demo's own campaign, with people who answer: scripts/demo-mail, for as long as it takes until some did.
async function correspond(server: Server): Promise<string> {
    const root = path.resolve(import.meta.dirname, "../..");
    execFileSync("scripts/demo-mail", ["start", new URL(server.url).port, server.key], { cwd: root });
    try {
        await expect(async () => {
            const { items } = await (await call(server, "GET", "/api/conversations?limit=20")).json();
            expect(items.length).toBeGreaterThan(6);
        }).toPass({ timeout: 300_000, intervals: [2000] });
    } finally {
        execFileSync("scripts/demo-mail", ["stop"], { cwd: root });
    }
    const { items } = await (await call(server, "GET", "/api/campaigns?limit=1")).json();
    return items[0]?.id;
}

test("pictures", async ({ app, server }) => {
    test.setTimeout(600_000);
    const prospect = await settle(server);
    const campaign = await correspond(server);
    mkdirSync(OUT, { recursive: true });
    const pages: [name: string, address: string, shown: RegExp][] = [
        ["today", "/today?mine=false", /Answers waiting|Hot and untouched/],
        ["board", "/board", /median/],
        ["contact", `/contacts/${prospect}`, /Why is/],
        ["contacts", "/contacts?filter=is%20lead%20and%20persona%20known", /Lead/],
        ["model", "/models", /Sluice's recommendation/],
        ["reports", "/reports/funnel", /Prospect/],
        ["campaign", `/campaigns/${campaign}`, /Wait/],
        ["inbox", "/inbox?who=all", /Riverbed/],
    ];
    for (const [name, address, shown] of pages) {
        await app.goto(address);
        if (name === "model")
            await app
                .getByRole("link", { name: /Sluice's recommendation/ })
                .first()
                .click();
        await expect(app.getByText(shown).first()).toBeVisible();
        await app.waitForLoadState("networkidle").catch(() => {});
        await app.waitForTimeout(800);
        await app.screenshot({ path: path.join(OUT, `${name}.png`) });
    }
});

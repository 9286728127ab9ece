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

test("pictures", async ({ app, server }) => {
    const prospect = await settle(server);
    mkdirSync(OUT, { recursive: true });
    const pages: [name: string, address: string, shown: RegExp][] = [
        ["today", "/today?mine=false", /Answers waiting|Hot and untouched/],
        ["board", "/board", /median/],
        ["contact", `/contacts/${prospect}`, /Why is/],
        ["contacts", "/contacts?filter=is%20lead%20and%20persona%20known", /Lead/],
        ["model", "/models", /Sluice's recommendation/],
        ["reports", "/reports/funnel", /Prospect/],
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

import type { Page } from "@playwright/test";
import { call, expect, type Server, shots, test } from "./fixtures";

async function cardOf(server: Server, stage: string, n = 0) {
    const answer = await call(server, "GET", `/api/board/cards?stage=${stage}&sort=-since`);
    return (await answer.json()).items[n];
}

async function drag(page: Page, name: string, to: string) {
    const card = page.locator("[data-card]", { hasText: name }).first();
    const from = await card.boundingBox();
    const column = await page.locator(`[data-column="${to}"]`).boundingBox();
    if (!from || !column) throw new Error("nothing to drag");
    await page.mouse.move(from.x + 40, from.y + 60);
    await page.mouse.down();
    await page.mouse.move(from.x + 80, from.y + 70, { steps: 4 });
    await page.mouse.move(column.x + column.width / 2, column.y + 200, { steps: 8 });
}

test("somebody new is added; who is there already is linked to", async ({ app, server, allow }) => {
    allow(/409/);
    const there = await cardOf(server, "mql");
    await app.goto("/board");
    await app.getByRole("button", { name: /^Add/ }).click();
    const dialog = app.getByRole("dialog");
    await dialog.getByLabel("First name").fill("Zita");
    await dialog.getByLabel("E-mail").fill(there.email);
    await dialog.getByRole("button", { name: "Add the contact" }).click();
    await expect(dialog.getByRole("link", { name: "Open this contact" })).toHaveAttribute(
        "href",
        `/contacts/${there.id}`,
    );
    await dialog.getByLabel("E-mail").fill("zita@newcomer.example");
    await dialog.getByRole("button", { name: "Add the contact" }).click();
    await expect(app).toHaveURL(/\/contacts\/[0-9a-f-]{36}/);
    await expect(app.getByRole("heading", { name: "Zita", level: 1 })).toBeVisible();
});

test("a card is dragged, the reason is asked, and it can be taken back", async ({ app, server }) => {
    const card = await cardOf(server, "mql");
    const first = card.name.split(" ")[0];
    await app.goto("/board");
    await expect(app.locator("[data-card]").first()).toBeVisible({ timeout: 30_000 });
    await shots(app, "board");
    await drag(app, card.name, "prospect");
    await expect(app.locator('[data-column="prospect"][data-over]')).toBeVisible();
    await app.mouse.up();
    await expect(app.getByText(`Move ${first} to Prospect by hand?`)).toBeVisible();
    // Esc puts it back.
    await app.keyboard.press("Escape");
    await expect(app.locator('[data-column="mql"] [data-card]', { hasText: card.name })).toBeVisible();
    await drag(app, card.name, "prospect");
    await app.mouse.up();
    await app.getByRole("button", { name: /^Move/ }).click();
    await expect(app.getByText("Say why: whoever reads")).toBeVisible();
    await app.getByLabel(/Why does .* belong here/).fill("Met at the trade show, ready to buy");
    await app.keyboard.press("Enter");
    await expect(app.getByText(`Moved ${first} to Prospect.`)).toBeVisible();
    await expect(app.locator('[data-column="prospect"] [data-card]', { hasText: card.name })).toBeVisible();
    await app.keyboard.press("z");
    await expect(app.locator('[data-column="mql"] [data-card]', { hasText: card.name })).toBeVisible();
});

test("without a mouse: M, a stage, and the better way", async ({ app, server }) => {
    const items = (await (await call(server, "GET", "/api/board/cards?stage=mql&sort=-since")).json()).items;
    const card = items.find((one: { missing: { action: string }[] }) =>
        one.missing.some((missing) => missing.action === "ask"),
    );
    await app.goto("/board");
    const link = app.locator(`[data-card="${card.id}"] a`);
    await link.focus();
    await app.keyboard.press("m");
    await app.getByRole("menuitem", { name: /^Prospect/ }).press("Enter");
    await expect(app.getByText("by hand?")).toBeVisible();
    await app.getByRole("button", { name: /^Record .* instead$/ }).click();
    await app.getByLabel("In their words, or yours").fill("Said so on the phone");
    await app.keyboard.press("Enter");
    await expect(app.getByText(/^Recorded .* of /)).toBeVisible();
    const facts = await (await call(server, "GET", `/api/contacts/${card.id}/facts`)).json();
    expect(JSON.stringify(facts)).toContain("Said so on the phone");
});

test("the address names filter and day", async ({ app, server }) => {
    await app.goto("/board");
    await app.getByRole("button", { name: /^Persona/ }).click();
    await app.getByRole("menuitem", { name: "Host" }).click();
    await expect(app).toHaveURL(/persona=Host/);
    const all = await (await call(server, "GET", "/api/board?filter=persona%20is%20%22Host%22")).json();
    const lead = all.columns.find((one: { stage: string }) => one.stage === "lead");
    await expect(app.locator('[data-column="lead"] h2 + a')).toHaveText(String(lead.count));
    await app.goto("/board?day=2026-03-01");
    await expect(app.getByText("As it stood on")).toBeVisible();
    await app.locator('[data-column="lead"] h2 + a').click();
    await expect(app).toHaveURL(/\/contacts\?.*day=2026-03-01/);
});

test("an empty business is told what will be here", async ({ empty, emptyServer }) => {
    await empty.goto(`${emptyServer.url}/board`);
    await expect(empty.getByRole("heading", { name: /Every contact will stand here/ })).toBeVisible();
    await shots(empty, "board-empty");
});

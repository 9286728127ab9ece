import { expect, shots, test } from "./fixtures";

// Pictures of four forms take their time where many tests run at once.
test.describe.configure({ timeout: 120_000 });

test("the list by a condition, sorted, with chosen columns", async ({ app }) => {
    await app.goto("/contacts");
    await expect(app.getByRole("row").nth(5)).toBeVisible();
    await shots(app, "contacts");
    await app.keyboard.press("/");
    await app.keyboard.type("is customer and score > 20");
    await expect(app.getByText(/In words:/)).toBeVisible();
    await expect(app).toHaveURL(/filter=is\+customer/);
    await app.getByRole("button", { name: "Score" }).click();
    await expect(app.getByRole("columnheader", { name: "Score" })).toHaveAttribute("aria-sort", "descending");
    await app.getByRole("button", { name: "Columns" }).click();
    await app.getByLabel("Find a column").fill("city");
    await app.getByRole("checkbox", { name: "City" }).check();
    await app.keyboard.press("Escape");
    await expect(app.getByRole("columnheader", { name: "City" })).toBeVisible();
    // The edge of a head is pulled, by the mouse and by keys, and stays where it was put.
    const edge = app.getByRole("separator", { name: "Width of Stage" });
    const width = () => edge.getAttribute("aria-valuenow");
    const box = await edge.boundingBox();
    if (!box) throw new Error("no edge");
    await app.mouse.move(box.x + 4, box.y + 10);
    await app.mouse.down();
    await app.mouse.move(box.x + 64, box.y + 10, { steps: 4 });
    await app.mouse.up();
    await expect.poll(width).toBe("220");
    await edge.focus();
    await app.keyboard.press("ArrowLeft");
    await expect.poll(width).toBe("204");
    await app.reload();
    await expect(app.getByRole("columnheader", { name: "City" })).toBeVisible();
    expect(await width()).toBe("204");
    await expect(app.getByRole("row").nth(2)).toContainText("Customer");
    await app.getByRole("row").nth(1).getByRole("link").click();
    await expect(app.getByText(/^1 of \d+/)).toBeVisible();
    const first = await app.getByRole("heading", { level: 1 }).innerText();
    await app.keyboard.press("j");
    await expect(app.getByText(/^2 of \d+/)).toBeVisible();
    await expect(app.getByRole("heading", { level: 1 })).not.toHaveText(first);
    await app.keyboard.press("Escape");
    await expect(app).toHaveURL(/filter=is\+customer/);
});

test("the list scrolls through all pages", async ({ app }) => {
    await app.goto("/contacts?sort=first_seen");
    await expect(app.getByRole("row").nth(5)).toBeVisible();
    const table = app.getByRole("table");
    const seen = new Set<string>();
    for (let i = 0; i < 12; i++) {
        for (const link of await table.getByRole("link").all())
            seen.add((await link.getAttribute("href", { timeout: 2000 }).catch(() => null)) ?? "");
        await table.hover();
        await app.mouse.wheel(0, 1600);
        await app.waitForTimeout(60);
    }
    expect(seen.size).toBeGreaterThan(250);
});

test("a segment, and what is done with many", async ({ app }) => {
    await app.goto("/contacts?filter=is%20mql");
    await app.getByRole("button", { name: "Save as a segment" }).click();
    await app.getByLabel("Name").fill("Engaged");
    await app.getByRole("button", { name: "Save", exact: true }).click();
    await expect(app.getByRole("button", { name: /^Engaged/ })).toHaveAttribute("aria-current", "true");
    await app.keyboard.press("j");
    await app.keyboard.press("x");
    await app.keyboard.press("j");
    await app.keyboard.press("x");
    const bar = app.getByRole("region", { name: "With those selected" });
    await expect(bar.getByText("2 selected")).toBeVisible();
    await shots(app, "contacts-selected");
    await bar.getByRole("button", { name: "Assign" }).click();
    await app.getByRole("menuitem").first().click();
    await expect(app.getByText(/^Owner of 2:/)).toBeVisible();
    await app.getByRole("button", { name: "Undo Z" }).click();
    await expect(app.getByText(/^Owner of 2:/)).toHaveCount(0);
    const download = app.waitForEvent("download");
    await bar.getByRole("button", { name: "Export" }).click();
    expect((await download).suggestedFilename()).toBe("contacts.csv");
});

test("a past day says so, and Escape comes back", async ({ app }) => {
    await app.goto("/contacts?day=2026-03-01");
    await expect(app.getByText(/^As it stood on/)).toBeVisible();
    await expect(app.getByRole("row").nth(3)).toBeVisible();
    await expect(app.getByRole("button", { name: /^Add/ })).toHaveCount(0);
    await shots(app, "contacts-past");
    await app.keyboard.press("Escape");
    await expect(app.getByText(/^As it stood on/)).toHaveCount(0);
});

test("an empty business adds its first contact", async ({ empty, emptyServer, allow }) => {
    await empty.goto(`${emptyServer.url}/contacts`);
    await expect(empty.getByText("Here will be everybody who may become a customer")).toBeVisible();
    await shots(empty, "contacts-empty");
    await empty.keyboard.press("c");
    await empty.getByLabel("First name").fill("Ana");
    await empty.getByLabel("Last name").fill("Ferreira");
    await empty.getByLabel("E-mail").fill("ana@ferreira.example");
    await empty.getByLabel("Company").fill("Ferreira Books");
    await shots(empty, "contacts-add");
    await empty.getByRole("button", { name: "Add the contact" }).click();
    await expect(empty.getByRole("heading", { name: "Ana Ferreira", level: 1 })).toBeVisible();
    await expect(empty.getByRole("heading", { name: /^Why is Ana a lead\?/ })).toBeVisible();
    await shots(empty, "contact-new");
    allow(/409/);
    await empty.goto(`${emptyServer.url}/contacts?add=1`);
    await empty.getByLabel("E-mail").fill("ana@ferreira.example");
    await empty.getByRole("button", { name: "Add the contact" }).click();
    await expect(empty.getByText(/is there already/)).toBeVisible();
});

test("a field of numbers is set for many, or cleared", async ({ app }) => {
    await app.goto("/contacts?filter=income%20known");
    await app.getByRole("row").nth(1).getByRole("checkbox").check();
    await app.getByRole("button", { name: "Set a field" }).click();
    const dialog = app.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Field" }).fill("income");
    await app.getByRole("option", { name: "Income" }).click();
    await dialog.getByLabel("Value").fill("about 12,5");
    await dialog.getByRole("button", { name: "Set it for 1" }).click();
    await expect(dialog.getByText("A number is needed, such as 12.5.")).toBeVisible();
    await dialog.getByLabel("Value").fill("");
    const [asked] = await Promise.all([
        app.waitForRequest("**/api/contacts/bulk"),
        dialog.getByRole("button", { name: "Set it for 1" }).click(),
    ]);
    expect(asked.postDataJSON().action).toEqual({ traits: { income: null } });
    await expect(app.getByText("Set for 1.")).toBeVisible();
    await app.getByRole("button", { name: /^Undo/ }).click();
});

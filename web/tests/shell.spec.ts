import { call, expect, logIn, OWNER, shots, test } from "./fixtures";

test("a stranger logs in and comes where they wanted to go", async ({ page, allow, server }) => {
    allow(/401/);
    await page.goto("/models");
    await expect(page).toHaveURL(/\/login\?to=%2Fmodels/);
    await shots(page, "login");
    await page.getByLabel("E-mail").fill(OWNER.email);
    await page.getByLabel("Password", { exact: true }).fill("wrong wrong wrong wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await expect(page).toHaveURL(`${server.url}/models`);
});

test("keys and the palette go everywhere", async ({ app }) => {
    await app.goto("/board");
    await expect(app.getByRole("heading", { name: "Board", level: 1 })).toBeVisible();
    await app.keyboard.press("g");
    await app.keyboard.press("c");
    await expect(app).toHaveURL(/\/contacts$/);
    await app.keyboard.press("Control+k");
    await app.getByRole("combobox").fill("setti");
    await app.keyboard.press("Enter");
    await expect(app).toHaveURL(/\/settings/);
    await app.keyboard.press("Control+k");
    await expect(app.getByRole("combobox")).toBeVisible();
});

test("the language changes at once and stays", async ({ app }) => {
    await app.goto("/board");
    await app.getByRole("button", { name: OWNER.email }).click();
    await app.getByRole("menuitem", { name: "Deutsch" }).click();
    await expect(app.getByRole("link", { name: "Kontakte" })).toBeVisible();
    await app.reload();
    await expect(app.getByRole("link", { name: "Einstellungen" })).toBeVisible();
    expect(await app.locator("html").getAttribute("lang")).toBe("de");
});

test("who logs out is a stranger again", async ({ page, context, server, allow }) => {
    allow(/401/);
    await logIn(context, server);
    await page.goto("/board");
    await page.getByRole("button", { name: OWNER.email }).click();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await expect(page).toHaveURL(/\/login/);
    await page.goto("/board");
    await expect(page).toHaveURL(/\/login\?to/);
});

test("an address that leads nowhere says so, and leads back", async ({ app }) => {
    await app.goto("/settings/users/none");
    await expect(app.getByRole("heading", { name: "There is no page here" })).toBeVisible();
    await shots(app, "no-page");
    await app.getByRole("link", { name: "Go to Today" }).click();
    await expect(app.getByRole("heading", { name: "Today", level: 1 })).toBeVisible();
});

test("who is logged out while they write goes on once they are logged in again", async ({
    app,
    context,
    server,
    allow,
}) => {
    allow(/401/);
    await app.goto("/companies");
    await app.getByRole("button", { name: /^Add/ }).click();
    const name = app.getByRole("dialog").getByRole("textbox").first();
    await name.fill("Slow Typists Ltd");
    await context.clearCookies();
    await app.getByRole("dialog").getByRole("button", { name: "Add the company" }).click();
    await expect(app.getByText("You are logged out").first()).toBeVisible();
    await expect(app.getByRole("link", { name: "Log in" })).toHaveAttribute("href", "/login?to=%2Fcompanies");
    await logIn(context, server);
    await app.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
    await expect(app.getByRole("link", { name: "Log in" })).toBeHidden();
    await expect(name).toHaveValue("Slow Typists Ltd");
});

test("offline, a deed fails at once and says that it must be tried again", async ({
    app,
    context,
    allow,
}) => {
    allow(/ERR_INTERNET_DISCONNECTED/);
    await app.goto("/companies");
    await app.getByRole("button", { name: /^Add/ }).click();
    await app.getByRole("dialog").getByRole("textbox").first().fill("Far Away Ltd");
    await context.setOffline(true);
    await app.getByRole("dialog").getByRole("button", { name: "Add the company" }).click();
    await expect(app.getByText("The server does not answer. Try it again once it does.")).toBeVisible();
    await context.setOffline(false);
});

test("a page that never was is the app's to say, also when it is loaded", async ({ app, allow }) => {
    allow(/404/);
    await app.goto("/contatcs");
    await expect(app.getByRole("heading", { name: "There is no page here" })).toBeVisible();
});

test("nobody is led to what they may not see", async ({ page, context, server }) => {
    const who = { email: "led@example.org", password: OWNER.password };
    await call(server, "POST", "/api/users", { ...who, role: "seller" });
    await logIn(context, server, who);
    await page.goto("/companies");
    await expect(page.getByRole("link", { name: "Contacts" })).toBeVisible();
    await expect(page.getByRole("link", { name: "Imports" })).toHaveCount(0);
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("settings");
    await expect(page.getByRole("option", { name: "Your account" })).toBeVisible();
    await expect(page.getByRole("option", { name: "API keys" })).toHaveCount(0);
});

test("on the phone, too, one can log out", async ({ app, allow }) => {
    allow(/401/);
    await app.setViewportSize({ width: 390, height: 844 });
    await app.goto("/companies");
    await expect(app.getByRole("navigation").getByRole("link", { name: "Inbox" })).toBeVisible();
    await app.getByRole("button", { name: "More" }).click();
    await app.getByRole("menuitem", { name: "Log out" }).click();
    await expect(app).toHaveURL(/\/login/);
});

test("the focus returns from a dialog to its button", async ({ app }) => {
    await app.goto("/companies");
    const add = app.getByRole("button", { name: /^Add/ });
    await add.click();
    await expect(app.getByRole("dialog").getByRole("textbox").first()).toBeFocused();
    await app.keyboard.press("Escape");
    await expect(add).toBeFocused();
});

test.describe("west of Greenwich", () => {
    test.use({ timezoneId: "America/Los_Angeles" });
    test("a past day is the one of the address; what is none is now", async ({ app }) => {
        await app.goto("/board?day=2026-03-10");
        await expect(app.getByRole("status").getByText("10 March 2026")).toBeVisible();
        await app.getByRole("button", { name: "10 March 2026" }).click();
        const day = app.getByLabel("Choose a day");
        await expect(day).toHaveValue("2026-03-10");
        const before = await app.evaluate(() => history.length);
        await day.fill("2026-03-09");
        await expect(app).toHaveURL(/day=2026-03-09/);
        expect(await app.evaluate(() => history.length)).toBe(before);
        await app.goto("/board?day=2026-02-31");
        await expect(app.getByRole("button", { name: "Now" })).toBeVisible();
    });
});

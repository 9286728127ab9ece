import { createHmac } from "node:crypto";
import { accessible, call, expect, logIn, OWNER, type Server, shots, test } from "./fixtures";

// The six digits that an authenticator app would show (RFC 6238).
function totp(secret: string): string {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const bits = [...secret].map((one) => letters.indexOf(one).toString(2).padStart(5, "0")).join("");
    const key = Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
    const hash = createHmac("sha1", key).update(counter).digest();
    const offset = (hash.at(-1) ?? 0) & 15;
    return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

// Parts that look unlike the others.
const PICTURED = ["account", "users", "fields", "privacy", "tracker"];

test("each part shows what there is", async ({ app, server }) => {
    test.setTimeout(150_000);
    await call(server, "POST", "/api/assignment-rules", {
        name: "New leads",
        stage: "prospect",
        method: "load",
        members: [{ user: (await (await call(server, "GET", "/api/users")).json()).items[0].id }],
    });
    await app.goto("/settings");
    await shots(app, "settings");
    for (const [part = "", heading = ""] of [
        ["account", "Account"],
        ["appearance", "Appearance"],
        ["business", "Business data"],
        ["users", "Users"],
        ["rules", "Rules and reactions"],
        ["fields", "Fields"],
        ["privacy", "Privacy"],
        ["audit", "Audit trail"],
        ["tracker", "Tracker"],
        ["keys", "Keys"],
        ["webhooks", "Webhooks"],
    ]) {
        await app
            .getByRole("navigation", { name: "Settings" })
            .getByRole("link", { name: heading, exact: true })
            .click();
        await expect(app.getByRole("heading", { name: heading, level: 1 })).toBeVisible();
        await app.waitForLoadState("networkidle").catch(() => {});
        await expect(app.getByRole("status", { name: "Loading" })).toHaveCount(0);
        if (PICTURED.includes(part)) await shots(app, `settings-${part}`);
        else await accessible(app);
    }
});

test("a second factor is set up, asked for, and turned off", async ({ page, context, server, allow }) => {
    allow(/40[01]/);
    const who = { email: "factor@example.org", password: OWNER.password };
    await call(server, "POST", "/api/users", { ...who, role: "seller" });
    await logIn(context, server, who);
    await page.goto("/settings/account");
    await page.getByLabel("Your password").fill(who.password);
    await page.getByRole("button", { name: "Set up two-factor log-in" }).click();
    await expect(page.getByRole("img", { name: "QR code for the authenticator app" })).toBeVisible();
    await page.getByRole("img", { name: "QR code" }).scrollIntoViewIfNeeded();
    await shots(page, "settings-two-factor");
    const secret = await page.locator("code").first().innerText();
    await page.getByLabel("Code", { exact: true }).fill(totp(secret));
    await page.getByRole("button", { name: "Turn it on" }).click();
    await expect(page.getByText("Recovery codes", { exact: true })).toBeVisible();
    const code = (await page.locator("code").first().innerText()).split(" ")[0] ?? "";

    await context.clearCookies();
    await page.goto("/login");
    await page.getByLabel("E-mail").fill(who.email);
    await page.getByLabel("Password", { exact: true }).fill(who.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByLabel("Code", { exact: true }).fill(code);
    await page.getByRole("button", { name: "Log in" }).click();
    await expect(page).toHaveURL(/\/today/);
    await page.goto("/settings/account");
    await page.getByLabel("Your password").fill(who.password);
    await page.getByRole("button", { name: "Turn it off" }).click();
    await expect(page.getByRole("button", { name: "Set up two-factor log-in" })).toBeVisible();
});

test("turning somebody's second factor off is not undone", async ({ app, server, browser }) => {
    const who = { email: "lost@example.org", password: OWNER.password };
    await call(server, "POST", "/api/users", { ...who, role: "seller" });
    const theirs = await browser.newContext();
    await logIn(theirs, server, who);
    const origin = { Origin: server.url };
    const ask = { data: { password: who.password }, headers: origin };
    const asked = await theirs.request.post(`${server.url}/api/session/two-factor`, ask);
    const code = totp((await asked.json()).secret);
    const confirm = { data: { code }, headers: origin };
    await theirs.request.post(`${server.url}/api/session/two-factor/confirm`, confirm);
    await theirs.close();
    await app.goto("/settings/users");
    await app.getByRole("button", { name: "What can be done with lost@example.org" }).click();
    await app.getByRole("menuitem", { name: "Turn two-factor log-in off" }).click();
    await expect(app.getByText("Changed lost@example.org.")).toBeVisible();
    await expect(app.getByRole("button", { name: /^Undo/ })).toHaveCount(0);
});

test("users, keys and webhooks", async ({ app, server, allow }) => {
    allow(/409/);
    await app.goto("/settings/users");
    await app.getByRole("button", { name: "Invite somebody" }).click();
    const dialog = app.getByRole("dialog");
    await dialog.getByLabel("E-mail").fill("seller@example.org");
    await dialog.getByLabel("Sees only contacts that are theirs").check();
    await dialog.getByRole("button", { name: "Invite somebody" }).click();
    await expect(dialog.locator("code")).toContainText("/setup/");
    await app.keyboard.press("Escape");
    await expect(app.getByRole("row", { name: /seller@example.org/ })).toContainText("own contacts only");
    await app.getByRole("button", { name: "What can be done with seller@example.org" }).click();
    await app.getByRole("menuitem", { name: "Marketer" }).click();
    await expect(app.getByRole("row", { name: /seller@example.org/ })).toContainText("Marketer");
    await app.getByRole("button", { name: /^Undo/ }).click();
    const row = app.getByRole("row", { name: /seller@example.org/ });
    await expect(row).toContainText("Seller");
    await expect(row).toContainText("own contacts only");
    // Where no mail would arrive, that is said.
    const held = { address: "seller@example.org", why: "bounces" };
    await call(server, "POST", "/api/suppressions", held);
    const smtp = { host: "127.0.0.1", port: 9, security: "none", login: "none" };
    const box = { name: "Acme", address: "hello@acme.example", smtp };
    const made = await (await call(server, "POST", "/api/mailboxes", box)).json();
    await call(server, "PATCH", "/api/settings", { public_url: server.url });
    await app.getByRole("button", { name: "What can be done with seller@example.org" }).click();
    await app.getByRole("menuitem", { name: "Mail a link" }).click();
    await expect(dialog.getByRole("alert")).toContainText("Mails to this address are held back (manual)");
    await app.keyboard.press("Escape");
    await call(server, "PATCH", "/api/settings", { public_url: null });
    await call(server, "DELETE", `/api/mailboxes/${made.id}`);

    await app.goto("/settings/keys");
    await app.getByRole("button", { name: "Make a key" }).click();
    await app.getByRole("dialog").getByLabel("Name").fill("Shop");
    await app.getByRole("dialog").getByRole("button", { name: "Make a key" }).click();
    await expect(app.getByRole("dialog").locator("code")).toContainText("slc_");
    await app.keyboard.press("Escape");
    const shop = app.getByRole("row", { name: /Shop/ });
    await shop.getByRole("button", { name: "Revoke" }).click();
    await shop.getByRole("button", { name: "Revoke for good" }).click();
    await expect(shop).toContainText("Revoked");

    await app.goto("/settings/webhooks");
    await app.getByRole("button", { name: "Make a webhook" }).click();
    await app.getByRole("dialog").getByLabel("Address").fill("https://shop.invalid/hook");
    await app.getByRole("dialog").getByRole("button", { name: "Make a webhook" }).click();
    await expect(app.getByRole("dialog").locator("code")).toContainText("whsec_");
    await app.keyboard.press("Escape");
    await app.getByRole("button", { name: /shop\.invalid/ }).click();
    await app.getByRole("button", { name: "Send a test" }).click();
    await app
        .getByRole("button", { name: /^webhook\.test/ })
        .first()
        .click();
    await expect(app.locator("pre")).toContainText('"type": "webhook.test"');
    await shots(app, "settings-webhook-log");
});

test("settings change at once and are undone; a person is exported and erased", async ({ app, server }) => {
    await app.goto("/settings/tracker");
    await app.getByText("Only after consent").click();
    await expect(app.getByText("Setting changed.")).toBeVisible();
    expect((await (await call(server, "GET", "/api/settings")).json()).tracker_consent).toBe("ask");
    await app.getByRole("button", { name: /^Undo/ }).click();
    await expect(app.getByRole("radio", { name: /None is needed/ })).toBeChecked();

    const made = await call(server, "POST", "/api/contacts", { email: "erase.me@example.org" });
    expect(made.status).toBe(201);
    await app.goto("/settings/privacy");
    await app.getByLabel("Find a person").fill("erase.me");
    const [file] = await Promise.all([
        app.waitForEvent("download"),
        app.getByRole("button", { name: "Export" }).first().click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^sluice-.*\.json$/);
    await app.getByRole("button", { name: "Erase", exact: true }).first().click();
    await shots(app, "settings-erase");
    await app
        .getByRole("dialog")
        .getByRole("button", { name: /^Erase/ })
        .click();
    await expect(app.getByRole("dialog").getByText(/^Erased\./)).toBeVisible();
    const left = await call(server, "GET", "/api/search?q=erase.me");
    expect((await left.json()).contacts).toEqual([]);

    await app.goto("/settings/audit");
    await app
        .getByRole("button", { name: /setting/ })
        .first()
        .click();
    await expect(app.getByText("tracker_consent")).toBeVisible();
    await shots(app, "settings-audit-open");
});

const settingsOf = async (server: Server) => (await call(server, "GET", "/api/settings")).json();

test("a retention period is set, and the others stay", async ({ app, server }) => {
    await call(server, "PATCH", "/api/settings", { retention_contact_days: 900 });
    await app.goto("/settings/privacy");
    await app.getByLabel("Events of scanners and bots").fill("365");
    await app.getByLabel("Visitors whom nobody knows").fill("");
    await app.getByRole("button", { name: "Save" }).click();
    await expect(app.getByText("Setting changed.")).toBeVisible();
    const { retention_machine_days, retention_contact_days } = await settingsOf(server);
    expect([retention_machine_days, retention_contact_days]).toEqual([365, 900]);
    await app.getByRole("button", { name: /^Undo/ }).click();
    await expect(app.getByLabel("Events of scanners and bots")).toHaveValue(/^0 /);
});

test("business data that somebody else changed meanwhile stay, and undo shows", async ({ app, server }) => {
    await app.goto("/settings/business");
    const address = app.getByLabel("Postal address");
    const before = await address.inputValue();
    await address.fill("1 Paper Street");
    await call(server, "PATCH", "/api/settings", { business_name: "Renamed meanwhile" });
    await app.getByRole("button", { name: "Save" }).click();
    await expect(app.getByText("Setting changed.")).toBeVisible();
    const now = await settingsOf(server);
    expect([now.business_name, now.business_address]).toEqual(["Renamed meanwhile", "1 Paper Street"]);
    await app.getByRole("button", { name: /^Undo/ }).click();
    await expect(address).toHaveValue(before);
});

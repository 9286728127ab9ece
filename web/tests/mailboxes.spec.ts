import { createServer } from "node:net";
import { accessible, call, expect, shots, test } from "./fixtures";

// A port that nobody listens on: what does not work is said, too.
async function nobody(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    return port;
}

test("a mailbox is added, checked, signs, and shows its warm-up", async ({ app }) => {
    const port = await nobody();
    await app.goto("/settings/mailboxes");
    await app.getByRole("button", { name: "Add a mailbox" }).click();
    const dialog = app.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("Jonas Weber, Quire Studio");
    await dialog.getByLabel("Address", { exact: true }).fill("jonas@quire.example");
    await dialog.getByLabel("Sending (SMTP): Server").fill("127.0.0.1");
    await dialog.getByLabel("Sending (SMTP): Port").fill(String(port));
    await dialog.getByLabel("Sending (SMTP): Password or token").fill("secret");
    await accessible(app);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(app.getByRole("heading", { name: "jonas@quire.example" })).toBeVisible();
    await expect(app.getByText("Warm-up, day 1 of")).toBeVisible();
    await app.getByRole("button", { name: "Check it" }).click();
    await expect(app.getByText("does not work")).toBeVisible();
    await app.getByRole("button", { name: "Make the keys" }).click();
    await expect(app.locator("code").filter({ hasText: "v=DKIM1" }).first()).toBeVisible();
    await shots(app, "mailboxes");
});

test("a password is asked for again where the server is another one", async ({ app, server, allow }) => {
    allow(/400/);
    const account = { host: "smtp.old.example", port: 587, security: "starttls", user: "u", secret: "s" };
    const body = { name: "Bea", address: "bea@quire.example", smtp: account };
    const made = await (await call(server, "POST", "/api/mailboxes", body)).json();
    await app.goto(`/settings/mailboxes?mailbox=${made.id}`);
    await app.getByRole("button", { name: "Change", exact: true }).click();
    const dialog = app.getByRole("dialog");
    const secret = dialog.getByLabel("Sending (SMTP): Password or token");
    await expect(secret).toHaveAttribute("placeholder", /./);
    await dialog.getByLabel("Sending (SMTP): Server").fill("smtp.new.example");
    await expect(secret).toHaveAttribute("required");
    await expect(secret).not.toHaveAttribute("placeholder", /./);
    await secret.fill("another");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog).toHaveCount(0);
    const now = await (await call(server, "GET", `/api/mailboxes/${made.id}`)).json();
    expect(now.smtp.host).toBe("smtp.new.example");
    await call(server, "DELETE", `/api/mailboxes/${made.id}`);
});

test("addresses come on the suppression list and off it with a reason; topics", async ({ app, server }) => {
    await app.goto("/settings/suppressions");
    await app.getByRole("button", { name: "Add an address" }).first().click();
    const dialog = app.getByRole("dialog");
    await dialog.getByLabel("E-mail address").fill("Daniel@okafor.example");
    await dialog.getByLabel("Why").fill("Asked for it on the phone");
    await dialog.getByRole("button", { name: "Add an address" }).click();
    await expect(app.getByRole("row", { name: /daniel@okafor\.example/ })).toContainText("By hand");
    await app.getByRole("button", { name: "Import a list" }).click();
    await dialog.getByLabel("Addresses").fill("one@old.example\ntwo@old.example");
    await dialog.getByLabel("Where the list comes from").fill("Our former program");
    await dialog.getByRole("button", { name: "Import", exact: true }).click();
    await expect(app.getByText("Imported 2 addresses.")).toBeVisible();
    await app.getByLabel("Find an address").fill("@old.example");
    await expect(app.getByRole("row", { name: /okafor/ })).toHaveCount(0);
    await shots(app, "suppressions");
    await app.getByRole("button", { name: "Write to one@old.example again?" }).click();
    await dialog.getByLabel("Why").fill("Bought again");
    await dialog.getByRole("button", { name: "Remove from the list" }).click();
    await expect(app.getByRole("row", { name: /one@old/ })).toHaveCount(0);
    const left = await (await call(server, "GET", "/api/suppressions")).json();
    // Other tests of the same demo may have brought more.
    const ours = left.items
        .map((one: { address: string }) => one.address)
        .filter((one: string) => /@(okafor|old)\.example$/.test(one));
    expect(ours.sort()).toEqual(["daniel@okafor.example", "two@old.example"]);

    // Each reason is taken off by itself.
    await app.getByLabel("Find an address").fill("");
    await app.getByRole("button", { name: "Import a list" }).click();
    await dialog.getByLabel("Addresses").fill("daniel@okafor.example");
    await dialog.getByLabel("Where the list comes from").fill("Our former program");
    await dialog.getByRole("button", { name: "Import", exact: true }).click();
    const daniel = app.getByRole("row", { name: /daniel@okafor\.example/ });
    await expect(daniel).toHaveCount(2);
    await daniel.filter({ hasText: "By hand" }).getByRole("button").last().click();
    await dialog.getByLabel("Why").fill("A mistake");
    await dialog.getByRole("button", { name: "Remove from the list" }).click();
    await expect(daniel).toHaveCount(1);
    await expect(daniel).toContainText("Imported");

    await app.goto("/settings/topics");
    await app.getByRole("button", { name: "Add a topic" }).click();
    await dialog.getByLabel("Name").fill("Newsletter");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog).toHaveCount(0);
    await app.getByRole("switch", { name: "Campaigns may use Newsletter" }).press("Space");
    await expect(app.getByText("Campaigns may not use Newsletter any more.")).toBeVisible();
    await accessible(app);
});

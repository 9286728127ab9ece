import { accessible, call, expect, logIn, OWNER, type Server, serve, shots, test } from "./fixtures";

test.describe("first run", () => {
    let server: Server;
    test.beforeAll(async () => {
        server = await serve(0, false);
    });
    test.afterAll(() => server.stop());

    test("from the link on the terminal to contacts", async ({ page, allow }) => {
        test.setTimeout(120_000);
        allow(/40[014]/);
        await page.goto(server.link);
        await expect(page.getByRole("heading", { name: "Set up Sluice" })).toBeVisible();
        await shots(page, "setup-owner");
        await page.getByLabel("E-mail").fill(OWNER.email);
        await page.getByLabel("Your name").fill("Marta Lindqvist");
        await page.getByLabel("Password", { exact: true }).fill("short");
        await page.getByLabel("Password once more").fill("other");
        await page.getByRole("button", { name: "Become the owner" }).click();
        await expect(page.getByText("This is not the same password.")).toBeVisible();
        await page.getByLabel("Password once more").fill("short");
        await page.getByRole("button", { name: "Become the owner" }).click();
        await expect(page.getByText(/10 letters/).last()).toBeVisible();
        await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
        await page.getByLabel("Password once more").fill(OWNER.password);
        await page.getByRole("button", { name: "Become the owner" }).click();

        await expect(page).toHaveURL(/\/welcome/);
        await expect(page.getByRole("combobox", { name: "Time zone" })).toHaveValue("Europe/Berlin");
        await page.getByLabel("Name of the business").fill("Quire Studio");
        await shots(page, "welcome-business");
        await page.getByRole("button", { name: "Go on" }).click();

        await expect(page.getByRole("radio")).toHaveCount(6);
        await shots(page, "welcome-model");
        await page.getByRole("radio", { name: /Two-way conversation/ }).check();
        await page.getByRole("button", { name: /^Use “Two-way/ }).click();

        await page.getByLabel("E-mail").fill("jonas@example.org");
        await page.getByRole("button", { name: "Invite somebody" }).click();
        const link = page.locator("code", { hasText: "/setup/" });
        await expect(link).toBeVisible();
        await shots(page, "welcome-invite");
        const invited = await link.innerText();
        await page.getByRole("button", { name: "Go on" }).click();

        await page.getByRole("button", { name: "Make the snippet" }).click();
        await expect(page.getByText("Waiting for the first page view")).toBeVisible();
        const tag = await page.locator("code", { hasText: "data-key" }).innerText();
        const key = /data-key="([^"]+)"/.exec(tag)?.[1] ?? "";
        const viewed = await fetch(`${server.url}/v1/page`, {
            method: "POST",
            headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
            body: JSON.stringify({ anonymousId: "b1", properties: { url: "https://quire.example/" } }),
        });
        expect(viewed.status).toBe(200);
        await expect(page.getByText(/The first page view came in/)).toBeVisible({ timeout: 15_000 });
        await page.getByRole("button", { name: "Take the demo along" }).click();
        await expect(page.getByRole("button", { name: "Take the demo away" })).toBeVisible({
            timeout: 60_000,
        });
        await shots(page, "welcome-contacts");
        const list = await (await call(server, "GET", "/api/checklist")).json();
        expect(list.steps.filter((step: { done: boolean }) => !step.done)).toEqual([]);
        await page.getByRole("button", { name: "Take the demo away" }).click();
        await expect(page.getByRole("button", { name: "Take the demo along" })).toBeVisible({
            timeout: 30_000,
        });

        await page.context().clearCookies();
        await page.goto(invited);
        await expect(page.getByText("Choose a password for jonas@example.org.")).toBeVisible();
        await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
        await page.getByLabel("Password once more").fill(OWNER.password);
        await page.getByRole("button", { name: "Save the password" }).click();
        await expect(page).toHaveURL(/\/today/);
        await page.goto(invited);
        await expect(page.getByRole("heading", { name: "This link is used up" })).toBeVisible();
    });
});

test("a forgotten password: whom to ask without mail, a mail with one, and the link's page", async ({
    page,
    server,
    allow,
}) => {
    allow(/40[14]/);
    const email = "ines@example.org";
    const body = { email, role: "viewer", password: OWNER.password };
    const user = await (await call(server, "POST", "/api/users", body)).json();
    await page.goto("/login");
    await page.getByLabel("E-mail").fill(email);
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await expect(page.getByLabel("E-mail")).toHaveValue(email);
    await shots(page, "forgotten");
    await page.getByRole("button", { name: "Send the link" }).click();
    await expect(page.getByRole("heading", { name: "This server sends no mail yet" })).toBeVisible();
    await expect(page.getByText(`sluice user reset ${email}`)).toBeVisible();
    await shots(page, "forgotten-no-mail");

    // With a mailbox, whose server nobody answers: what is said does not wait for it.
    await call(server, "PATCH", "/api/settings", { public_url: server.url });
    const smtp = { host: "127.0.0.1", port: 9, security: "none", login: "none" };
    const box = { name: "Acme", address: "hello@acme.example", smtp };
    const made = await (await call(server, "POST", "/api/mailboxes", box)).json();
    await page.goto("/forgot");
    await page.getByLabel("E-mail").fill(email);
    await page.getByRole("button", { name: "Send the link" }).click();
    await expect(page.getByText(`If there is an account for ${email}`)).toBeVisible();
    await accessible(page);
    await call(server, "DELETE", `/api/mailboxes/${made.id}`);
    await call(server, "PATCH", "/api/settings", { public_url: null });

    const link = await (await call(server, "POST", `/api/users/${user.id}/link`)).json();
    await page.goto(link.link);
    await expect(page.getByRole("heading", { name: "New password" })).toBeVisible();
    await page.getByLabel("Password", { exact: true }).fill("quite another sentence");
    await page.getByLabel("Password once more").fill("quite another sentence");
    await page.getByRole("button", { name: "Save the password" }).click();
    await expect(page).toHaveURL(/\/today/);

    // The link that was used, or too old, leads on.
    await page.goto(link.link);
    await expect(page.getByRole("heading", { name: "This link is used up" })).toBeVisible();
    await shots(page, "link-used-up");
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await expect(page.getByLabel("E-mail")).toBeVisible();
});

test("whoever may not set up goes to Today", async ({ page, context, server, allow }) => {
    void allow;
    const made = await call(server, "POST", "/api/users", {
        email: "view@example.org",
        role: "viewer",
        password: OWNER.password,
    });
    expect(made.status).toBe(201);
    await logIn(context, server, { email: "view@example.org", password: OWNER.password });
    await page.goto("/welcome");
    await expect(page).toHaveURL(/\/today/);
});

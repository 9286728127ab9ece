import { accessible, call, expect, shots, test } from "./fixtures";

test("a sequence is built, started, and keeps the record of who is in it", async ({ app, server }) => {
    const made = await call(server, "POST", "/api/templates", {
        name: "Welcome",
        subject: "Hello {{ contact.first_name }}",
        body: "Good to have you.",
    });
    const template = (await made.json()).id as string;
    await app.goto("/campaigns");
    await expect(app.getByText("Campaigns write to many people, one by one")).toBeVisible();
    await accessible(app);
    await app.getByRole("button", { name: "New campaign" }).first().click();
    await app.getByRole("menuitem", { name: /Sequence/ }).click();
    await app.getByRole("dialog").getByLabel("Name").fill("First book");
    await app.getByRole("dialog").getByRole("button", { name: "New sequence" }).click();
    await expect(app).toHaveURL(/\/campaigns\/[0-9a-f-]{36}/);
    const id = new URL(app.url()).pathname.split("/")[2] ?? "";

    const add = async (kind: string, at: number) => {
        await app.getByRole("button", { name: "Add a step here" }).nth(at).click();
        await app.getByRole("menuitem", { name: kind, exact: true }).click();
        await expect(app.getByRole("menuitem")).toHaveCount(0);
    };
    await add("Wait", 0);
    await expect(app.getByRole("button", { name: /^Wait 3 days/ })).toBeVisible();
    await add("Mail", 0);
    await app.getByRole("combobox", { name: "Template", exact: true }).click();
    await app.getByRole("option", { name: "Welcome" }).click();
    await add("Branch", 2);
    // (The words of the condition are asked of the server as they are written.)
    const condition = app.getByRole("textbox", { name: "Condition" });
    await condition.fill("any email.clicked");
    await add("Task for a person", 3);
    await app.getByLabel("What is to be done").fill("Call about the samples");
    await shots(app, "campaign-steps");

    // The keyboard moves a step down into the arm and up again; what is removed comes back.
    const wait = app.getByRole("button", { name: /^Wait 3 days/ });
    await wait.focus();
    await app.keyboard.press("Alt+ArrowDown");
    await expect(app.getByRole("list", { name: "Yes" }).getByText("Wait 3 days")).toBeVisible();
    await wait.focus();
    await app.keyboard.press("Alt+ArrowUp");
    await expect(app.getByRole("list", { name: "Yes" }).getByText("Wait 3 days")).toHaveCount(0);
    await wait.focus();
    await app.keyboard.press("Delete");
    await expect(wait).toHaveCount(0);
    await app.getByRole("button", { name: /^Undo/ }).click();
    await expect(wait).toBeVisible();
    await app.getByRole("button", { name: "Save", exact: true }).click();
    await expect(app.getByText("Saved.")).toBeVisible();
    const saved = await (await call(server, "GET", `/api/campaigns/${id}`)).json();
    expect(saved.steps.map((one: { kind: string }) => one.kind)).toEqual(["mail", "wait", "branch", "task"]);
    expect(saved.steps[0].template).toBe(template);

    await app.getByRole("button", { name: /Who enters/ }).click();
    await app
        .getByRole("textbox", { name: "And at the start everybody for whom this holds" })
        .fill("is prospect");
    await expect(app.getByText(/people enter now/)).toBeVisible();
    await shots(app, "campaign-who");
    await app.getByRole("button", { name: "Discard" }).click();

    await app.getByRole("button", { name: "Settings", exact: true }).click();
    await expect(app.getByText("How often, and until when")).toBeVisible();
    await accessible(app);
    // At a time of its own; and back.
    await app.getByLabel("Starts on").fill("2099-01-31T09:00");
    await app.getByRole("button", { name: "Save", exact: true }).click();
    await app.getByRole("button", { name: "Start on 31 January at 09:00" }).click();
    await expect(app.getByText("Starts later", { exact: true })).toBeVisible();
    await app.getByRole("button", { name: "Back to draft" }).click();
    await app.getByLabel("Starts on").fill("");
    await app.getByRole("button", { name: "Save", exact: true }).click();
    await app.getByRole("button", { name: "Start", exact: true }).click();
    await expect(app.getByText("First book is running.")).toBeVisible();
    const people = await (await call(server, "GET", "/api/contacts?filter=is%20lead&limit=1")).json();
    const entered = await call(server, "POST", `/api/campaigns/${id}/people`, {
        contacts: [people.items[0].id],
    });
    expect(entered.status).toBe(200);
    await app.getByRole("button", { name: "People", exact: true }).click();
    await app.locator("tbody").getByRole("button").first().click();
    await expect(app.getByRole("dialog").getByText("Entered", { exact: true })).toBeVisible();
    await accessible(app);
    await app.keyboard.press("Escape");
    await app.getByRole("button", { name: "Results", exact: true }).click();
    await expect(app.getByText("Nothing has been sent yet")).toBeVisible();
    await app.getByRole("button", { name: "Pause", exact: true }).click();
    await expect(app.getByText("Paused", { exact: true })).toBeVisible();
    await app.goto("/campaigns");
    await expect(app.getByRole("row", { name: /First book/ })).toContainText("Paused");
    await shots(app, "campaigns");
});

test("an offer is made, its codes are added, one is redeemed", async ({ app }) => {
    await app.goto("/offers");
    await app.getByRole("button", { name: "New offer" }).first().click();
    const dialog = app.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Sample pack");
    await dialog.getByLabel("What it gives").fill("10% off the first order");
    await dialog.getByRole("combobox", { name: "Codes" }).click();
    await app.getByRole("option", { name: "One code a person" }).click();
    await dialog.getByLabel("Ends").fill("2099-12-31");
    await dialog.getByRole("button", { name: "New offer" }).click();
    await expect(app.getByRole("row", { name: /Sample pack/ })).toContainText("31 December 2099");
    await app.getByRole("button", { name: "Add codes" }).click();
    await dialog.getByLabel("Codes").fill("SPRING1\nSPRING2");
    await dialog.getByRole("button", { name: "Add codes" }).click();
    await expect(app.getByText("Added 2 codes.")).toBeVisible();
    await app.getByRole("button", { name: "Redeem a code" }).click();
    await dialog.getByLabel("Code", { exact: true }).fill("spring1");
    await dialog.getByRole("button", { name: "Redeem it" }).click();
    await expect(app.getByText("Redeemed SPRING1.")).toBeVisible();
    await expect(app.getByRole("row", { name: /Sample pack/ })).toContainText("1");
    await shots(app, "offers");
});

test("what is changed while a campaign is saved stays, and trouble is told", async ({
    app,
    server,
    allow,
}) => {
    allow(/Failed to load resource|net::/);
    const made = await call(server, "POST", "/api/campaigns", {
        name: "Slow",
        kind: "sequence",
        steps: [{ id: "a", kind: "wait", for: "3 days" }],
    });
    const { id } = await made.json();
    await app.goto(`/campaigns/${id}?view=settings`);
    await app.getByLabel("Not too many mails").check();
    // A field of a number may be empty while one types.
    const mails = app.getByLabel("At most so many mails");
    await mails.press("End");
    await mails.press("Backspace");
    await mails.pressSequentially("5");
    await expect(mails).toHaveValue("5");
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
        answer = resolve;
    });
    const route = `**/api/campaigns/${id}`;
    await app.route(route, async (one) => {
        if (one.request().method() === "PATCH") await held;
        await one.continue();
    });
    await app.getByRole("button", { name: "Save", exact: true }).click();
    const days = app.getByLabel("within so many days");
    await app.getByLabel("An answer by a person").uncheck();
    await call(server, "PATCH", `/api/campaigns/${id}`, { goal: "is customer" });
    answer();
    await expect(app.getByText("Saved.")).toBeVisible();
    await expect(app.getByText("Not saved yet", { exact: false })).toBeVisible();
    await expect(app.getByLabel("An answer by a person")).not.toBeChecked();
    await expect(days).toHaveValue("7");
    const saved = await (await call(server, "GET", `/api/campaigns/${id}`)).json();
    expect([saved.cap, saved.stop, saved.goal]).toEqual([{ mails: 5, days: 7 }, undefined, "is customer"]);
    // The server is away.
    await app.unroute(route);
    await app.route(route, (one) => one.abort());
    await app.getByRole("button", { name: "Save", exact: true }).click();
    await expect(app.getByRole("alert")).toContainText("The server does not answer.");
});

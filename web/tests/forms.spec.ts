import { call, expect, shots, test } from "./fixtures";

test("a form is built, tried, published, filled in and counted", async ({ app, server }) => {
    await app.goto("/forms");
    await shots(app, "forms-empty");
    await app.getByRole("button", { name: "New form" }).first().click();
    await app.getByRole("dialog").getByLabel("Name").fill("White paper");
    await app.getByRole("dialog").getByRole("button", { name: "New form" }).click();
    await expect(app).toHaveURL(/\/forms\/[0-9a-f-]{36}/);

    await app.getByRole("button", { name: "Add a question" }).click();
    await app.getByRole("menuitem", { name: "Choice" }).click();
    await app.getByLabel("Question", { exact: true }).fill("Is there a budget?");
    await app.getByRole("combobox", { name: "The answer becomes" }).click();
    await app.getByRole("option", { name: "Budget", exact: true }).click();
    await app.getByLabel("Answer 1", { exact: true }).fill("Yes, there is");
    await app.getByLabel("Answer 2", { exact: true }).fill("Not yet");
    const frame = app.frameLocator("iframe");
    await expect(frame.getByText("Is there a budget?")).toBeVisible();
    // Moved by keys alone: the budget comes before the address.
    await app.getByRole("button", { name: "Move Is there a budget?", exact: true }).focus();
    await app.keyboard.press("Space");
    await expect(app.getByText("Is there a budget? is now at place 2.")).toBeAttached();
    await app.keyboard.press("ArrowUp");
    await expect(app.getByText("Is there a budget? is now at place 1.")).toBeAttached();
    await app.keyboard.press("Space");
    await expect(app.getByRole("button", { name: /^Move / }).first()).toHaveAccessibleName(
        "Move Is there a budget?",
    );
    await shots(app, "form-build");

    await app.getByText("Consent", { exact: true }).click();
    await app.getByRole("button", { name: "Add a consent" }).click();
    await app.getByLabel("Wording", { exact: true }).fill("Send me the newsletter.");
    await app.getByRole("button", { name: "Save" }).click();
    await expect(app.getByText("Saved.")).toBeVisible();
    // What the mail with the link lacks is said.
    await app.getByText("Afterwards", { exact: true }).click();
    await app.getByLabel("Double opt-in").check();
    await app.getByRole("button", { name: "Save" }).click();
    await expect(app.getByText(/No mailbox sends yet|The address of this server is not set/)).toBeVisible();
    await app.getByLabel("Double opt-in").uncheck();
    await app.getByRole("button", { name: "Save" }).click();
    await app.getByRole("switch", { name: "Published" }).click();
    await expect(app.getByText("Visitors get it now.")).toBeVisible();

    await app.getByRole("button", { name: "Try" }).click();
    await app.getByRole("textbox", { name: "E-mail" }).fill("ann@acme.example");
    await app.getByRole("combobox", { name: "Is there a budget?" }).click();
    await app.getByRole("option", { name: "Yes, there is" }).click();
    await app.getByRole("button", { name: "Show what it would write" }).click();
    await expect(app.getByText("fact.recorded")).toBeVisible();
    await shots(app, "form-try");
    await app.getByRole("button", { name: "Embed" }).click();
    await expect(app.locator("code").first()).toContainText("/f/white-paper");
    await shots(app, "form-embed");

    const sent = await call(server, "POST", "/f/white-paper", {
        email: "ann@acme.example",
        newsletter: true,
    });
    expect(sent.status).toBe(200);
    await app.getByRole("button", { name: "Submissions" }).click();
    await expect(app.getByText(/ann@acme\.example/)).toBeVisible();
    await shots(app, "form-submissions");
    await app.getByRole("button", { name: "Numbers" }).click();
    await expect(app.getByText("The last 30 days")).toBeVisible();
    await shots(app, "form-numbers");
    await app.goto("/forms");
    await expect(app.getByRole("row", { name: /White paper/ })).toBeVisible();
    await shots(app, "forms");
});

test("a landing page with a form is written and published", async ({ app, server, allow }) => {
    allow(/400/);
    await call(server, "POST", "/api/forms", {
        name: "Ask",
        slug: "ask",
        published: true,
        definition: { title: "Ask us", fields: [{ name: "email", type: "email", label: "E-mail" }] },
    });
    await app.goto("/forms?show=pages");
    await app.getByRole("button", { name: "New page" }).first().click();
    await app.getByRole("dialog").getByLabel("Name").fill("How three others did it");
    await app.getByRole("dialog").getByRole("button", { name: "New page" }).click();
    await expect(app).toHaveURL(/\/pages\//);
    await app.getByRole("button", { name: "Add a block" }).click();
    await app.getByRole("menuitem", { name: "Text" }).click();
    await app
        .getByLabel("Text (Markdown)")
        .fill("## What is in it\n\n- what they asked\n- what they left out");
    await app.getByRole("button", { name: "Add a block" }).click();
    await app.getByRole("menuitem", { name: "Form" }).click();
    const frame = app.frameLocator("iframe");
    await expect(frame.getByRole("heading", { name: "What is in it" })).toBeVisible();
    await app.getByRole("combobox", { name: "Form", exact: true }).click();
    await app.getByRole("option", { name: "Ask", exact: true }).click();
    await expect(frame.getByText("Ask us")).toBeVisible();
    await shots(app, "page-build");
    await app.getByRole("button", { name: "Save" }).click();
    await expect(app.getByText("Saved.")).toBeVisible();
    await app.getByRole("switch", { name: "Published" }).click();
    await expect(app.getByText("Visitors get it now.")).toBeVisible();
    const seen = await fetch(`${server.url}/p/how-three-others-did-it`);
    expect(await seen.text()).toContain("what they left out");
});

test("a form is taken away by a second press only", async ({ app, server }) => {
    const definition = { title: "Old", fields: [{ name: "email", type: "email", label: "E-mail" }] };
    const { id } = await (
        await call(server, "POST", "/api/forms", { name: "Old", slug: "old", definition })
    ).json();
    await app.goto(`/forms/${id}`);
    await app.getByRole("button", { name: "Take the form away" }).click();
    const sure = app.getByRole("button", { name: "Take the form away for good" });
    await expect(sure).toBeVisible();
    expect((await call(server, "GET", `/api/forms/${id}`)).status).toBe(200);
    await sure.click();
    await expect(app).toHaveURL(/\/forms$/);
    expect((await call(server, "GET", `/api/forms/${id}`)).status).toBe(404);
});

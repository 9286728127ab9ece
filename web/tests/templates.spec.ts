import { accessible, call, expect, shots, test } from "./fixtures";

test("a template is written with variables and a block, seen as a contact, and saved", async ({
    app,
    server,
}) => {
    await call(server, "POST", "/api/contacts", { email: "ana.f@example.org", name: "Ana Ferreira" });
    await app.goto("/templates?show=blocks");
    await app.getByRole("button", { name: "New content block" }).first().click();
    await app.getByLabel("Name of the block").fill("Offer");
    await app.getByRole("textbox", { name: "Variant 1: For whom" }).fill("is prospect");
    await app.getByRole("textbox", { name: "What it says" }).fill("Ask us for a quote.");
    await app.getByRole("textbox", { name: "For everybody else" }).fill("See our samples.");
    await app.getByRole("button", { name: "Save" }).click();
    await expect(app.getByText("Saved.")).toBeVisible();
    await shots(app, "content-block");

    await app.getByRole("button", { name: "Templates", exact: true }).click();
    await app.getByRole("button", { name: "New template" }).first().click();
    await app.getByRole("dialog").getByLabel("Name").fill("What printing costs");
    await app.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await expect(app).toHaveURL(/\/templates\/[0-9a-f-]{36}/);
    await app.getByLabel("Subject").fill("{{ contact.first_name }}, what 500 copies cost");
    const body = app.getByRole("textbox", { name: "Text" });
    await body.fill("Dear {{ contact.first_name }},\n\n**the honest answer** has three parts.\n\n");
    await app.getByRole("button", { name: "Insert" }).click();
    await app.getByRole("menuitem", { name: "offer", exact: true }).click();
    await expect(body).toContainText('{% block "offer" %}');
    await app.getByRole("combobox", { name: "As seen by" }).fill("ana.f");
    await app.getByRole("option", { name: /Ana Ferreira/ }).click();
    await expect(app.getByText("Ana, what 500 copies cost")).toBeVisible();
    await expect(app.frameLocator("iframe").getByText("the honest answer", { exact: true })).toBeVisible();
    await expect(app.frameLocator("iframe").getByText("See our samples.")).toBeVisible();
    await shots(app, "template");
    await app.locator("#main").getByRole("button", { name: "Dark", exact: true }).click();
    await app.getByRole("button", { name: "Phone", exact: true }).click();
    await app.getByRole("button", { name: "As text" }).click();
    await expect(app.locator("pre")).toContainText("has three parts");
    await app.getByRole("button", { name: "Save", exact: true }).click();
    await expect(app.getByText("Saved as a new version.", { exact: false })).toBeVisible();
    await app.goto("/templates");
    await expect(app.getByRole("row", { name: /What printing costs/ })).toBeVisible();
    await accessible(app);
});

test("what is not saved is not left by mistake, nor what others changed overwritten", async ({
    app,
    server,
}) => {
    const texts = { name: "Kept", subject: "First", body: "Hello." };
    const { id } = await (await call(server, "POST", "/api/templates", texts)).json();
    await app.goto("/templates");
    await app.getByRole("link", { name: "Kept" }).click();
    const subject = app.getByLabel("Subject");
    await subject.fill("Second");
    const questions: string[] = [];
    let leave = false;
    // (The preview's frame has entries of its own in the window's history: one may have to go back twice.)
    const back = (asked: number) =>
        expect(async () => {
            await app.evaluate(() => history.back());
            await expect.poll(() => questions.length, { timeout: 5000 }).toBe(asked);
        }).toPass();
    app.on("dialog", (dialog) => {
        questions.push(dialog.type());
        return leave ? dialog.accept() : dialog.dismiss();
    });
    await app.getByRole("navigation").getByRole("link", { name: "Contacts", exact: true }).first().click();
    await expect.poll(() => questions).toEqual(["confirm"]);
    await back(2);
    await expect(app).toHaveURL(new RegExp(`/templates/${id}$`));
    await expect(subject).toHaveValue("Second");
    await app.evaluate(() => location.reload());
    await expect.poll(() => questions.at(-1)).toBe("beforeunload");
    await expect(subject).toHaveValue("Second");

    await call(server, "PATCH", `/api/templates/${id}`, { body: "Hello from elsewhere." });
    await app.getByRole("button", { name: "Save", exact: true }).click();
    await expect(app.getByText("Saved as a new version.", { exact: false })).toBeVisible();
    const saved = await (await call(server, "GET", `/api/templates/${id}`)).json();
    expect([saved.subject, saved.body]).toEqual(["Second", "Hello from elsewhere."]);
    await app.getByRole("button", { name: /^Undo/ }).click();
    await expect(subject).toHaveValue("First");
    await subject.fill("Third");
    leave = true;
    const asked = questions.length + 1;
    await back(asked);
    await expect(app).toHaveURL(/\/templates$/);
});

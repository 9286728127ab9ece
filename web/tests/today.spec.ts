import { call, expect, type Server, shots, test } from "./fixtures";

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString().replace(/\.\d+/, "");

interface Waiting {
    id: string;
    name: string;
    email: string;
}

async function contacts(server: Server, stage: string, n: number): Promise<Waiting[]> {
    const found = await (
        await call(server, "GET", `/api/board/cards?stage=${stage}&limit=${n}&sort=-score`)
    ).json();
    return found.items;
}

// Somebody wrote, another one longer ago, a task is due.
async function work(server: Server) {
    const [first, second] = await contacts(server, "prospect", 2);
    const [third] = await contacts(server, "opportunity", 1);
    if (!first || !second || !third) throw new Error("the demo has nobody");
    const wrote = (contact: string, minutes: number, text: string) =>
        call(server, "POST", "/api/events", {
            contact,
            event: "email.replied",
            time: ago(minutes),
            properties: { text },
        });
    await wrote(first.id, 47, "One question before I say yes: can the second title follow in June?");
    await wrote(second.id, 300, "Send the paper samples to the Budapest office.");
    await call(server, "POST", "/api/tasks", {
        title: "Call about the spine width",
        contact: third.id,
        due: ago(-60),
    });
    return { first, second, third };
}

test("the list shrinks as one works, by keys, with undo", async ({ app, server }) => {
    const { first, second } = await work(server);
    await app.goto("/today");
    const item = (kind: string, name: string) => app.locator(`[data-kind="${kind}"]`, { hasText: name });
    const row = (name: string) => item("answer", name);
    await expect(row(first.name)).toBeVisible();
    await row(first.name).click();
    await expect(app.getByRole("complementary").getByText("One question before I say yes")).toBeVisible();
    await shots(app, "today");
    // R: an answer is logged, and the item goes.
    await app.keyboard.press("r");
    await app.getByRole("textbox", { name: "What did you answer?" }).fill("Yes, June works.");
    await app.keyboard.press("Control+Enter");
    await expect(app.getByText(`Logged the answer to ${first.name}.`)).toBeVisible();
    await expect(row(first.name)).toHaveCount(0);
    await app.keyboard.press("z");
    await expect(row(first.name)).toBeVisible();
    // H: later.
    await row(second.name).click();
    await app.keyboard.press("h");
    await expect(row(second.name)).toHaveCount(0);
    await app.keyboard.press("z");
    await expect(row(second.name)).toBeVisible();
    // N: a note does not end anything.
    await app.keyboard.press("n");
    await app.getByRole("textbox").fill("Wants cream paper");
    await app.getByRole("button", { name: "Save the note" }).click();
    await expect(app.getByRole("complementary").getByText("Wants cream paper")).toBeVisible();
    await expect(row(second.name)).toBeVisible();
    // E: a task is done.
    await item("task", "Call about the spine width").click();
    await app.keyboard.press("e");
    await expect(app.getByText("Done: Call about the spine width.")).toBeVisible();
    await expect(item("task", "Call about the spine width")).toHaveCount(0);
});

test("a hand-over is accepted, returned, and each taken back", async ({ app, server }) => {
    const [, , one] = await contacts(server, "prospect", 3);
    if (!one) throw new Error("the demo has nobody");
    await app.goto("/today");
    const me = await (await app.request.get("/api/session")).json();
    await call(server, "POST", `/api/contacts/${one.id}/handover`, { user: me.user.id });
    const state = async (name: string) =>
        (await (await call(server, "GET", `/api/handovers?state=${name}`)).json()).items.some(
            (other: { contact: string }) => other.contact === one.id,
        );
    await app.reload();
    const row = app.locator('[data-kind="handover"]', { hasText: one.name });
    await row.click();
    await app.keyboard.press("a");
    await expect(app.getByText(`Accepted ${one.name}.`)).toBeVisible();
    await expect(row).toHaveCount(0);
    await expect.poll(() => state("accepted")).toBe(true);
    await app.keyboard.press("z");
    await expect(row).toBeVisible();
    await expect.poll(() => state("open")).toBe(true);

    await app.goto(`/contacts/${one.id}`);
    await app.getByRole("button", { name: "Return", exact: true }).click();
    await app.getByLabel("Why do you return it?").fill("A student");
    await app.keyboard.press("Enter");
    await expect(app.getByRole("status").filter({ hasText: "Returned." })).toBeVisible();
    await app.getByRole("button", { name: /^Undo/ }).click();
    await expect(app.getByRole("button", { name: /^Accept/ })).toBeVisible();
    await app.getByRole("button", { name: /^Accept/ }).click();
    await expect.poll(() => state("accepted")).toBe(true);
});

test("what comes meanwhile waits until it is asked for", async ({ app, server }) => {
    await app.goto("/today?who=all");
    await expect(app.locator("[data-item]").first()).toBeVisible();
    const [somebody] = await contacts(server, "customer", 1);
    await call(server, "POST", "/api/events", {
        contact: somebody?.id,
        event: "chat.messaged",
        properties: { text: "Are you there?" },
    });
    const row = app.locator('[data-kind="answer"]', { hasText: "Are you there?" });
    await app.getByRole("button", { name: /^\d new$/ }).click();
    await expect(row).toBeVisible();
});

test("an open form stays when somebody else does its item", async ({ app, server }) => {
    const { first } = await work(server);
    await app.goto("/today?who=all");
    const row = app.locator('[data-kind="answer"]', { hasText: first.name });
    await row.click();
    await app.keyboard.press("n");
    const note = app.getByRole("textbox", { name: "What should be remembered?" });
    await note.fill("Asks about June");
    await call(server, "POST", "/api/events", { contact: first.id, event: "email.sent" });
    await expect(row).toHaveCount(0);
    await expect(note).toHaveValue("Asks about June");
    await expect(note).toBeFocused();
    // However often the keys are pressed, it is one note.
    await app.evaluate(() => {
        const form = document.activeElement?.closest("form");
        for (let i = 0; i < 3; i++) form?.requestSubmit();
    });
    await expect(note).toHaveCount(0);
    const timeline = `/api/contacts/${first.id}/timeline?kind=note&limit=10`;
    const notes = (await (await call(server, "GET", timeline)).json()).items;
    const written = notes.filter(
        (one: { properties: { text?: string } }) => one.properties.text === "Asks about June",
    );
    expect(written).toHaveLength(1);
});

test("an empty business is told what will be here", async ({ empty, emptyServer }) => {
    await empty.goto(`${emptyServer.url}/today`);
    await expect(empty.getByRole("heading", { name: "Nothing waits for you" })).toBeVisible();
    await shots(empty, "today-empty");
});

test("the palette finds people, and logs a call with them", async ({ app, server }) => {
    const [somebody] = await contacts(server, "customer", 1);
    await app.goto("/board");
    await expect(app.getByRole("heading", { name: "Board", level: 1 })).toBeVisible();
    await app.keyboard.press("Control+k");
    await app.getByRole("combobox").fill(somebody?.email ?? "");
    await expect(app.getByRole("option", { name: somebody?.name }).first()).toBeVisible();
    await shots(app, "palette");
    await app.getByRole("option", { name: `Log a call with ${somebody?.name}` }).click();
    await app.getByRole("textbox").fill("Wants an offer");
    await app.getByRole("button", { name: "Log it" }).click();
    await expect(app.getByText(`Logged a call with ${somebody?.name}.`)).toBeVisible();
    const events = await (await call(server, "GET", `/api/contacts/${somebody?.id}/timeline?limit=1`)).json();
    expect(events.items[0].properties.text).toBe("Wants an offer");
});

test("on the phone, Back leads from an item to the list", async ({ app }) => {
    await app.goto("/today");
    await expect(app.getByText(/^\w+day,? \d+ \w+$/)).toBeVisible(); // the day as the reader's region has it
    await app.setViewportSize({ width: 390, height: 844 });
    await app.getByRole("main").getByRole("listitem").first().click();
    await expect(app).toHaveURL(/open=1/);
    await app.goBack();
    await expect(app).toHaveURL(/\/today(?!.*open=1)/);
});

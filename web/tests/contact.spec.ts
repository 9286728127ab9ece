import type { Page } from "@playwright/test";
import { call, expect, type Server, shots, test } from "./fixtures";

// at: as it was known then, such as &at=2026-06-01T12:00:00Z.
async function somebody(server: Server, filter: string, at = ""): Promise<{ id: string; name: string }> {
    const path = `/api/contacts?limit=1&filter=${encodeURIComponent(filter)}${at}`;
    const answer = await call(server, "GET", path);
    return (await answer.json()).items[0];
}

const toast = (page: Page, said: RegExp) => page.getByRole("status").filter({ hasText: said });

test("why somebody is a prospect, with the events behind it", async ({ app, server }) => {
    const one = await somebody(server, "is prospect and any answered within 90 days");
    await app.goto(`/contacts/${one.id}`);
    const why = app.locator("#why");
    await expect(why.getByRole("heading", { name: /^Why is .* a prospect\?$/ })).toBeVisible();
    await expect(why.getByText(/^Answered within 90 days/)).toBeVisible();
    await expect(app.locator("[data-event]").first()).toBeVisible();
    await shots(app, "contact");
    await why
        .getByRole("button", { name: /^(Met us|Talked on the phone|Answered a mail|Fit)/ })
        .first()
        .click();
    await expect(app.locator("[data-lit]")).toBeVisible();
    await expect(app.locator("[data-lit]")).toBeInViewport();
    await expect(app.locator("[data-lit]")).toHaveCount(0);
    await why.getByRole("button", { name: "As text" }).click();
    await expect(why.getByText(/^stage prospect "Prospect"/)).toBeVisible();
    // The rows of the score add up to its sum.
    const figures = await app.locator("#score tbody tr td:last-child").allInnerTexts();
    const sum = await app.locator("#score tfoot td:last-child").innerText();
    const number = (said: string) => Number(said.replace("−", "-"));
    expect(figures.reduce((all, one) => all + number(one), 0)).toBeCloseTo(number(sum), 6);
    await app.setViewportSize({ width: 390, height: 844 });
    await app.getByRole("navigation", { name: "Contact", exact: true }).getByText("Timeline").click();
    await shots(app, "contact-timeline");
});

test("what is missing is recorded in two clicks, and taken back", async ({ app, server }) => {
    const one = await somebody(server, "is lead and budget unknown and email known");
    await app.goto(`/contacts/${one.id}`);
    const row = app.locator("#qualification tr", { hasText: "Budget" });
    await row.getByRole("button", { name: "Record: Budget" }).click();
    await shots(app, "contact-record");
    await app.getByRole("dialog").getByRole("button", { name: "Record", exact: true }).click();
    await expect(row.getByText("Yes")).toBeVisible();
    await app.getByRole("button", { name: "Undo Z" }).click();
    await expect(row.getByText("Not known yet")).toBeVisible();
});

test("a change of a fact starts with what is known", async ({ app, server }) => {
    const one = await somebody(server, "is lead and budget unknown and email known");
    await call(server, "POST", `/api/contacts/${one.id}/facts`, {
        fact: "budget",
        answer: "yes",
        amount: 1950,
        note: "About that",
        confidence: "low",
    });
    await app.goto(`/contacts/${one.id}`);
    const row = app.locator("#qualification tr", { hasText: "Budget" });
    await row.getByRole("button", { name: "Change: Budget" }).click();
    await app.getByRole("dialog").getByLabel("In their words").fill("About that much");
    await app.getByRole("dialog").getByRole("button", { name: "Record", exact: true }).click();
    await expect(row.getByText("About that much")).toBeVisible();
    const { questions } = await (await call(server, "GET", `/api/contacts/${one.id}/questions`)).json();
    const { answer } = questions.find((other: { fact: string }) => other.fact === "budget");
    expect([answer.answer, answer.amount, answer.confidence]).toEqual(["yes", 1950, "low"]);
});

test("a note is written once, and is not lost by a slip", async ({ app, server }) => {
    const one = await somebody(server, "is lead and email known");
    await app.goto(`/contacts/${one.id}`);
    await expect(app.locator("#why")).toBeVisible();
    await app.keyboard.press("n");
    const note = app.getByRole("textbox", { name: "Note" });
    await note.fill("Likes cream paper");
    // (A question that nobody answers is answered by no.)
    await app.keyboard.press("Escape");
    await app.mouse.click(5, 400);
    await expect(note).toHaveValue("Likes cream paper");
    await note.evaluate((box: HTMLTextAreaElement) => {
        for (let i = 0; i < 3; i++) box.form?.requestSubmit();
    });
    await expect(note).toHaveCount(0);
    await expect(app.locator("[data-event]").getByText("Likes cream paper")).toHaveCount(1);
});

test("a call, a note and a task are there at once", async ({ app, server }) => {
    const one = await somebody(server, "is lead and email known");
    await app.goto(`/contacts/${one.id}`);
    await expect(app.locator("#why")).toBeVisible();
    await app.keyboard.press("l");
    await app.getByRole("button", { name: "We talked on the phone" }).click();
    await app.getByLabel("What was said").fill("Wants a quote by Friday");
    await app.getByRole("button", { name: "Log it" }).last().click();
    await expect(app.locator("[data-event]").getByText("Wants a quote by Friday")).toBeVisible();
    await expect(toast(app, /^Logged: Talked on the phone/)).toBeVisible();
    await app.keyboard.press("z");
    await expect(app.locator("[data-event]").getByText("Wants a quote by Friday")).toHaveCount(0);
    await app.keyboard.press("n");
    await app.getByRole("textbox", { name: "Note" }).fill("Prefers mornings");
    await app.keyboard.press("Control+Enter");
    await expect(app.locator("[data-event]").getByText("Prefers mornings")).toBeVisible();
    await app.keyboard.press("t");
    await app.getByLabel("What is to be done").fill("Send the quote");
    await app.getByRole("dialog").getByRole("button", { name: "Add the task" }).click();
    await app.getByRole("checkbox", { name: "Mark “Send the quote” as done" }).check();
    await expect(app.getByText("No task is open.")).toBeVisible();
});

test("questions are gone through on a call", async ({ app, server }) => {
    const one = await somebody(server, "is lead and need unknown and budget unknown and email known");
    await app.goto(`/contacts/${one.id}`);
    await app.getByRole("button", { name: "Go through on a call" }).click();
    const script = app.getByRole("dialog");
    await expect(script.getByText(/^Question 1 of/)).toBeVisible();
    await shots(app, "contact-script");
    await script.getByRole("button", { name: "Record and go on" }).click();
    await expect(script.getByText(/^Question 2 of/)).toBeVisible();
    for (let i = 0; i < 4; i++) await script.getByRole("button", { name: "Skip" }).click();
    await script.getByRole("button", { name: "Log the call" }).click();
    await expect(app.locator("[data-event]").getByText("Talked on the phone").first()).toBeVisible();
});

test("owner, a stage by hand with its reason, two contacts merged and separated", async ({ app, server }) => {
    const one = await somebody(server, "is lead and email known");
    await app.goto(`/contacts/${one.id}`);
    await app.getByRole("button", { name: /Change the owner/ }).click();
    await app.getByRole("menuitem").first().click();
    await expect(toast(app, /takes care of this contact now/)).toBeVisible();
    await expect(app.getByRole("menu")).toHaveCount(0); // keys are its own until it is gone
    await app.keyboard.press("m");
    await app.getByRole("combobox", { name: "Stage" }).click();
    await app.getByRole("option", { name: "Opportunity" }).click();
    await app.getByLabel("Why", { exact: true }).fill("Told me at the fair");
    await app.getByRole("button", { name: "Move", exact: true }).click();
    await expect(app.locator("#why").getByText(/set by hand.*Told me at the fair/)).toBeVisible();
    const other = await call(server, "POST", "/api/contacts", {
        email: "twin@example.org",
        name: "Twin Test",
    });
    expect(other.status).toBe(201);
    await app.getByRole("button", { name: "More", exact: true }).click();
    await app.getByRole("menuitem", { name: "Merge with another contact" }).click();
    await app.getByLabel("Search the other contact").fill("twin@example");
    await app.getByRole("button", { name: /Twin Test/ }).click();
    await expect(toast(app, /^Merged/)).toBeVisible();
    await expect(app.getByRole("button", { name: "Separate" })).toBeVisible();
    await app.getByRole("button", { name: "Undo Z" }).click();
    await expect(app.getByRole("button", { name: "Separate" })).toHaveCount(0);
});

test("nothing changes in the past", async ({ app, server }) => {
    const one = await somebody(server, "is customer and email known", "&at=2026-06-01T12:00:00Z");
    await app.goto(`/contacts/${one.id}?day=2026-06-01`);
    await expect(app.getByText(/^As it stood on/)).toBeVisible();
    await expect(app.locator("#qualification")).toBeVisible();
    await expect(app.getByRole("button", { name: /^(Record|Log|Change$)/ })).toHaveCount(0);
});

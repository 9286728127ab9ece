import type { Page } from "@playwright/test";
import { expect, shots, test } from "./fixtures";

const definition = (page: Page) => page.getByRole("textbox", { name: "Definition" });

// Puts `text` in place of the first `old` of the model's text.
async function rewrite(page: Page, change: (text: string) => string) {
    await definition(page).waitFor();
    const id = page.url().split("/").at(-1);
    const text = await page.evaluate(
        async (model: string | undefined) =>
            (await (await fetch(`/api/models/${model}`)).json()).text as string,
        id,
    );
    await definition(page).press("Control+a");
    await page.keyboard.insertText(change(text));
}

test("a draft shows who moves, and says what is wrong where it is", async ({ app }) => {
    await app.goto("/models");
    await app.getByRole("link", { name: "Sluice's recommendation" }).first().click();
    await expect(app.getByText("Nobody. Under this text")).toBeVisible();
    await rewrite(app, (text) =>
        text.replace("score >= 30", "score >= 5").replace("score < 15", "score < 2"),
    );
    await expect(app.getByRole("heading", { name: "Movers" })).toBeVisible();
    await expect(app.getByText("was: was Lead at some time and score is at least 30")).toBeVisible();
    await app.getByRole("listitem").getByRole("button").first().click();
    await expect(app.getByText("Open the contact").first()).toBeVisible();
    await shots(app, "model-editor");
    // The draft is still there after a reload.
    await app.reload();
    await expect(app.getByText("Draft", { exact: true }).first()).toBeVisible();
    await definition(app).press("Control+Home");
    await app.keyboard.insertText("stge x when any inbound\n");
    await expect(app.getByRole("button", { name: /Line 1/ })).toBeVisible();
    await app.getByRole("button", { name: "Discard" }).click();
    await expect(app.getByText("Nobody. Under this text")).toBeVisible();
});

test("a draft becomes a candidate and the active model, and back", async ({ app }) => {
    await app.goto("/models/new?from=two-way");
    await expect(app.getByRole("heading", { name: "Two-way conversation (Alore)" })).toBeVisible();
    await app.getByRole("button", { name: "Save as candidate" }).click();
    await expect(app).toHaveURL(/\/models\/[0-9a-f-]{36}$/);
    await app.getByRole("button", { name: /^Activate as v\d/ }).click();
    const dialog = app.getByRole("dialog");
    await expect(dialog).toContainText(/of 2,\d{3} contacts move/);
    await shots(app, "model-activate");
    await dialog.getByRole("button", { name: /^Activate as v/ }).click();
    await expect(app.getByText(/is the active model now/)).toBeVisible();
    await expect(app.getByText(/^Active, v\d/)).toBeVisible();
    await app.getByRole("button", { name: "Undo" }).click();
    await expect(app.getByRole("button", { name: /^Activate as v/ })).toBeVisible();
});

test("versions, definitions, comparison and back-test", async ({ app }) => {
    await app.goto("/models");
    await expect(app.getByRole("heading", { name: "Conversion tunnel (Kaspr)" })).toBeVisible();
    await shots(app, "models");
    await app.goto("/models/compare?b=def:agency");
    await expect(app.getByText(/They say the same of/)).toBeVisible();
    await expect(app.getByRole("heading", { name: "Who they are" })).toBeVisible();
    await shots(app, "model-compare");
    await app.goto("/models/backtest");
    await expect(app.getByText(/is right most often when it says Prospect/)).toBeVisible();
    await shots(app, "model-backtest");
});

test("an empty business has a model, definitions on the demo, and nothing to test", async ({
    empty,
    emptyServer,
}) => {
    await empty.goto(`${emptyServer.url}/models`);
    await expect(empty.getByText(/each on an invented business/)).toBeVisible();
    await empty.getByRole("link", { name: "Sluice's recommendation" }).first().click();
    await expect(empty.getByText("Nobody. Under this text")).toBeVisible();
    await empty.goto(`${emptyServer.url}/models/backtest`);
    await expect(empty.getByText(/No contact has come to that yet/)).toBeVisible();
    await empty.goto(`${emptyServer.url}/models/new`);
    await definition(empty).pressSequentially("stage lead when any form.");
    await expect(empty.getByRole("option", { name: /form.submitted/ })).toBeVisible();
});

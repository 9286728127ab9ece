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

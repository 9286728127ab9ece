import { expect, shots, test } from "./fixtures";

test("a condition is completed, corrected, said in words and clicked together", async ({ app }) => {
    await app.goto("/contacts");
    const bar = app.getByRole("textbox", { name: "Condition" });
    await bar.pressSequentially("any email.rep");
    await app.getByRole("option", { name: /email\.replied/ }).waitFor();
    await app.waitForTimeout(120); // completion takes keys a moment after it is shown
    await app.keyboard.press("Enter");
    await bar.pressSequentially(" within 365 days and employes");
    await app.keyboard.press("Escape");
    await bar.click();
    await app.keyboard.press("End");
    await bar.pressSequentially(" > 3");
    await expect(app.getByText("Did you mean employees?")).toBeVisible();
    await app.keyboard.press("Tab");
    await expect(app.getByText("replied by e-mail within 1 year and employees is above 3")).toBeVisible();
    await expect(app).toHaveURL(/filter=any/);
    await app.getByRole("button", { name: "Build" }).click();
    await expect(app.getByRole("combobox", { name: "What about" })).toHaveCount(2);
    await app.getByRole("button", { name: "Condition", exact: true }).click();
    await app.getByRole("combobox", { name: "What about" }).nth(2).click();
    await app.getByRole("option", { name: "Fit", exact: true }).click();
    await expect(bar).toHaveText("any email.replied within 365 days and employees > 3 and fit");
    await shots(app, "expression-builder");
});

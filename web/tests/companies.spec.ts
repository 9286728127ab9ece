import { expect, shots, test } from "./fixtures";

test("a company is found, and who decides there is noted", async ({ app }) => {
    await app.goto("/companies");
    await expect(app.getByRole("row").nth(5)).toBeVisible();
    await shots(app, "companies");
    await app.keyboard.press("/");
    await app.keyboard.type("dental");
    await expect(app.getByRole("row").nth(1)).toContainText(/dental/i);
    await app.getByRole("row").nth(1).getByRole("link").click();
    await expect(app.getByText(/^Not known yet:/)).toBeVisible();
    await shots(app, "company");
    await app
        .getByRole("button", { name: /^Buying role/ })
        .first()
        .click();
    await app.getByRole("menuitem", { name: "Decision maker" }).click();
    await expect(app.getByRole("button", { name: "Buying role: Decision maker" })).toBeVisible();
    await app.getByRole("button", { name: "Undo Z" }).click();
    await expect(app.getByRole("button", { name: "Buying role: Role not known" }).first()).toBeVisible();
});

test("an empty business says what will be here", async ({ empty, emptyServer }) => {
    await empty.goto(`${emptyServer.url}/companies`);
    await expect(empty.getByText("Here will be the companies your contacts work for")).toBeVisible();
    await shots(empty, "companies-empty");
});

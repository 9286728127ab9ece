import { call, expect, shots, test } from "./fixtures";

test("advice first, and every number opens its contacts", async ({ app, server }) => {
    await app.goto("/reports");
    await expect(app.getByRole("heading", { name: "Funnel" })).toBeVisible();
    await expect(app.getByRole("columnheader", { name: "First seen in" })).toBeVisible();
    await expect(app.getByRole("columnheader", { name: "Days to the sale" })).toBeVisible();
    await shots(app, "reports");
    const funnel = await (await call(server, "GET", "/api/reports/funnel")).json();
    const prospect = funnel.stages.find((stage: { stage: string }) => stage.stage === "prospect");
    await app
        .getByRole("link", { name: `${prospect.reached} Prospect: open them` })
        .first()
        .click();
    await expect(app).toHaveURL(/\/contacts\?reached=prospect/);
});

test("transitions as bars and as a table, of another period, filtered", async ({ app }) => {
    await app.goto("/reports");
    await app.getByRole("link", { name: "Transitions" }).click();
    await expect(app.locator("canvas")).toBeVisible();
    await expect(app.getByRole("table")).toBeVisible();
    await shots(app, "reports-transitions");
    await app.getByRole("button", { name: "Weeks" }).click();
    await expect(app).toHaveURL(/every=week/);
    await app.goto("/reports/sources?touch=last&filter=company%20known");
    await expect(app.getByRole("table")).toBeVisible();
});

test("a report of a past day says so", async ({ app, server }) => {
    await app.goto("/reports?day=2026-03-01");
    await expect(app.getByText("As it stood on")).toBeVisible();
    const at = "2026-03-01T22:59:59Z";
    const funnel = await (await call(server, "GET", `/api/reports/funnel?at=${at}`)).json();
    await expect(
        app.getByRole("link", { name: `${funnel.stages[0].reached} Lead: open them` }).first(),
    ).toBeVisible();
});

test("an empty business is told what will be here", async ({ empty, emptyServer }) => {
    await empty.goto(`${emptyServer.url}/reports`);
    await expect(empty.getByRole("heading", { name: /will stand here/ })).toBeVisible();
    await shots(empty, "reports-empty");
});

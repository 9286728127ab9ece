import { call, expect, test } from "./fixtures";

test("two browsers see each other's change", async ({ app, context, server }) => {
    const list = await call(
        server,
        "GET",
        `/api/contacts?limit=1&filter=${encodeURIComponent("is lead and email known")}`,
    );
    const [one] = (await list.json()).items;
    const other = await context.newPage();
    await app.goto(`/contacts/${one.id}`);
    await other.goto(`${server.url}/contacts/${one.id}`);
    await expect(app.locator("#why")).toBeVisible();
    await expect(other.locator("#why")).toBeVisible();
    await app.keyboard.press("n");
    await app.getByRole("textbox", { name: "Note" }).fill("Seen from the other side");
    await app.keyboard.press("Control+Enter");
    await expect(other.locator("[data-event]").getByText("Seen from the other side")).toBeVisible();
    await other.close();
});

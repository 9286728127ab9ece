import { expect, logIn, test } from "./fixtures";

const LIMIT = 200 * 1024;

// Scripts and styles of the first view, as they come over the wire, and when it can be used.
test("the first view is small", async ({ browser, server }) => {
    const context = await browser.newContext({ baseURL: server.url });
    await logIn(context, server);
    const page = await context.newPage();
    const sizes = new Map<string, Promise<number>>();
    page.on("requestfinished", (request) => {
        if (/\.(js|css)$/.test(new URL(request.url()).pathname))
            sizes.set(
                request.url(),
                request.sizes().then((one) => one.responseBodySize),
            );
    });
    await page.goto("/today");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("networkidle");
    const total = (await Promise.all(sizes.values())).reduce((sum, size) => sum + size, 0);
    const shown = await page.evaluate(
        () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    );
    console.log(
        `first view: ${Math.round(total / 1024)} KB of script and style, painted after ${Math.round(shown ?? 0)} ms`,
    );
    expect(sizes.size).toBeGreaterThan(1);
    expect(total).toBeLessThanOrEqual(LIMIT);
    await context.close();
});

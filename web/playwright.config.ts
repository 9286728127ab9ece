import { defineConfig } from "@playwright/test";

// The browser tests: Debian's Chromium against the real program. tests/fixtures.ts starts a server for each worker.
export default defineConfig({
    testDir: "tests",
    outputDir: "../build/web/test-results",
    workers: process.env.SLUICE_BROWSERS ? Number(process.env.SLUICE_BROWSERS) : 2,
    timeout: 150_000,
    expect: { timeout: 20_000 },
    reporter: [["list"]],
    use: {
        browserName: "chromium",
        launchOptions: { executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] },
        viewport: { width: 1440, height: 900 },
        locale: "en-GB",
        timezoneId: "Europe/Berlin",
        // (a trace of every test costs a third of the time: --trace on, by hand)
        screenshot: "only-on-failure",
    },
});

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The development server passes everything but the app's own files to `sluice serve`.
const server = "http://127.0.0.1:8080";

export default defineConfig({
    plugins: [react()],
    build: {
        outDir: "../build/web/dist",
        emptyOutDir: true,
        target: "es2022",
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
        assetsInlineLimit: 0,
        chunkSizeWarningLimit: 1200,
    },
    server: {
        // (The server compares the Origin with the Host.)
        proxy: Object.fromEntries(
            ["/api", "/v1", "/f", "/p", "/d", "/s.js"].map((path) => [
                path,
                { target: server, changeOrigin: false },
            ]),
        ),
    },
    test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"] },
});

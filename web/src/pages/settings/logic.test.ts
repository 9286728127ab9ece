import { expect, test } from "vitest";
import { browserOf } from "./account";
import { changesOf } from "./changes";
import { rampDays } from "./ramp";
import { scriptTag } from "./snippet";

test("only what differs is a change", () => {
    expect(changesOf({ a: 1, b: "x", c: null }, { a: 1, b: "y", d: [2] })).toEqual([
        { name: "b", was: "x", is: "y" },
        { name: "d", was: "", is: "[2]" },
    ]);
    expect(changesOf(null, { a: true })).toEqual([{ name: "a", was: "", is: "true" }]);
    expect(changesOf(null, null)).toEqual([]);
});

test("browsers by their agents", () => {
    const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36";
    expect(browserOf(chrome)).toBe("Chrome, Linux");
    expect(browserOf(`${chrome} Edg/130.0`)).toBe("Edge, Linux");
    expect(browserOf("Mozilla/5.0 (Macintosh; Intel Mac OS X 14) Version/17 Safari/605")).toBe(
        "Safari, macOS",
    );
    expect(browserOf("curl/8")).toBe("");
});

test("the snippet holds the key", () => {
    expect(scriptTag("https://x.example", "slc_1")).toBe(
        '<script async src="https://x.example/s.js" data-key="slc_1"></script>',
    );
});

test("the warm-up has its days", () => {
    expect(rampDays({ start: 20, growth: 15, ceiling: 60 })).toEqual([20, 35, 50, 60]);
    expect(rampDays({ start: 100, growth: 10, ceiling: 50 })).toEqual([50]);
    expect(rampDays({ start: 5, growth: 0, ceiling: 50 })).toEqual([5]);
    expect(rampDays({ start: 0, growth: 10, ceiling: 50 })).toEqual([]);
});

import { describe, expect, it } from "vitest";
import en from "../text/en";
import { signed, when } from "./format";

describe("times as people say them", () => {
    const now = new Date(2026, 2, 14, 12, 0);
    const at = (year: number, month: number, day: number, hour = 0, minute = 0) =>
        when(en, "en", new Date(year, month, day, hour, minute).toISOString(), now);
    it("says minutes, today, yesterday, the weekday, the date", () => {
        expect(at(2026, 2, 14, 11, 13)).toBe("47 min");
        expect(at(2026, 2, 14, 8, 55)).toMatch(/^today 08:55/);
        expect(at(2026, 2, 13, 8, 55)).toMatch(/^yesterday 08:55/);
        expect(at(2026, 2, 10)).toBe("Tue");
        expect(at(2026, 1, 1)).toBe("Feb 1");
        expect(at(2025, 2, 12)).toBe("Mar 12, 2025");
    });
    it("dates what is to come", () => {
        expect(at(2026, 2, 15)).toBe("Mar 15");
    });
});

describe("changes", () => {
    it("have a sign and a real minus", () => {
        expect([signed("en", 112), signed("en", -83), signed("en", 0)]).toEqual(["+112", "−83", "0"]);
    });
});

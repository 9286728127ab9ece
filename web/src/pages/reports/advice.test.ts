import { describe, expect, it } from "vitest";
import { advise, type Stage, trend } from "./advice";

const stage = (name: string, reached: number, conversion: number | null): Stage => ({
    stage: name,
    label: name,
    now: 1,
    reached,
    conversion,
    median_days: null,
    contacts: null,
    reached_contacts: null,
});

describe("advice", () => {
    it("has nothing to compare without contacts", () => {
        expect(advise([stage("lead", 0, null)], 0.2)).toEqual({ kind: "none" });
        expect(advise([], 0.2)).toEqual({ kind: "none" });
    });
    it("names the weakest step below the mark", () => {
        const advice = advise(
            [stage("lead", 100, null), stage("mql", 30, 0.3), stage("prospect", 3, 0.1), stage("sql", 0, 0)],
            0.2,
        );
        // Three prospects are too few to judge the step after them.
        expect(advice).toMatchObject({ kind: "step", from: { stage: "mql" }, to: { stage: "prospect" } });
    });
    it("asks for more at the top where every step does well", () => {
        const advice = advise([stage("lead", 100, null), stage("prospect", 40, 0.4)], 0.2);
        expect(advice).toMatchObject({ kind: "more", first: { stage: "lead" }, conversion: 0.4 });
    });
});

describe("the trend", () => {
    const period = (start: string, lead: number, unfinished = false) => ({
        start: `${start}T00:00:00Z`,
        day: start,
        unfinished,
        up: { lead },
        down: {},
        contacts: { lead: `moved=${start}` },
        down_contacts: {},
    });
    it("compares the last two full periods", () => {
        const told = trend([period("a", 10), period("b", 8), period("c", 1, true)], "lead");
        expect(told).toEqual({ day: "b", count: 8, change: -0.2, contacts: "moved=b" });
    });
    it("compares with nothing where nothing was", () => {
        expect(trend([period("a", 0), period("b", 8)], "lead")?.change).toBeNull();
        expect(trend([period("c", 1, true)], "lead")).toBeNull();
    });
});

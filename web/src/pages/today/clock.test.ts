import { describe, expect, it } from "vitest";
import en from "../../text/en";
import { clock, laterTimes, span } from "./clock";

const now = Date.parse("2026-03-19T10:00:00Z");
const when = (iso: string) => iso.slice(11, 16);
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
const item = (kind: "answer" | "handover" | "hot" | "task" | "deal", since: number, due: number | null) => ({
    kind,
    since: ago(since),
    due: due === null ? null : ago(due),
    overdue: due !== null && due > 0,
});

describe("spans", () => {
    it("are said as people say them", () => {
        const said = [20_000, 47 * 60_000, 80 * 60_000, 16 * 3_600_000, 50 * 3_600_000].map((one) =>
            span(en, one),
        );
        expect(said).toEqual(["1 min", "47 min", "1 h 20", "16 h", "2 days"]);
    });
});

describe("the clock", () => {
    it("of an answer says how long they wait, and warns before the promise is broken", () => {
        expect(clock(en, item("answer", 47, -73), when, now)).toEqual({ words: "47 min", tone: "plain" });
        expect(clock(en, item("answer", 100, -20), when, now)).toEqual({ words: "1 h 40", tone: "warn" });
        expect(clock(en, item("answer", 180, 60), when, now)).toEqual({ words: "3 h", tone: "danger" });
    });
    it("of a hand-over says what is left", () => {
        expect(clock(en, item("handover", 120, -120), when, now).words).toBe("2 h left");
        expect(clock(en, item("handover", 300, 60), when, now)).toEqual({
            words: "1 h over",
            tone: "danger",
        });
    });
    it("of a task is its time", () => {
        expect(clock(en, item("task", 300, -30), when, now)).toEqual({ words: "10:30", tone: "plain" });
        expect(clock(en, item("task", 300, 30), when, now)).toEqual({ words: "09:30", tone: "danger" });
    });
    it("of what is hot warns after a day", () => {
        expect(clock(en, item("hot", 60, null), when, now).tone).toBe("plain");
        expect(clock(en, item("hot", 3000, null), when, now)).toEqual({ words: "2 days", tone: "warn" });
    });
});

describe("later", () => {
    it("is a morning to come", () => {
        const monday = laterTimes(new Date(2026, 2, 16, 9, 30)); // a Monday
        expect(monday.tomorrow).toEqual(new Date(2026, 2, 17, 8));
        expect(monday.monday).toEqual(new Date(2026, 2, 23, 8));
        expect(laterTimes(new Date(2026, 2, 22, 9)).monday).toEqual(new Date(2026, 2, 23, 8)); // from a Sunday
    });
});

import { describe, expect, it } from "vitest";
import type { Happening } from "./events";
import type { Change } from "./history";
import { rowsOf } from "./timeline_rows";

function event(id: string, name: string, time: string): Happening {
    return {
        id,
        contact: "c",
        type: "track",
        name,
        time,
        direction: "inbound",
        channel: "page",
        machine: false,
        two_way: false,
        message_id: `m${id}`,
        source: null,
        campaign: null,
        properties: {},
        traits: {},
        context: {},
    };
}
const change = (at: string, to: string): Change => ({
    at,
    kind: "stage",
    from: "none",
    to,
    by: "rule",
    evidence: [],
});

describe("the timeline's rows", () => {
    it("puts a head above each day and joins pages viewed", () => {
        const rows = rowsOf(
            [
                event("5", "email.replied", "2026-03-02T10:00:00Z"),
                event("4", "page.viewed", "2026-03-01T12:00:00Z"),
                event("3", "page.viewed", "2026-03-01T11:00:00Z"),
                event("2", "form.submitted", "2026-03-01T10:00:00Z"),
            ],
            [],
            true,
        );
        expect(
            rows.map((row) => (row.kind === "events" ? row.events.map((one) => one.id) : row.kind)),
        ).toEqual(["day", ["5"], "day", ["4", "3"], ["2"]]);
    });
    it("puts a change above the event that caused it, also one of a day without events", () => {
        const rows = rowsOf(
            [event("2", "email.replied", "2026-03-02T10:00:00Z")],
            [change("2026-03-09T00:00:00Z", "lead"), change("2026-03-02T10:00:00Z", "mql")],
            true,
        );
        expect(rows.map((row) => (row.kind === "change" ? row.change.to : row.kind))).toEqual([
            "day",
            "lead",
            "day",
            "mql",
            "events",
        ]);
    });
    it("keeps changes back that are older than what is loaded", () => {
        const events = [event("2", "email.replied", "2026-03-02T10:00:00Z")];
        const changes = [change("2026-01-01T00:00:00Z", "lead")];
        expect(rowsOf(events, changes, false).some((row) => row.kind === "change")).toBe(false);
        expect(rowsOf(events, changes, true).some((row) => row.kind === "change")).toBe(true);
    });
});

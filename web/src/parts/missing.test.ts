import { describe, expect, it } from "vitest";
import en from "../text/en";
import { shortMissing } from "./missing";

const words = {
    text: en,
    facts: [{ name: "team_size", label: "Size of the team" }],
    stages: [{ name: "mql", label: "Engaged lead" }],
    number: (value: number) => String(value),
    when: () => "Nov 28",
};
const short = (action: string, what: string) => shortMissing(words, { action, what });

describe("what is missing, in short", () => {
    it("names facts as people do", () => {
        expect(short("ask", "budget")).toBe("budget");
        expect(short("ask", "team_size")).toBe("Size of the team");
    });
    it("rounds points up, so that they are enough", () => {
        expect(short("raise", "26.00507686 more points")).toBe("26.1 points");
        expect(short("raise", "20 more points")).toBe("20 points");
        expect(short("raise", "1 more point")).toBe("1 point");
    });
    it("names the first of several events", () => {
        expect(short("do", "deal.opened, deal.moved")).toBe("a deal");
        expect(short("do", "order.placed (1 more)")).toBe("an order");
        expect(short("do", "offer.sent where value > 3 (2 more)")).toBe("an offer from us × 2");
        expect(short("wait", "answered")).toBe("an answer");
        expect(short("do", "demo.asked_for")).toBe("demo asked for");
    });
    it("names stages by their label, and times as days", () => {
        expect(short("reach", "mql")).toBe("Engaged lead first");
        expect(short("wait_until", "2026-11-28T14:28:30Z")).toBe("from Nov 28");
    });
});

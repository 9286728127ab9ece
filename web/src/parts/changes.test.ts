import { expect, test } from "vitest";
import { changesOf, takesBack, without } from "./changes";

interface Thing {
    name: string;
    days: number | null;
    steps: { id: string }[];
}
const before: Thing = { name: "A", days: 3, steps: [{ id: "1" }] };

test("only what differs is sent, and taken back", () => {
    const now: Thing = { name: "A", days: null, steps: [{ id: "1" }] };
    expect(changesOf(now, before)).toEqual({ days: null });
    expect(changesOf(before, before)).toEqual({});
    expect(takesBack<Thing>({ days: null }, before)).toEqual({ days: 3 });
});

test("what is changed while it is saved stays to be saved", () => {
    const sent: Partial<Thing> = { name: "B", steps: [] };
    expect(without<Thing>(sent, sent)).toEqual({});
    expect(without<Thing>({ name: "BC", steps: [] }, sent)).toEqual({ name: "BC" });
});

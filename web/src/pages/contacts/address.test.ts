import { describe, expect, it } from "vitest";
import { sortOf } from "./address";

describe("the sort in the address", () => {
    it("is the last seen first, unless it names another one", () => {
        expect(sortOf(null)).toEqual({ name: "last_seen", down: true });
        expect(sortOf("nonsense")).toEqual({ name: "last_seen", down: true });
        expect(sortOf("-score")).toEqual({ name: "score", down: true });
        expect(sortOf("since")).toEqual({ name: "since", down: false });
    });
});

import { expect, test } from "vitest";
import { moved, nameFrom, newField, problemOf, slugFrom, tidy } from "./draft";

test("what is empty is left out, at any depth; zero stays", () => {
    expect(tidy({ a: "", b: [], c: { d: "", e: null }, f: [{ g: "", h: 0 }], i: false, j: "x" })).toEqual({
        f: [{ h: 0 }],
        j: "x",
    });
});

test("names and addresses follow from what people write", () => {
    expect(nameFrom("Is there a budget?", [])).toBe("is_there_a_budget");
    expect(nameFrom("Größe (cm)", ["grosse_cm"])).toBe("grosse_cm_2");
    expect(nameFrom("3. Straße", [])).toBe("strasse");
    expect(nameFrom("???", [])).toBe("field");
    expect(nameFrom("Homepage", [])).toBe("homepage_2");
    expect(slugFrom("  White Paper: été! ")).toBe("white-paper-ete");
    expect(newField("email", "Work e-mail", []).name).toBe("email");
});

test("moving keeps everything", () => {
    expect(moved([1, 2, 3], 0, 2)).toEqual([2, 3, 1]);
    expect(moved([1, 2, 3], 2, 0)).toEqual([3, 1, 2]);
});

test("problems are found by their place", () => {
    const errors = [{ field: "definition.fields[1].label", message: "is missing" }];
    expect(problemOf(errors, "fields[1].label")).toBe("is missing");
    expect(problemOf(errors, "title")).toBeUndefined();
});

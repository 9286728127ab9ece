import { describe, expect, it } from "vitest";
import {
    all,
    branches,
    change,
    type Flat,
    find,
    insert,
    listOf,
    move,
    type Node,
    newId,
    placeOf,
    places,
    remove,
    shift,
    treeOf,
} from "./tree";

const step = (id: string, kind = "mail", yes?: Node[], no?: Node[]): Node => ({
    id,
    kind,
    ...(kind === "branch" ? { yes: yes ?? [], no: no ?? [] } : {}),
});
// a, b(branch: c, d | e), f
const tree = () => [step("a"), step("b", "branch", [step("c"), step("d")], [step("e")]), step("f")];
// "a b[c d|e] f"
const said = (steps: Node[]): string =>
    steps
        .map((one) =>
            one.kind === "branch" ? `${one.id}[${said(one.yes ?? [])}|${said(one.no ?? [])}]` : one.id,
        )
        .join(" ");

describe("a sequence's steps", () => {
    it("are read from above, arm after arm", () => {
        expect(all(tree()).map((one) => one.id)).toEqual(["a", "b", "c", "d", "e", "f"]);
        expect(find(tree(), "e")?.id).toBe("e");
        expect(find(tree(), "x")).toBeUndefined();
    });
    it("are put in at any place", () => {
        const at = (of: string | null, arm: "yes" | "no", index: number) =>
            said(insert(tree(), { of, arm, at: index }, step("x")));
        expect(at(null, "yes", 0)).toBe("x a b[c d|e] f");
        expect(at(null, "yes", 3)).toBe("a b[c d|e] f x");
        expect(at("b", "yes", 1)).toBe("a b[c x d|e] f");
        expect(at("b", "no", 1)).toBe("a b[c d|e x] f");
        expect(places(tree())).toHaveLength(4 + 3 + 2);
    });
    it("go with their arms", () => {
        expect(said(remove(tree(), "b"))).toBe("a f");
        expect(said(remove(tree(), "d"))).toBe("a b[c|e] f");
        expect(said(move(tree(), "b", { of: null, arm: "yes", at: 0 }))).toBe("b[c d|e] a f");
    });
    it("are changed without touching the others", () => {
        const before = tree();
        const after = change(before, "d", { kind: "wait" });
        expect(find(after, "d")?.kind).toBe("wait");
        expect(find(before, "d")?.kind).toBe("mail");
        expect(after[0]).toBe(before[0]);
    });
    it("move within a list and between lists, and not into themselves", () => {
        expect(said(move(tree(), "a", { of: null, arm: "yes", at: 3 }))).toBe("b[c d|e] f a");
        expect(said(move(tree(), "c", { of: "b", arm: "yes", at: 2 }))).toBe("a b[d c|e] f");
        expect(said(move(tree(), "c", { of: "b", arm: "no", at: 0 }))).toBe("a b[d|c e] f");
        expect(said(move(tree(), "b", { of: "b", arm: "no", at: 0 }))).toBe("a b[c d|e] f");
    });
    it("go one place down at a time, through arms, and the same way back", () => {
        let steps = tree();
        const seen = [];
        for (let i = 0; i < 7; i++) {
            steps = shift(steps, "a", 1);
            seen.push(said(steps));
        }
        expect(seen).toEqual([
            "b[a c d|e] f",
            "b[c a d|e] f",
            "b[c d a|e] f",
            "b[c d|a e] f",
            "b[c d|e a] f",
            "b[c d|e] a f",
            "b[c d|e] f a",
        ]);
        for (let i = 0; i < 7; i++) steps = shift(steps, "a", -1);
        expect(said(steps)).toBe("a b[c d|e] f");
        expect(said(shift(tree(), "a", -1))).toBe("a b[c d|e] f");
        expect(said(shift(tree(), "b", 1))).toBe("a f b[c d|e]");
    });
    it("know where they are, and get names of their own", () => {
        expect(placeOf(tree(), "e")).toEqual({ of: "b", arm: "no", at: 0 });
        expect(newId([step("s1"), step("s3")])).toBe("s4");
    });
});

describe("the API's list of steps", () => {
    const flat = (id: string, kind = "mail", leads: Partial<Flat> = {}): Flat => ({ id, kind, ...leads });
    it("becomes a tree", () => {
        expect(said(treeOf([flat("a"), flat("b")]) ?? [])).toBe("a b");
        const list = [
            flat("a"),
            flat("b", "branch", { otherwise: "e" }),
            flat("c"),
            flat("d", "mail", { next: "f" }),
            flat("e"),
            flat("f"),
        ];
        expect(said(treeOf(list) ?? [])).toBe("a b[c d|e] f");
        // One arm is empty; arms that end for good.
        // biome-ignore lint/suspicious/noThenProperty: the API calls it so
        const empty = [flat("b", "branch", { then: "f" }), flat("e"), flat("f")];
        expect(said(treeOf(empty) ?? [])).toBe("b[|e] f");
        const ends = [flat("b", "branch", { otherwise: "e" }), flat("c", "mail", { next: "end" }), flat("e")];
        expect(said(treeOf(ends) ?? [])).toBe("b[c|e]");
        expect(said(treeOf([flat("b", "branch")]) ?? [])).toBe("b[|]");
    });
    it("is no tree where arms lead into each other", () => {
        const list = [
            flat("b", "branch", { otherwise: "e" }),
            flat("c", "branch", { otherwise: "f" }),
            flat("e"),
            flat("f"),
        ];
        expect(treeOf(list)).toBeNull();
        expect(treeOf([flat("a", "mail", { next: "c" }), flat("b"), flat("c")])).toBeNull();
    });
    it("is made of a tree and gives it again", () => {
        const inner = step("b", "branch", [step("c"), step("x", "branch", [step("y")], [])], [step("e")]);
        for (const steps of [tree(), [inner], [step("a"), inner, step("z")], [step("b", "branch")], []]) {
            const list = listOf(steps);
            expect(list).toHaveLength(all(steps).length);
            expect(said(treeOf(list) ?? [])).toBe(said(steps));
            // Only ever down.
            const at = (id: string | null | undefined) =>
                id === "end" ? list.length : list.findIndex((one) => one.id === id);
            list.forEach((one, i) => {
                for (const to of branches(one) ? [one.then, one.otherwise] : [one.next])
                    expect(at(to)).toBeGreaterThan(i);
            });
        }
    });
});

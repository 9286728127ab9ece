import { expect, test } from "vitest";
import type { Statement } from "../../language/tree";
import en from "../../text/en";
import { changedLines, groups } from "./said";

function one(kind: Statement["kind"], line: number, rest: Partial<Statement> = {}): Statement {
    return {
        kind,
        name: null,
        line,
        column: 1,
        end_line: line,
        end_column: 9,
        from: line * 10,
        to: line * 10 + 9,
        ok: true,
        ...rest,
    };
}

test("neighbours of a kind stand together", () => {
    const score = (compare: string) => ({ op: "score", compare, value: 1, from: 0, to: 0 }) as const;
    const now = [
        one("model", 1, { name: "Ours" }),
        one("half-life", 2, { seconds: 86_400 }),
        one("grade", 4, { name: "hot", tree: score(">") }),
        one("grade", 5, { name: "cold", tree: null }),
        one("grade", 8, { name: "late", tree: null }),
    ];
    const base = [
        one("grade", 9, { name: "hot", tree: score(">=") }),
        one("grade", 11, { name: "cold", tree: null }),
    ];
    const found = groups(en, now, base);
    expect(found.map((group) => [group.line, group.end, group.said.length])).toEqual([
        [1, 2, 2],
        [4, 5, 2],
        [8, 8, 1],
    ]);
    expect(found[1]?.said.map((line) => line.was)).toEqual(["score is at least 1.", null]);
    expect(found[2]?.said[0]?.was).toBe("");
});

test("changed lines are those that the base does not have", () => {
    expect([...changedLines("a\nb\nc\nd", "a\nb\nc\nd")]).toEqual([]);
    expect([...changedLines("a\nb\nc\nd", "a\nx\nb\nd")]).toEqual([2]);
    expect([...changedLines("a\nb\nc", "a\nB\nC")]).toEqual([2, 3]);
    expect([...changedLines("a\nb", "a\nb\nc")]).toEqual([3]);
});

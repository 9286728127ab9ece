import { expect, test } from "vitest";
import { tokens } from "./tokens";

test("kinds of words", () => {
    const text = 'half-life 30 days # as usual\nany email.* where link is not "a # b" within 1 week';
    const found = tokens(text);
    expect(found.map((one) => one.text).join("")).toBe(text);
    const kinds = found.filter((one) => one.kind).map((one) => `${one.kind}:${one.text}`);
    expect(kinds).toEqual([
        "key:half-life",
        "num:30 days",
        "com:# as usual",
        "key:any",
        "name:email.*",
        "key:where",
        "key:is",
        "key:not",
        'str:"a # b"',
        "key:within",
        "num:1 week",
    ]);
});

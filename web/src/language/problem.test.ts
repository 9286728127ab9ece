import { expect, test } from "vitest";
import en from "../text/en";
import { hint, meant } from "./problem";

const problem = (suggestion: string | null) => ({
    severity: "error" as const,
    line: 1,
    column: 1,
    length: 3,
    message: "",
    suggestion,
});

test("what can be put in place of what is wrong", () => {
    expect(meant(problem("did you mean `employees`?"))).toBe("employees");
    expect(meant(problem("did you mean `any answered`?"))).toBe("any answered");
    expect(meant(problem('did you mean `title is "x"`?'))).toBeNull();
    expect(meant(problem("a contact on no stage: `not` and each stage by `is`"))).toBeNull();
    expect(hint(en.expression, problem("did you mean `fit`?"))).toBe("Did you mean fit?");
    expect(hint(en.expression, problem("a comma"))).toBe("A comma");
});

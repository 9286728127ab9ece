import { describe, expect, it } from "vitest";
import { expressionOf, quoted } from "./view";

describe("the board's filter", () => {
    it("is nothing without a choice", () => {
        expect(expressionOf({ persona: "", source: "", expression: "  " })).toBeUndefined();
    });
    it("is the expression as it was written", () => {
        expect(expressionOf({ persona: "", source: "", expression: "fit or need" })).toBe("fit or need");
    });
    it("joins the choices, and keeps the expression's or together", () => {
        expect(expressionOf({ persona: "Host", source: "fair", expression: "fit or need" })).toBe(
            'persona is "Host" and (source is "fair" or any inbound where source is "fair") and (fit or need)',
        );
    });
    it("quotes", () => {
        expect(quoted('a "b" \\ c')).toBe('"a \\"b\\" \\\\ c"');
    });
});

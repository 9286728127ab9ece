import { describe, expect, it } from "vitest";
import { csv } from "./csv";

describe("CSV", () => {
    it("quotes what needs it", () => {
        expect(csv([["a", 'b "c"', "d,e", "f\ng"]])).toBe('a,"b ""c""","d,e","f\ng"\r\n');
    });
    it("keeps a spreadsheet from taking a text for a formula", () => {
        expect(csv([["=1+1", "+49 30", "-3.5", "@x"]])).toBe("'=1+1,'+49 30,-3.5,'@x\r\n");
    });
});

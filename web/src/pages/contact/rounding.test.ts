import { describe, expect, it } from "vitest";
import { rounded } from "./rounding";

const total = (values: number[]) => values.reduce((all, one) => all + one, 0);

describe("rows that add up", () => {
    it("gives the largest remainders what is left", () => {
        expect(rounded([0.15, 0.15, 0.15])).toEqual({ rows: [0.2, 0.2, 0.1], sum: 0.5 });
    });
    it("adds up with points taken away", () => {
        const { rows, sum } = rounded([20, 16.84, 13.77, -15, 0.18655, 3.0635]);
        expect(sum).toBe(38.9);
        expect(total(rows)).toBeCloseTo(sum, 10);
    });
    it("adds up for any values", () => {
        for (let n = 1; n < 200; n++) {
            const values = Array.from({ length: n }, (_, i) => Math.sin(n * 31 + i * 7) * 20);
            const { rows, sum } = rounded(values);
            expect(total(rows)).toBeCloseTo(sum, 8);
            rows.forEach((row, i) => {
                expect(Math.abs(row - (values[i] ?? 0))).toBeLessThan(0.1);
            });
        }
    });
    it("has nothing to add", () => {
        expect(rounded([])).toEqual({ rows: [], sum: 0 });
    });
});

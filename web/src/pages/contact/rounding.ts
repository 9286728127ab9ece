// Figures that add up: each is rounded so that together they give the rounded sum (largest remainder).
export function rounded(values: number[], digits = 1): { rows: number[]; sum: number } {
    const scale = 10 ** digits;
    const exact = values.map((value) => value * scale);
    const rows = exact.map(Math.floor);
    const sum = Math.round(exact.reduce((all, one) => all + one, 0));
    let left = sum - rows.reduce((all, one) => all + one, 0);
    const byRest = exact
        .map((value, i) => ({ i, rest: value - Math.floor(value) }))
        .sort((a, b) => b.rest - a.rest || a.i - b.i);
    for (const { i } of byRest) {
        if (left <= 0) break;
        rows[i] = (rows[i] ?? 0) + 1;
        left--;
    }
    return { rows: rows.map((value) => value / scale), sum: sum / scale };
}

// One digit after the point, as the reader's language writes it.
// (Making a format takes as long as a hundred uses.)
const formats = new Map<string, Intl.NumberFormat>();

export function onePlace(locale: string, value: number): string {
    const format =
        formats.get(locale) ??
        new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    formats.set(locale, format);
    return format.format(value).replace("-", "−");
}

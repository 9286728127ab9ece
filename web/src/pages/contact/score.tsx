// The score as a sum that adds up: what gave points, how much of them is left.
import { useState } from "react";
import { useFields } from "../../language/fields";
import { Card } from "../../parts/basic";
import { Grade } from "../../parts/stage";
import { localeOf, useFormat } from "../../shell/format";
import { useLanguage, useText } from "../../text";
import classes from "./contact.module.css";
import { eventTitle } from "./events";
import type { Explanation, ScorePart } from "./explanation";
import { useFocus } from "./focus";
import { onePlace, rounded } from "./rounding";

interface SumRow {
    label: string;
    parts: ScorePart[];
    value: number;
}

const SHOWN = 8;

// Parts of the same name and points are one row; what gives most comes first.
function useRows(explanation: Explanation): SumRow[] {
    const text = useText();
    const { events, loading } = useFocus();
    const rows = new Map<string, SumRow>();
    for (const part of explanation.score_parts) {
        const event = part.evidence.map((message) => events.get(message)).find(Boolean);
        const title = event && eventTitle(text, event);
        const holds = part.decay === 1;
        const label = !title
            ? part.evidence.length > 0
                ? loading
                    ? "…"
                    : text.contact.why.earlier
                : text.contact.score.known
            : holds && title.about
              ? `${title.what}: ${title.about}`
              : title.what;
        const key = `${label} ${part.points}`;
        const row = rows.get(key) ?? { label, parts: [], value: 0 };
        row.parts.push(part);
        row.value += part.value;
        rows.set(key, row);
    }
    return [...rows.values()].sort((a, b) => b.value - a.value);
}

// Leads to the event that gave the points, the newest where there are several.
function Label({ row }: { row: SumRow }) {
    const { events, show } = useFocus();
    const message = row.parts.at(-1)?.evidence.find((one) => events.has(one));
    if (!message) return <>{row.label}</>;
    return (
        <button type="button" className={classes.scoreLabel} onClick={() => show(message)}>
            {row.label}
        </button>
    );
}

function How({ row }: { row: SumRow }) {
    const text = useText();
    const format = useFormat();
    const only = row.parts.length === 1 ? row.parts[0] : undefined;
    if (!only) return <>{text.contact.score.times(format.number(row.parts.length))}</>;
    if (only.decay === 1) return <>{text.contact.score.holds}</>;
    return (
        <>
            {format.number(only.points)} × {format.number(only.decay, 2)}
        </>
    );
}

export function ScoreCard({ explanation }: { explanation: Explanation }) {
    const text = useText();
    const grades = useFields().grades;
    const rows = useRows(explanation);
    const locale = localeOf(useLanguage());
    const [all, setAll] = useState(false);
    const figures = rounded(rows.map((row) => row.value));
    const one = (value: number) => onePlace(locale, value);
    const shown = all ? rows : rows.slice(0, SHOWN);
    const rest = figures.rows.slice(shown.length).reduce((sum, value) => sum + value, 0);
    return (
        <Card
            title={text.contact.score.title}
            id="score"
            control={<Grade name={explanation.grade} grades={grades} score={explanation.score} />}
        >
            {rows.length === 0 ? (
                <p className={`${classes.none} t2`}>{text.contact.score.none}</p>
            ) : (
                <table className={classes.score}>
                    <thead className="sr-only">
                        <tr>
                            <th>{text.contact.score.what}</th>
                            <th>{text.contact.score.points}</th>
                            <th>{text.contact.score.value}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {shown.map((row, i) => (
                            <tr key={`${row.label} ${row.parts[0]?.points}`}>
                                <td>
                                    <Label row={row} />
                                </td>
                                <td className="num muted">
                                    <How row={row} />
                                </td>
                                <td className="num">{one(figures.rows[i] ?? 0)}</td>
                            </tr>
                        ))}
                        {rows.length > shown.length && (
                            <tr>
                                <td>
                                    <button type="button" className="link" onClick={() => setAll(true)}>
                                        {text.contact.score.all(rows.length)}
                                    </button>
                                </td>
                                <td />
                                <td className="num">{one(rest)}</td>
                            </tr>
                        )}
                    </tbody>
                    <tfoot>
                        <tr>
                            <td>{text.contact.score.sum}</td>
                            <td />
                            <td className="num">{one(figures.sum)}</td>
                        </tr>
                    </tfoot>
                </table>
            )}
        </Card>
    );
}

// Each model as a point: up is right more often, right is found more of them before.
import { useMediaQuery } from "@mantine/hooks";
import { useFormat } from "../../shell/format";
import { useText } from "../../text";
import type { BacktestRow } from "./backtest";
import classes from "./study.module.css";

const WIDE = 720;
const NARROW = 340; // on the phone, where letters must not shrink
const HEIGHT = 300;
const LEFT = 40;
const RIGHT = 20;
const TOP = 12;
const BOTTOM = 52;

// Round steps, at most five: 10%, 20%, 25%.
function steps(most: number): number[] {
    const step = [0.05, 0.1, 0.2, 0.25].find((one) => most / one <= 5) ?? 0.25;
    return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, i) => i * step);
}

// Labels stand right of their point, those of neighbours apart from each other.
export function labelPlaces(points: { x: number; y: number }[]): number[] {
    const placed: { x: number; y: number }[] = [];
    const out = Array<number>(points.length).fill(0);
    const order = points.map((_, i) => i).sort((a, b) => (points[a]?.y ?? 0) - (points[b]?.y ?? 0));
    for (const i of order) {
        const point = points[i] as { x: number; y: number };
        let y = point.y;
        for (const other of placed)
            if (Math.abs(other.x - point.x) < 170 && y - other.y < 16) y = Math.max(y, other.y + 16);
        placed.push({ x: point.x, y });
        out[i] = y;
    }
    return out;
}

export function Scatter(props: { rows: BacktestRow[]; own: Set<number>; base: number | null }) {
    const words = useText().models.backtest;
    const format = useFormat();
    const phone = useMediaQuery("(max-width: 760px)") ?? false;
    const width = phone ? NARROW : WIDE;
    const rows = props.rows.filter((row) => row.precision !== null && row.recall !== null);
    const tall = steps(Math.max(0.1, props.base ?? 0, ...rows.map((row) => row.precision ?? 0)));
    const wide = steps(Math.max(0.1, ...rows.map((row) => row.recall ?? 0)));
    const x = (share: number) => LEFT + (share / (wide.at(-1) ?? 1)) * (width - LEFT - RIGHT);
    const y = (share: number) => HEIGHT - BOTTOM - (share / (tall.at(-1) ?? 1)) * (HEIGHT - TOP - BOTTOM);
    const points = rows.map((row) => ({ x: x(row.recall ?? 0), y: y(row.precision ?? 0) }));
    const labels = labelPlaces(points);
    return (
        <div className={classes.chart}>
            <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={words.chart}>
                {tall.map((share) => (
                    <g key={share}>
                        <line x1={LEFT} x2={width - RIGHT} y1={y(share)} y2={y(share)} />
                        <text x={LEFT - 8} y={y(share) + 4} textAnchor="end">
                            {format.percent(share)}
                        </text>
                    </g>
                ))}
                {wide.map((share) => (
                    <text key={share} x={x(share)} y={HEIGHT - BOTTOM + 20} textAnchor="middle">
                        {format.percent(share)}
                    </text>
                ))}
                <text x={(LEFT + width - RIGHT) / 2} y={HEIGHT - 8} textAnchor="middle">
                    {phone ? words.recall : words.recallAxis}
                </text>
                {props.base !== null && (
                    <>
                        <line
                            className={classes.base}
                            x1={LEFT}
                            x2={width - RIGHT}
                            y1={y(props.base)}
                            y2={y(props.base)}
                        />
                        <text x={LEFT + 6} y={y(props.base) - 5}>
                            {words.base(format.percent(props.base))}
                        </text>
                    </>
                )}
                {rows.map((row, i) => {
                    const point = points[i];
                    if (!point) return null;
                    const own = props.own.has(row.model);
                    const end = point.x > width / 2 + 60;
                    return (
                        <g key={row.model}>
                            <circle cx={point.x} cy={point.y} r="5.5" data-own={own || undefined} />
                            <text
                                x={point.x + (end ? -11 : 11)}
                                y={(labels[i] ?? point.y) + 4}
                                textAnchor={end ? "end" : "start"}
                                className={own ? classes.own : undefined}
                            >
                                {row.title}
                            </text>
                        </g>
                    );
                })}
            </svg>
        </div>
    );
}

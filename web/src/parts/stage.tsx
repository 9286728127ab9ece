// Stages, grades: shape first, colour second. Colour follows the position in the funnel, never the name.
import { Tooltip } from "@mantine/core";
import { useFormat } from "../shell/format";
import { useText } from "../text";
import classes from "./parts.module.css";

// The colour of position 1 … count; 0 is no stage. Two stages take 1 and last, three 1 3 last, four 1 2 3 last;
// of six and more, those between mix neighbours.
export function stageColour(position: number, count: number): string {
    if (position <= 0) return "var(--st-0)";
    if (position >= count) return "var(--st-5)";
    const scale = count === 3 ? [1, 3] : [1, 2, 3, 4];
    const at = count <= 5 ? position - 1 : ((position - 1) * 3) / (count - 2);
    const low = scale[Math.floor(at)] ?? 4;
    const high = scale[Math.ceil(at)] ?? 4;
    if (low === high) return `var(--st-${low})`;
    return `color-mix(in oklab, var(--st-${low}), var(--st-${high}) ${Math.round((at % 1) * 100)}%)`;
}

export function StageRing({
    position,
    count,
    size = 14,
}: {
    position: number;
    count: number;
    size?: number;
}) {
    const colour = stageColour(position, count);
    const last = count > 0 && position >= count;
    const share = count > 0 ? position / count : 0;
    return (
        <svg width={size} height={size} viewBox="0 0 14 14" aria-hidden className={classes.ring}>
            <circle
                cx="7"
                cy="7"
                r="5.75"
                fill={last ? colour : "none"}
                stroke={colour}
                strokeWidth="1.5"
                strokeDasharray={position <= 0 ? "2.4 2.1" : undefined}
            />
            {!last && position > 0 && (
                <circle
                    cx="7"
                    cy="7"
                    r="1.75"
                    fill="none"
                    stroke={colour}
                    strokeWidth="3.5"
                    strokeDasharray={`${share * 11} 11`}
                    transform="rotate(-90 7 7)"
                />
            )}
            {last && (
                <path d="M4.4 7.2 6.3 9 9.7 5.3" fill="none" stroke="var(--surface)" strokeWidth="1.5" />
            )}
        </svg>
    );
}

export interface StageName {
    name: string;
    label: string;
}

// stages: those of the model in order. name "none": no stage. `tight`: the name only for tooltip and readers.
export function Stage({ name, stages, tight }: { name: string; stages: StageName[]; tight?: boolean }) {
    const text = useText();
    const position = stages.findIndex((stage) => stage.name === name) + 1;
    const label = position ? (stages[position - 1]?.label ?? name) : text.shell.stageNone;
    const ring = <StageRing position={position} count={stages.length} />;
    if (!tight)
        return (
            <span className={classes.stage}>
                {ring}
                {label}
            </span>
        );
    return (
        <Tooltip label={label}>
            <span className={classes.stage}>
                {ring}
                <span className="sr-only">{label}</span>
            </span>
        </Tooltip>
    );
}

// Three bars of signal strength and the word; the best grade of the model fills all, only it is coloured hot.
// grades: best first, as the model has them. `tight`: the word only for tooltip and readers.
export function Grade({
    name,
    grades,
    score,
    tight,
}: {
    name: string;
    grades: string[];
    score?: number | null;
    tight?: boolean;
}) {
    const text = useText();
    const format = useFormat();
    const place = grades.indexOf(name);
    const filled = place < 0 ? 0 : grades.length < 2 ? 3 : Math.round(3 - (2 * place) / (grades.length - 1));
    const hot = place === 0;
    const word = name === "none" ? text.shell.gradeNone : name;
    return (
        <span className={classes.grade} data-hot={hot || undefined} title={tight ? word : undefined}>
            <svg width="14" height="12" viewBox="0 0 14 12" aria-hidden>
                {[0, 1, 2].map((bar) => (
                    <rect
                        key={bar}
                        x={1 + bar * 4.5}
                        y={8 - bar * 3.5}
                        width="3"
                        height={4 + bar * 3.5}
                        rx="1"
                        fill="currentColor"
                        opacity={bar < filled ? 1 : 0.25}
                    />
                ))}
            </svg>
            <span className={tight ? "sr-only" : undefined}>{word}</span>
            {score != null && <span className="num">{format.number(score, 1)}</span>}
        </span>
    );
}

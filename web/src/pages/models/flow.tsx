// Who moves from which stage to which: movers only, to scale. Left under the active model, right under the draft.
import { useId } from "react";
import { stageColour } from "../../parts/stage";
import { useFormat } from "../../shell/format";
import { useText } from "../../text";
import classes from "./flow.module.css";

export interface Side {
    stage: string;
    label: string;
    count: number; // all who are there
}

export interface Moving {
    from: string;
    to: string;
    count: number;
}

interface Node {
    stage: string;
    label: string;
    moving: number;
    stay: number;
    colour: string;
    y: number;
    height: number;
}

const MIDDLE = 184; // between the bars
const LETTER = 6.8; // about the width of a letter
const BAR = 8;
const GAP = 26;
const TALL = 180;

function colourOf(stage: string, all: Side[]): string {
    const stages = all.filter((one) => one.stage !== "none");
    return stageColour(stages.findIndex((one) => one.stage === stage) + 1, stages.length);
}

// The nodes of a side, one below the other; who moves decides the height.
function nodes(all: Side[], flows: Moving[], end: "from" | "to", scale: number): Node[] {
    let y = 8;
    const out: Node[] = [];
    for (const side of all) {
        const moving = flows
            .filter((flow) => flow[end] === side.stage)
            .reduce((sum, one) => sum + one.count, 0);
        if (!moving) continue;
        const height = Math.max(2, moving * scale);
        const stay = side.count - moving;
        out.push({ ...side, moving, stay, colour: colourOf(side.stage, all), y, height });
        y += Math.max(height, 6) + GAP;
    }
    return out;
}

// Room for the longest label of a side.
function room(side: Node[], none: string): number {
    const letters = side.map((node) => {
        const label = node.stage === "none" ? none : node.label;
        return label.length + String(node.moving).length + 2;
    });
    return Math.max(96, Math.max(0, ...letters) * LETTER + 16);
}

function ribbon(x1: number, x2: number, y1: number, y2: number, thick: number): string {
    const middle = (x1 + x2) / 2;
    return (
        `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}` +
        `V${y2 + thick}C${middle} ${y2 + thick} ${middle} ${y1 + thick} ${x1} ${y1 + thick}Z`
    );
}

function Ribbons(props: { from: Node[]; to: Node[]; flows: Moving[]; scale: number; x: [number, number] }) {
    const { from, to, flows, scale, x } = props;
    const id = useId();
    const used = new Map<string, number>();
    const take = (key: string, thick: number) => {
        const at = used.get(key) ?? 0;
        used.set(key, at + thick);
        return at;
    };
    const order = (nodesOf: Node[], stage: string) => nodesOf.findIndex((node) => node.stage === stage);
    const sorted = flows.toSorted(
        (a, b) => order(from, a.from) - order(from, b.from) || order(to, a.to) - order(to, b.to),
    );
    return sorted.map((flow, i) => {
        const source = from.find((node) => node.stage === flow.from);
        const target = to.find((node) => node.stage === flow.to);
        if (!source || !target) return null;
        const thick = Math.max(1, flow.count * scale);
        const path = ribbon(
            ...x,
            source.y + take(`from ${flow.from}`, thick),
            target.y + take(`to ${flow.to}`, thick),
            thick,
        );
        return (
            <g key={`${flow.from} ${flow.to}`}>
                <linearGradient id={`${id}${i}`}>
                    <stop offset="0" stopColor={source.colour} />
                    <stop offset="1" stopColor={target.colour} />
                </linearGradient>
                <path d={path} fill={`url(#${id}${i})`} className={classes.ribbon} />
            </g>
        );
    });
}

export function Flow(props: { before: Side[]; after: Side[]; flows: Moving[]; left: string; right: string }) {
    const text = useText();
    const format = useFormat();
    const total = props.flows.reduce((sum, flow) => sum + flow.count, 0);
    const scale = TALL / Math.max(total, 1);
    const from = nodes(props.before, props.flows, "from", scale);
    const to = nodes(props.after, props.flows, "to", scale);
    const left = room(from, text.shell.stageNone);
    const right = left + BAR + MIDDLE;
    const width = right + BAR + room(to, text.shell.stageNone);
    const bottom = Math.max(...[...from, ...to].map((node) => node.y + Math.max(node.height, 22)), 40) + 8;
    const label = (stage: string, name: string) => (stage === "none" ? text.shell.stageNone : name);
    return (
        <figure className={classes.flow}>
            <figcaption>
                <span>{props.left}</span>
                <span>{props.right}</span>
            </figcaption>
            <svg
                viewBox={`0 0 ${width} ${bottom}`}
                style={{ maxWidth: width }}
                role="img"
                aria-label={text.models.flow.picture}
            >
                <Ribbons from={from} to={to} flows={props.flows} scale={scale} x={[left + BAR, right]} />
                {from.map((node) => (
                    <g key={node.stage}>
                        <rect
                            x={left}
                            y={node.y}
                            width={BAR}
                            height={node.height}
                            rx="2"
                            fill={node.colour}
                        />
                        <text x={left - 8} y={node.y + node.height / 2} textAnchor="end">
                            {label(node.stage, node.label)} <tspan>{format.signed(-node.moving)}</tspan>
                        </text>
                        <text
                            x={left - 8}
                            y={node.y + node.height / 2 + 14}
                            textAnchor="end"
                            className={classes.stay}
                        >
                            {text.models.flow.stay(format.number(node.stay))}
                        </text>
                    </g>
                ))}
                {to.map((node) => (
                    <g key={node.stage}>
                        <rect
                            x={right}
                            y={node.y}
                            width={BAR}
                            height={node.height}
                            rx="2"
                            fill={node.colour}
                        />
                        <text x={right + BAR + 8} y={node.y + node.height / 2 + 4}>
                            {label(node.stage, node.label)} <tspan>{format.signed(node.moving)}</tspan>
                        </text>
                    </g>
                ))}
            </svg>
            <table className="sr-only">
                <caption>{text.models.flow.picture}</caption>
                <tbody>
                    {props.flows.map((flow) => (
                        <tr key={`${flow.from} ${flow.to}`}>
                            <td>{flow.from}</td>
                            <td>{flow.to}</td>
                            <td>{flow.count}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </figure>
    );
}

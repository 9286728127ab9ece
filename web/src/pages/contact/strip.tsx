// The talk at a glance: what came from them above the line, what went out below, the stages underneath.
import { stageColour } from "../../parts/stage";
import { useFormat } from "../../shell/format";
import { useText } from "../../text";
import type { Happening } from "./events";
import { useFocus } from "./focus";
import type { Change } from "./history";
import classes from "./timeline.module.css";

const WIDTH = 640;

// changes: of the stage, the newest first.
export function Strip(props: {
    events: Happening[];
    changes: Change[];
    stages: { name: string; label: string }[];
    at?: string;
}) {
    const text = useText();
    const format = useFormat();
    const focus = useFocus();
    const talk = props.events.filter((event) => event.direction !== "internal" && !event.machine);
    const first = props.events.at(-1);
    if (!first || talk.length < 2) return null;
    const from = Date.parse(first.time);
    const to = props.at ? Date.parse(props.at) : Date.now();
    const x = (time: string) => ((Date.parse(time) - from) / Math.max(to - from, 1)) * (WIDTH - 4);
    const theirs = talk.filter((event) => event.direction === "inbound").length;
    const spans = [...props.changes].reverse();
    return (
        <figure className={classes.strip}>
            <svg viewBox={`0 0 ${WIDTH} 56`} preserveAspectRatio="none" role="img">
                <title>{text.contact.timeline.stripName}</title>
                <line
                    x1="0"
                    x2={WIDTH}
                    y1="22"
                    y2="22"
                    stroke="var(--line-2)"
                    vectorEffect="non-scaling-stroke"
                />
                {talk.map((event) => (
                    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut; the list below has it all
                    <rect
                        key={event.id}
                        x={x(event.time)}
                        y={event.direction === "inbound" ? 4 : 24}
                        width="3"
                        height={event.direction === "inbound" ? 16 : 12}
                        rx="1.5"
                        fill={event.direction === "inbound" ? "var(--accent)" : "var(--control)"}
                        className={classes.tick}
                        onClick={() => focus.show(event.id)}
                    />
                ))}
                {spans.map((change, i) => {
                    const position = props.stages.findIndex((stage) => stage.name === change.to) + 1;
                    const start = x(change.at);
                    const next = spans[i + 1];
                    const end = next ? x(next.at) : WIDTH;
                    return (
                        <rect
                            key={change.at + change.to}
                            x={start}
                            y="46"
                            width={Math.max(end - start - 1, 1)}
                            height="8"
                            fill={stageColour(position, props.stages.length)}
                        />
                    );
                })}
            </svg>
            <figcaption className="help">
                <span>{format.when(first.time)}</span>
                <span>
                    {text.contact.timeline.strip(format.number(theirs), format.number(talk.length - theirs))}
                </span>
                <span>{props.at ? format.when(props.at) : text.contact.timeline.today.toLowerCase()}</span>
            </figcaption>
        </figure>
    );
}

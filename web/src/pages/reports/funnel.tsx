// The funnel: a picture, a sentence, and the table of the same numbers.

import type { Schemas } from "../../api/client";
import { Card, Segments } from "../../parts/basic";
import { StageRing, stageColour } from "../../parts/stage";
import { useFormat } from "../../shell/format";
import { useText } from "../../text";
import type { Stage } from "./advice";
import type { Asked } from "./data";
import { Count, useDays } from "./number";
import classes from "./reports.module.css";

function shownOf(stage: Stage, now: boolean) {
    return now
        ? { count: stage.now, contacts: stage.contacts }
        : { count: stage.reached, contacts: stage.reached_contacts };
}

// Of each stage a flat top as high as its number, sinking to the next one's.
function Shape({ stages, now }: { stages: Stage[]; now: boolean }) {
    const most = Math.max(1, ...stages.map((stage) => shownOf(stage, now).count));
    const y = (i: number) => 100 - (shownOf(stages[i] as Stage, now).count / most) * 100;
    return (
        <svg
            className={classes.shape}
            viewBox={`0 0 ${stages.length * 100} 100`}
            preserveAspectRatio="none"
            aria-hidden
        >
            {stages.map((stage, i) => {
                const [x, top] = [i * 100, y(i)];
                const next = i + 1 < stages.length && !now ? y(i + 1) : top;
                const colour = stageColour(i + 1, stages.length);
                return (
                    <g key={stage.stage}>
                        <path
                            d={`M${x} 100V${top}H${x + 62}C${x + 80} ${top} ${x + 80} ${next} ${x + 99} ${next}V100Z`}
                            fill={colour}
                            opacity="0.16"
                        />
                        <path
                            d={`M${x} ${top}H${x + 62}`}
                            fill="none"
                            stroke={colour}
                            strokeWidth="2"
                            vectorEffect="non-scaling-stroke"
                        />
                    </g>
                );
            })}
        </svg>
    );
}

function Table({ funnel }: { funnel: Schemas["FunnelReport"] }) {
    const text = useText();
    const format = useFormat();
    const days = useDays();
    const words = text.reports.funnel;
    return (
        <details className={classes.details}>
            <summary>{words.table}</summary>
            <table className={classes.table}>
                <thead>
                    <tr>
                        <th scope="col">{words.stage}</th>
                        <th scope="col">{words.reached}</th>
                        <th scope="col">{words.current}</th>
                        <th scope="col">{words.conversion}</th>
                        <th scope="col">{words.time}</th>
                    </tr>
                </thead>
                <tbody>
                    {funnel.stages.map((stage) => (
                        <tr key={stage.stage}>
                            <th scope="row">{stage.label}</th>
                            <td>
                                <Count
                                    value={stage.reached}
                                    contacts={stage.reached_contacts}
                                    what={stage.label}
                                />
                            </td>
                            <td>
                                <Count value={stage.now} contacts={stage.contacts} what={stage.label} />
                            </td>
                            <td>{stage.conversion === null ? "–" : format.percent(stage.conversion)}</td>
                            <td>{stage.median_days === null ? "–" : days(stage.median_days)}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </details>
    );
}

export function FunnelCard({ funnel, asked }: { funnel: Schemas["FunnelReport"]; asked: Asked }) {
    const text = useText();
    const format = useFormat();
    const days = useDays();
    const words = text.reports.funnel;
    const now = asked.get("show") === "now";
    const { stages, benchmark } = funnel;
    const first = stages[0];
    const last = stages.at(-1);
    return (
        <Card
            title={words.title}
            quiet={now ? words.quiet.now : words.quiet.ever}
            control={
                <Segments
                    label={words.show}
                    value={now ? "now" : "ever"}
                    onChange={(show) => asked.set("show", show === "now" ? "now" : "")}
                    options={[
                        { value: "ever", label: words.ever },
                        { value: "now", label: words.now },
                    ]}
                />
            }
        >
            <p className={classes.sentence}>
                {first?.reached && last
                    ? words.sentence(
                          format.number(first.reached),
                          first.label,
                          format.number(last.reached),
                          last.label,
                          format.percent(last.reached / first.reached),
                      )
                    : words.nobody}
            </p>
            <section
                className={classes.funnel}
                style={{ "--stages": stages.length } as React.CSSProperties}
                aria-label={words.title}
            >
                <Shape stages={stages} now={now} />
                {stages.map((stage, i) => {
                    const { count, contacts } = shownOf(stage, now);
                    const low = !now && stage.conversion !== null && stage.conversion < benchmark;
                    return (
                        <div key={stage.stage} className={classes.step}>
                            <span className={classes.stage} title={stage.label}>
                                <StageRing position={i + 1} count={stages.length} />
                                <span className="truncate">{stage.label}</span>
                            </span>
                            <Count
                                value={count}
                                contacts={contacts}
                                what={stage.label}
                                className={classes.value}
                            />
                            <span className="help num">
                                {now ? (
                                    words.here
                                ) : stage.conversion === null ? (
                                    words.first(stage.label)
                                ) : (
                                    <>
                                        <span
                                            className={low ? "warn medium" : undefined}
                                            title={words.mark(format.percent(benchmark))}
                                        >
                                            {format.percent(stage.conversion)}
                                            {low && <span className="sr-only"> ({words.below})</span>}
                                        </span>
                                        {stage.median_days !== null &&
                                            ` · ${words.median(days(stage.median_days))}`}
                                    </>
                                )}
                            </span>
                        </div>
                    );
                })}
            </section>
            <p className={`${classes.mark} help`}>{words.mark(format.percent(benchmark))}</p>
            <Table funnel={funnel} />
        </Card>
    );
}

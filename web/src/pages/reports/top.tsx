// The sentence of advice, and the figures of the last full month.
import { IconTargetArrow } from "@tabler/icons-react";
import { Link, useSearchParams } from "react-router";
import type { Schemas } from "../../api/client";
import { useFormat } from "../../shell/format";
import { useText } from "../../text";
import { advise, type Stage, trend } from "./advice";
import { Count, usePeriod } from "./number";
import classes from "./reports.module.css";

type Funnel = Schemas["FunnelReport"];
type Periods = Schemas["TransitionPeriod"][];

export function Advice({ funnel, periods }: { funnel: Funnel; periods: Periods }) {
    const text = useText();
    const format = useFormat();
    const period = usePeriod();
    const [params] = useSearchParams();
    const words = text.reports.advice;
    const advice = advise(funnel.stages, funnel.benchmark);
    const first = funnel.stages[0];
    const moved = first && trend(periods, first.stage);
    const share = (value: number) => format.percent(Math.abs(value));
    const day = params.get("day");
    let head = words.none;
    let why = words.noneWhy;
    if (advice.kind === "step") {
        head = words.stepHead(advice.to.label, advice.first.label);
        why = words.stepWhy(share(advice.conversion), advice.from.label, advice.to.label);
    } else if (advice.kind === "more") {
        head = words.moreHead(advice.first.label);
        why = words.moreWhy(share(advice.conversion), advice.to.label);
    }
    return (
        <p className={classes.advice}>
            <IconTargetArrow size={16} stroke={1.75} className="accent" aria-hidden />
            <span>
                <b>{head}</b> {why}{" "}
                {moved?.change
                    ? (moved.change < 0 ? words.fell : words.rose)(
                          share(moved.change),
                          period(moved.day, "month", true),
                      )
                    : ""}{" "}
                {advice.kind === "step" && advice.from.now > 0 && advice.from.contacts && (
                    <Link
                        className="link"
                        to={`/contacts?${advice.from.contacts}${day ? `&day=${day}` : ""}`}
                    >
                        {words.look(format.number(advice.from.now), advice.from.label)}
                    </Link>
                )}
            </span>
        </p>
    );
}

// Bars of the months, the running one hatched.
function Spark({ periods, stage }: { periods: Periods; stage: string }) {
    const counts = periods.map((period) => period.up[stage] ?? 0);
    const most = Math.max(1, ...counts);
    return (
        <svg className={classes.spark} viewBox={`0 0 ${periods.length * 6} 20`} aria-hidden>
            {periods.map((period, i) => {
                const height = Math.max(1, ((counts[i] ?? 0) / most) * 20);
                return (
                    <rect
                        key={period.start}
                        x={i * 6}
                        y={20 - height}
                        width="4"
                        height={height}
                        opacity={period.unfinished ? 0.35 : 0.8}
                    />
                );
            })}
        </svg>
    );
}

function Figure({ stage, periods }: { stage: Stage; periods: Periods }) {
    const text = useText();
    const format = useFormat();
    const period = usePeriod();
    const words = text.reports.figures;
    const told = trend(periods, stage.stage);
    if (!told) return null;
    const label = words.newIn(stage.label, period(told.day, "month"));
    return (
        <div className={classes.figure}>
            <span className="muted truncate" title={label}>
                {label}
            </span>
            <Count value={told.count} contacts={told.contacts} what={label} className={classes.big} />
            <span
                className={`${classes.delta} num ${told.change ? (told.change > 0 ? "accent" : "warn") : "muted"}`}
            >
                {told.change === null
                    ? words.none
                    : told.change === 0
                      ? words.same
                      : words.before(
                            `${told.change > 0 ? "+" : "−"}${format.percent(Math.abs(told.change))}`,
                        )}
            </span>
            <Spark periods={periods} stage={stage.stage} />
        </div>
    );
}

export function Figures({ funnel, periods }: { funnel: Funnel; periods: Periods }) {
    const text = useText();
    const format = useFormat();
    const words = text.reports.figures;
    const { stages } = funnel;
    const first = stages[0];
    const last = stages.at(-1);
    const shown = stages.length > 4 ? [0, 1, 2, stages.length - 2].map((i) => stages[i] as Stage) : stages;
    return (
        <section className={classes.figures} aria-label={words.label}>
            {shown.map((stage) => (
                <Figure key={stage.stage} stage={stage} periods={periods} />
            ))}
            {first && last && first.reached > 0 && (
                <div className={classes.figure}>
                    <span className="muted truncate">{words.firstToLast(first.label, last.label)}</span>
                    <Count
                        value={last.reached}
                        contacts={last.reached_contacts}
                        what={last.label}
                        className={classes.big}
                    >
                        {format.percent(last.reached / first.reached)}
                    </Count>
                    <span className="help num">{words.mark(format.percent(funnel.benchmark))}</span>
                </div>
            )}
        </section>
    );
}

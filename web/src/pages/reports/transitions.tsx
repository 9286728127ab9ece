// Who moved when: bars by stage, a sentence, and the table of the same numbers.
import { lazy, Suspense, useMemo } from "react";
import { useNavigate } from "react-router";
import type { Schemas } from "../../api/client";
import { Card, Segments } from "../../parts/basic";
import { StageRing, stageColour } from "../../parts/stage";
import { useFormat } from "../../shell/format";
import { useFields } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useLanguage, useText } from "../../text";
import { type Asked, type Every, useTransitions } from "./data";
import { Count, usePeriod } from "./number";
import classes from "./reports.module.css";
import { Waiting } from "./waiting";

const Chart = lazy(() => import("./chart"));

type Period = Schemas["TransitionPeriod"];
type Stage = { name: string; label: string };

function Table({ periods, stages, every }: { periods: Period[]; stages: Stage[]; every: Every }) {
    const text = useText();
    const period = usePeriod();
    const words = text.reports.transitions;
    return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways can be reached by keys
        <section className={classes.scroll} tabIndex={0} aria-label={words.title}>
            <table className={classes.table}>
                <thead>
                    <tr>
                        <th scope="col">{words.period}</th>
                        {stages.map((stage) => (
                            <th key={stage.name} scope="col">
                                {stage.label}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {periods.toReversed().map((one) => (
                        <tr key={one.start}>
                            <th scope="row">
                                {period(one.day, every)}{" "}
                                {one.unfinished && <span className="help">({words.unfinished})</span>}
                            </th>
                            {stages.map((stage) => (
                                <td key={stage.name}>
                                    <Count
                                        value={one.up[stage.name] ?? 0}
                                        contacts={one.contacts[stage.name]}
                                        what={`${stage.label}, ${words.up}`}
                                    />
                                    {(one.down[stage.name] ?? 0) > 0 && (
                                        <>
                                            {" "}
                                            <Count
                                                value={one.down[stage.name] ?? 0}
                                                contacts={one.down_contacts[stage.name]}
                                                what={`${stage.label}, ${words.down}`}
                                                className={classes.down}
                                            >
                                                −{one.down[stage.name]}
                                            </Count>
                                        </>
                                    )}
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </section>
    );
}

function useSentence() {
    const text = useText();
    const language = useLanguage();
    const format = useFormat();
    const period = usePeriod();
    const words = text.reports.transitions;
    return (periods: Period[], stages: Stage[], every: Every) => {
        const last = periods.filter((one) => !one.unfinished).at(-1);
        if (!last) return "";
        const when = period(last.day, every, true);
        const moved = stages.filter((stage) => last.up[stage.name]);
        if (!moved.length) return words.none(when);
        const list = new Intl.ListFormat(language).format(
            moved.map((stage) => words.into(format.number(last.up[stage.name] ?? 0), stage.label)),
        );
        return words.sentence(when, list);
    };
}

export function TransitionsCard({ asked }: { asked: Asked }) {
    const text = useText();
    const navigate = useNavigate();
    const period = usePeriod();
    const sentence = useSentence();
    const words = text.reports.transitions;
    const every = (["day", "week"] as const).find((one) => one === asked.get("every")) ?? "month";
    const report = useTransitions(asked, every);
    const stages = useFields()?.stages;
    const periods = report.data?.periods;
    const rows = useMemo(
        () =>
            (stages ?? []).map((stage, i) => ({
                label: stage.label,
                colour: stageColour(i + 1, stages?.length ?? 0),
                up: (periods ?? []).map((one) => one.up[stage.name] ?? 0),
                down: (periods ?? []).map((one) => one.down[stage.name] ?? 0),
            })),
        [stages, periods],
    );
    // biome-ignore lint/correctness/useExhaustiveDependencies: `period` says the same of the same
    const labels = useMemo(() => (periods ?? []).map((one) => period(one.day, every)), [periods, every]);
    function open(row: number, column: number, up: boolean) {
        const name = stages?.[row]?.name ?? "";
        const one = periods?.[column];
        const query = up ? one?.contacts[name] : one?.down_contacts[name];
        const day = asked.get("day");
        if (query) navigate(`/contacts?${query}${day ? `&day=${day}` : ""}`);
    }
    return (
        <Card
            title={words.title}
            quiet={<span className="no-phone">{words.quiet}</span>}
            control={
                <Segments
                    label={text.reports.every.label}
                    value={every}
                    onChange={(value) => asked.set("every", value === "month" ? "" : value)}
                    options={(["month", "week", "day"] as const).map((value) => ({
                        value,
                        label: text.reports.every[value],
                    }))}
                />
            }
        >
            {report.error ? (
                <Trouble error={report.error} retry={report.refetch} />
            ) : !periods || !stages ? (
                <Waiting />
            ) : (
                <>
                    <p className={classes.sentence}>
                        {sentence(periods, stages, every)} <span className="muted">{words.hatched}</span>
                    </p>
                    <div className={classes.chart}>
                        {stages.map((stage, i) => (
                            <span key={stage.name} className={classes.rowName} style={{ top: 4 + i * 84 }}>
                                <StageRing position={i + 1} count={stages.length} />
                                {stage.label}
                            </span>
                        ))}
                        <Suspense fallback={<Waiting />}>
                            <Chart
                                rows={rows}
                                periods={labels}
                                unfinished={periods.findIndex((one) => one.unfinished)}
                                name={words.chart}
                                open={open}
                            />
                        </Suspense>
                    </div>
                    <Table periods={periods} stages={stages} every={every} />
                </>
            )}
        </Card>
    );
}

// Cohorts: how many of those first seen in a period came to a stage, and how soon. The table is the chart.

import type { Schemas } from "../../api/client";
import { Card, Segments } from "../../parts/basic";
import { Choice } from "../../parts/choice";
import { stageColour } from "../../parts/stage";
import { useFormat } from "../../shell/format";
import { useFields } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { type Asked, useCohorts } from "./data";
import { Count, usePeriod } from "./number";
import classes from "./reports.module.css";
import { Waiting } from "./waiting";

type Cohort = Schemas["Cohort"];

function Rows({ cohorts, every, colour }: { cohorts: Cohort[]; every: "week" | "month"; colour: string }) {
    const text = useText();
    const format = useFormat();
    const period = usePeriod();
    const words = text.reports.cohorts;
    const columns = Math.max(0, ...cohorts.map((cohort) => cohort.reached.length));
    const most = Math.max(0.01, ...cohorts.flatMap((one) => one.reached.map((cell) => cell.share ?? 0)));
    return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways can be reached by keys
        <section className={classes.scroll} tabIndex={0} aria-label={words.title}>
            <table className={classes.cohorts}>
                <thead>
                    <tr>
                        <th scope="col">{words.first[every]}</th>
                        <th scope="col">{words.people}</th>
                        {Array.from({ length: columns }, (_, k) => (
                            <th
                                // biome-ignore lint/suspicious/noArrayIndexKey: a column is its number
                                key={k}
                                scope="col"
                                title={words.after[every](k)}
                            >
                                {k}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {cohorts.map((cohort) => (
                        <tr key={cohort.start}>
                            <th scope="row">{period(cohort.day, every)}</th>
                            <td>
                                <Count
                                    value={cohort.size}
                                    contacts={cohort.contacts}
                                    what={period(cohort.day, every)}
                                    className="t2"
                                />
                            </td>
                            {cohort.reached.map((cell, k) => (
                                <td
                                    key={cell.after}
                                    className={classes.heat}
                                    data-part={k === cohort.reached.length - 1 || undefined}
                                    style={
                                        {
                                            "--heat": `${Math.round(((cell.share ?? 0) / most) * 42)}%`,
                                            "--of": colour,
                                        } as React.CSSProperties
                                    }
                                >
                                    <Count
                                        value={cell.count}
                                        contacts={cell.contacts}
                                        what={words.after[every](cell.after)}
                                        className={classes.cell}
                                    >
                                        {format.number((cell.share ?? 0) * 100, 1)}
                                    </Count>
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </section>
    );
}

export function CohortsCard({ asked }: { asked: Asked }) {
    const text = useText();
    const format = useFormat();
    const period = usePeriod();
    const fields = useFields();
    const words = text.reports.cohorts;
    const every = asked.get("cohort") === "week" ? "week" : "month";
    const report = useCohorts(asked, every, asked.get("stage") || undefined);
    const stages = fields?.stages ?? [];
    const stage = report.data?.stage ?? "";
    const label = stages.find((one) => one.name === stage)?.label ?? stage;
    const cohorts = (report.data?.cohorts ?? []).filter((cohort) => cohort.size > 0);
    const best = cohorts
        .filter((cohort) => cohort.size >= 10)
        .sort((a, b) => (b.reached.at(-1)?.share ?? 0) - (a.reached.at(-1)?.share ?? 0))[0];
    return (
        <Card
            title={words.title}
            control={
                <div className={classes.controls}>
                    <Segments
                        label={text.reports.every.label}
                        value={every}
                        onChange={(value) => asked.set("cohort", value === "week" ? "week" : "")}
                        options={[
                            { value: "month", label: text.reports.every.month },
                            { value: "week", label: text.reports.every.week },
                        ]}
                    />
                    <Choice
                        label={words.stage}
                        neutral
                        value={stage}
                        onChange={(value) => asked.set("stage", value)}
                        options={stages.map((one) => ({ value: one.name, label: one.label }))}
                    />
                </div>
            }
        >
            {report.error ? (
                <Trouble error={report.error} retry={report.refetch} />
            ) : !report.data ? (
                <Waiting />
            ) : (
                <>
                    <p className={classes.sentence}>
                        {best
                            ? words.sentence(
                                  period(best.day, every, true),
                                  format.percent(best.reached.at(-1)?.share ?? 0),
                                  label,
                              )
                            : words.none}{" "}
                        <span className="muted">
                            {words.quiet(label)}. {text.reports.transitions.hatched}
                        </span>
                    </p>
                    {cohorts.length > 0 && (
                        <Rows
                            cohorts={cohorts}
                            every={every}
                            colour={stageColour(
                                stages.findIndex((one) => one.name === stage) + 1,
                                stages.length,
                            )}
                        />
                    )}
                </>
            )}
        </Card>
    );
}

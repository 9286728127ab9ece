// Where contacts came from, and how far they came.
import { Button } from "@mantine/core";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { Card, Segments } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { useFields } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { type Asked, useSources } from "./data";
import { Count, useDays } from "./number";
import classes from "./reports.module.css";
import { Waiting } from "./waiting";

type Source = Schemas["Source"];
const FEW = 8;

// The stages that have a column: the first, the middle one that the rate is of, the sale.
function columnsOf(stages: { name: string; label: string }[], sale: string | null) {
    const middle = stages.find((stage) => stage.name === "prospect") ?? stages[Math.floor(stages.length / 2)];
    const last = stages.find((stage) => stage.name === sale) ?? stages.at(-1);
    const wanted = [stages[0], middle, last].filter((stage) => stage !== undefined);
    return { shown: wanted.filter((stage, i) => wanted.indexOf(stage) === i), middle };
}

function nameOf(source: Source, unknown: string) {
    return source.source ? [source.source, source.medium].filter(Boolean).join(" / ") : unknown;
}

function Table({ sources, sale }: { sources: Source[]; sale: string | null }) {
    const text = useText();
    const format = useFormat();
    const days = useDays();
    const fields = useFields();
    const words = text.reports.sources;
    const { shown, middle } = columnsOf(fields?.stages ?? [], sale);
    const rate = (source: Source) => (middle && source.stages[middle.name]?.share) || 0;
    const most = Math.max(0.01, ...sources.map(rate));
    return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways can be reached by keys
        <section className={classes.scroll} tabIndex={0} aria-label={words.title}>
            <table className={classes.table}>
                <thead>
                    <tr>
                        <th scope="col">{words.source}</th>
                        <th scope="col">{words.contacts}</th>
                        {shown.map((stage) => (
                            <th key={stage.name} scope="col">
                                {stage.label}
                            </th>
                        ))}
                        <th scope="col" title={middle?.label}>
                            {words.rate}
                        </th>
                        <th scope="col" className="no-phone">
                            {words.days}
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {sources.map((source) => {
                        const name = nameOf(source, words.unknown);
                        return (
                            <tr key={`${source.source} ${source.medium}`}>
                                <th scope="row">{name}</th>
                                <td>
                                    <Count value={source.count} contacts={source.contacts} what={name} />
                                </td>
                                {shown.map((stage) => (
                                    <td key={stage.name}>
                                        <Count
                                            value={source.stages[stage.name]?.reached ?? 0}
                                            contacts={source.stages[stage.name]?.contacts}
                                            what={`${name}, ${stage.label}`}
                                        />
                                    </td>
                                ))}
                                <td>
                                    <span className={classes.rate}>
                                        <span className={classes.meter} aria-hidden>
                                            <i style={{ width: `${(rate(source) / most) * 100}%` }} />
                                        </span>
                                        {format.percent(rate(source))}
                                    </span>
                                </td>
                                <td className="no-phone">
                                    {source.median_days === null ? "–" : days(source.median_days)}
                                </td>
                            </tr>
                        );
                    })}
                </tbody>
            </table>
        </section>
    );
}

export function SourcesCard({ asked, whole }: { asked: Asked; whole?: boolean }) {
    const text = useText();
    const format = useFormat();
    const fields = useFields();
    const [open, setOpen] = useState(!!whole);
    const words = text.reports.sources;
    const first = asked.get("touch") !== "last";
    const report = useSources(asked, first);
    const all = report.data?.sources ?? [];
    const { middle } = columnsOf(fields?.stages ?? [], report.data?.sale ?? null);
    const share = (source: Source) => (middle && source.stages[middle.name]?.share) || 0;
    const best = all.filter((one) => one.source && one.count >= 10).sort((a, b) => share(b) - share(a))[0];
    return (
        <Card
            title={words.title}
            control={
                <Segments
                    label={words.touch}
                    value={first ? "first" : "last"}
                    onChange={(touch) => asked.set("touch", touch === "last" ? "last" : "")}
                    options={[
                        { value: "first", label: words.first },
                        { value: "last", label: words.last },
                    ]}
                />
            }
        >
            {report.error ? (
                <Trouble error={report.error} retry={report.refetch} />
            ) : !report.data ? (
                <Waiting />
            ) : (
                <>
                    <p className={classes.sentence}>
                        {best && middle && share(best) > 0
                            ? words.sentence(nameOf(best, ""), format.percent(share(best)), middle.label)
                            : words.none}
                    </p>
                    {all.length > 0 && (
                        <Table sources={open ? all : all.slice(0, FEW)} sale={report.data.sale} />
                    )}
                    {!open && all.length > FEW && (
                        <div className={classes.more}>
                            <Button variant="subtle" onClick={() => setOpen(true)}>
                                {words.more(format.number(all.length))}
                            </Button>
                        </div>
                    )}
                </>
            )}
        </Card>
    );
}

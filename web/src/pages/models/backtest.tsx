// How well entering a stage foretold a sale, for models side by side: the finding, the chart, the table.
import { Select } from "@mantine/core";
import { IconBulb } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { useFields } from "../../language/fields";
import { eventLabel } from "../../language/words";
import { Card, Loading } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { PageBar, PageBody, PastBanner, SubBar, useDay } from "../../shell/page";
import { useActiveModel } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { useChoices } from "./compare";
import { useDefinitions } from "./data";
import { Scatter } from "./scatter";
import classes from "./study.module.css";
import { Views } from "./views";

export type BacktestRow = Schemas["BacktestRow"];

const SPANS = [30, 60, 90, 180, 365];
const MOST = 6; // models in one test

// The active model, its candidates, then definitions, as many as one test takes.
function useTested() {
    const choices = useChoices();
    const active = choices.stored.find((one) => one.state === "active");
    const others = choices.stored.filter((one) => one.state === "candidate").slice(0, 2);
    const own = [active, ...others].filter((one) => one !== undefined);
    const definitions = choices.definitions.filter((one) => !own.some((model) => model.title === one.title));
    return [
        ...own.map((one) => ({
            reference: { id: one.id } as Schemas["ModelReference"],
            own: one.state === "active",
        })),
        ...definitions.map((one) => ({ reference: { text: one.text }, own: false })),
    ].slice(0, MOST);
}

function useBacktest(tested: ReturnType<typeof useTested>, outcome: string, days: number, at?: string) {
    const models = tested.map((one) => one.reference);
    return useQuery({
        queryKey: ["report", "backtest", models, outcome, days, at],
        queryFn: ({ signal }) =>
            data(
                api.POST("/api/models/backtest", {
                    body: { models, outcome, within: `${days} days`, at },
                    signal,
                }),
            ),
        enabled: models.length > 0 && outcome !== "",
    });
}

function Finding({ rows, days, stage }: { rows: BacktestRow[]; days: number; stage: string }) {
    const words = useText().models.backtest;
    const format = useFormat();
    const best = rows.toSorted((a, b) => (b.precision ?? 0) - (a.precision ?? 0))[0];
    if (!best || best.precision === null) return <p className={classes.finding}>{words.nothing}</p>;
    return (
        <p className={classes.finding}>
            <IconBulb size={18} stroke={1.75} className="accent" aria-hidden />
            <span>
                <b>{words.best(best.title, stage)}</b>{" "}
                {words.right(
                    format.number(best.precision * 100),
                    format.number((best.recall ?? 0) * 100),
                    days,
                )}{" "}
                {best.base_rate !== null && words.anyone(format.percent(best.base_rate))}
            </span>
        </p>
    );
}

function Share({ value }: { value: number | null }) {
    const format = useFormat();
    if (value === null) return <span className="muted">·</span>;
    return (
        <>
            <span className={classes.meter} aria-hidden>
                <i style={{ width: `${value * 100}%` }} />
            </span>
            <span className={classes.share}>{format.percent(value)}</span>
        </>
    );
}

function Table({ rows, own }: { rows: BacktestRow[]; own: Set<number> }) {
    const words = useText().models.backtest;
    const format = useFormat();
    return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard
        <div className={classes.scroller} tabIndex={0}>
            <table className={classes.table}>
                <thead>
                    <tr>
                        <th>{words.model}</th>
                        <th>{words.entered}</th>
                        <th>{words.won}</th>
                        <th>{words.precision}</th>
                        <th>{words.recall}</th>
                        <th>{words.lift}</th>
                        <th>{words.median}</th>
                    </tr>
                </thead>
                <tbody>
                    {rows.map((row, i) => (
                        <tr key={row.model} data-own={own.has(row.model) || undefined}>
                            <td>
                                <span className={classes.named}>
                                    <span className={classes.key} data-own={own.has(row.model) || undefined}>
                                        {i + 1}
                                    </span>
                                    <span className="medium">{row.title}</span>
                                </span>
                            </td>
                            <td className="num">{format.number(row.entered)}</td>
                            <td className="num">{format.number(row.won)}</td>
                            <td className="num">
                                <Share value={row.precision} />
                            </td>
                            <td className="num">
                                <Share value={row.recall} />
                            </td>
                            <td className="num">
                                {row.lift === null ? "·" : `${format.number(row.lift, 2)} ×`}
                            </td>
                            <td className="num">
                                {row.median_days === null
                                    ? "·"
                                    : words.medianDays(format.number(row.median_days, 1))}
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

// Stages by what definitions and the active model call them.
function useLabels(): (stage: string) => string {
    const fields = useFields();
    const definitions = useDefinitions();
    const stages = [...fields.stages, ...(definitions.data?.items ?? []).flatMap((one) => one.stages)];
    return (name) => stages.find((one) => one.name === name)?.label ?? name;
}

// Events that are a success first, then all that there are.
function useOutcomes(): { value: string; label: string }[] {
    const text = useText();
    const fields = useFields();
    const there = [...new Set(fields.events.map((one) => one.name))];
    const first = ["order.placed", "deal.won"].filter((name) => there.includes(name));
    return [...first, ...there.filter((name) => !first.includes(name))].map((name) => ({
        value: name,
        label: eventLabel(text, name),
    }));
}

export function Component() {
    const text = useText();
    const words = text.models.backtest;
    const format = useFormat();
    const { at } = useDay();
    const active = useActiveModel();
    const outcomes = useOutcomes();
    const labels = useLabels();
    const [params, setParams] = useSearchParams();
    const outcome = params.get("outcome") ?? outcomes[0]?.value ?? "order.placed";
    const days = Number(params.get("within")) || 90;
    const tested = useTested();
    const found = useBacktest(tested, outcome, days, at);
    const all = found.data?.rows ?? [];
    const stages = [...new Set(all.map((row) => row.stage))];
    const stage = params.get("stage") ?? (stages.includes("prospect") ? "prospect" : (stages[0] ?? ""));
    const rows = all.filter((row) => row.stage === stage);
    const own = new Set(tested.flatMap((one, i) => (one.own ? [i] : [])));
    const base = rows.find((row) => row.base_rate !== null)?.base_rate ?? null;
    const set = (name: string, value: string | null) =>
        value !== null &&
        setParams((old) => {
            old.set(name, value);
            return old;
        });
    return (
        <>
            <PageBar title={words.title} path={[{ label: text.models.title, to: "/models" }]} days>
                <Views current="backtest" id={active?.id} />
            </PageBar>
            <PastBanner />
            <SubBar>
                <span className="t2 no-phone">{words.does}</span>
                <Select
                    aria-label={words.stage}
                    data={stages.map((name) => ({ value: name, label: labels(name) }))}
                    value={stage || null}
                    onChange={(value) => set("stage", value)}
                    className={classes.short}
                />
                <span className="t2 no-phone">{words.foretell}</span>
                <Select
                    aria-label={words.outcome}
                    data={outcomes}
                    value={outcome}
                    onChange={(value) => set("outcome", value)}
                    searchable
                    className={classes.middle}
                />
                <span className="t2 no-phone">{words.within}</span>
                <Select
                    aria-label={words.span}
                    data={SPANS.map((span) => ({ value: String(span), label: words.days(span) }))}
                    value={String(days)}
                    onChange={(value) => set("within", value)}
                    className={classes.short}
                />
            </SubBar>
            <PageBody sunken padded>
                {found.error ? (
                    <Trouble error={found.error} retry={found.refetch} />
                ) : found.isPending ? (
                    <Loading rows={10} />
                ) : rows.length === 0 ? (
                    <p className="t2">{words.noStage}</p>
                ) : (
                    <div className={classes.page}>
                        <Finding rows={rows} days={days} stage={labels(stage)} />
                        <Card title={words.chart} quiet={<span className="no-phone">{words.chartHelp}</span>}>
                            <Scatter rows={rows} own={own} base={base} />
                        </Card>
                        <Card title={words.table} quiet={base !== null && words.base(format.percent(base))}>
                            <Table rows={rows} own={own} />
                        </Card>
                    </div>
                )}
            </PageBody>
        </>
    );
}

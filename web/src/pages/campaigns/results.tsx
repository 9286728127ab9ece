// What came of each mail, people apart from machines; of variants which one is better, and how sure that is.
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "../../api/client";
import { Card, Chip, Empty } from "../../parts/basic";
import table from "../../parts/table.module.css";
import { useFormat } from "../../shell/format";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import classes from "./campaigns.module.css";
import type { MailCounts, Numbers, StepNumbers, VariantNumbers } from "./data";
import { type Campaign, LETTERS } from "./step";

const COLUMNS = ["sent", "opened", "clicked", "replied", "unsubscribed", "bounced"] as const;

function Cells({ of }: { of: MailCounts }) {
    const t = useMailText().campaigns.columns;
    const format = useFormat();
    return COLUMNS.map((name) => {
        const machines = name === "opened" ? of.opened_machine : name === "clicked" ? of.clicked_machine : 0;
        return (
            <td key={name} className={table.number}>
                <span>
                    {format.number(of[name])}
                    {name !== "sent" && of.sent > 0 && (
                        <span className="muted"> {format.percent(of[name] / of.sent)}</span>
                    )}
                </span>
                {machines > 0 && <span className="help">{t.machines(format.number(machines))}</span>}
            </td>
        );
    });
}

function Head({ first }: { first: string }) {
    const t = useMailText().campaigns.results;
    return (
        <thead>
            <tr>
                <th>{first}</th>
                {COLUMNS.map((name) => (
                    <th key={name} className={table.number}>
                        {t.columns[name]}
                    </th>
                ))}
            </tr>
        </thead>
    );
}

// Of all steps.
export function Results(props: { campaign: Campaign; numbers: Numbers; nameOf: (step: string) => string }) {
    const t = useMailText().campaigns.results;
    const mails = props.numbers.steps.filter(
        (one) => one.kind === "mail" && (one.there || one.mails.sent > 0),
    );
    if (!mails.some((one) => one.mails.sent > 0)) return <Empty title={t.none} text={t.noneHelp} />;
    return (
        <div className={classes.cards}>
            <Card title={t.title}>
                <div className={table.scroll}>
                    <table className={`${table.table} ${classes.results}`}>
                        <Head first={t.step} />
                        <tbody>
                            {mails.map((one) => (
                                <tr key={one.step}>
                                    <td className="medium">
                                        {one.there ? props.nameOf(one.step) : t.gone(one.step)}
                                    </td>
                                    <Cells of={one.mails} />
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            </Card>
            {mails
                .filter((one) => one.variants.length > 1)
                .map((one) => (
                    <Card key={one.step} title={t.test(props.nameOf(one.step))}>
                        <Test campaign={props.campaign} of={one} />
                    </Card>
                ))}
        </div>
    );
}

// Of one step.
export function StepResults(props: { campaign: Campaign; numbers: StepNumbers | undefined; name: string }) {
    const t = useMailText().campaigns;
    const { numbers } = props;
    if (!numbers || numbers.mails.sent === 0) return <p className="t2">{t.panel.noNumbers}</p>;
    return (
        <>
            <div className={table.scroll}>
                <table className={`${table.table} ${classes.results}`}>
                    <Head first={t.results.step} />
                    <tbody>
                        <tr>
                            <td className="medium">{props.name}</td>
                            <Cells of={numbers.mails} />
                        </tr>
                    </tbody>
                </table>
            </div>
            {numbers.variants.length > 1 && <Test campaign={props.campaign} of={numbers} />}
        </>
    );
}

// Whether one of them is surely better than each other one.
function leading(variants: VariantNumbers[]): number | undefined {
    return variants.find((one) =>
        variants.every((other) => other === one || one.interval.from > other.interval.to),
    )?.variant;
}

// The same test, each persona for itself.
function Personas({ of, letter }: { of: StepNumbers; letter: (variant: number) => string }) {
    const t = useMailText().campaigns.results;
    const text = useText();
    const format = useFormat();
    return (
        <div className={`${table.scroll} ${classes.personas}`}>
            <table className={table.table}>
                <thead>
                    <tr>
                        <th>{t.persona}</th>
                        {of.variants.map((one) => (
                            <th key={one.variant} className={table.number}>
                                {t.metricOf(t.metrics[of.metric], letter(one.variant))}
                            </th>
                        ))}
                        <th>
                            <span className="sr-only">{t.verdict}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {of.personas.map((one) => {
                        const best = leading(one.variants);
                        return (
                            <tr key={one.persona}>
                                <td className="medium">
                                    {one.persona === "none" ? text.shell.none : one.persona}
                                </td>
                                {one.variants.map((variant) => (
                                    <td key={variant.variant} className={table.number}>
                                        {variant.interval.rate == null
                                            ? "–"
                                            : format.percent(variant.interval.rate)}
                                        <span className="help">
                                            {t.ofSent(format.number(variant.mails.sent))}
                                        </span>
                                    </td>
                                ))}
                                <td>
                                    {best !== undefined && (
                                        <Chip kind="accent">{t.betterHere(letter(best))}</Chip>
                                    )}
                                </td>
                            </tr>
                        );
                    })}
                </tbody>
            </table>
            <p className="help">{t.personasHelp}</p>
        </div>
    );
}

const TOO_FEW = 50;

function Test({ campaign, of }: { campaign: Campaign; of: StepNumbers }) {
    const t = useMailText().campaigns.results;
    const format = useFormat();
    const client = useQueryClient();
    const notify = useNotify();
    const may = useMay("campaign.write");
    const letter = (variant: number) => LETTERS[variant] ?? String(variant + 1);
    const decide = (variant: number | null) =>
        data(
            api.POST("/api/campaigns/{id}/winner", {
                params: { path: { id: campaign.id } },
                body: { step: of.step, variant },
            }),
        ).then((now) => client.setQueryData(["campaign", campaign.id, "numbers"], now));
    const choose = useMutation({
        mutationFn: decide,
        onSuccess: (_, variant) =>
            variant !== null && notify(t.choseIt(letter(variant)), () => decide(of.winner ?? null)),
    });
    const few = of.variants.some((one) => one.mails.sent < TOO_FEW);
    const most = Math.max(...of.variants.map((one) => one.interval.to), 0.01);
    const sure = format.percent(of.confidence);
    return (
        <>
            <div className={table.scroll}>
                <table className={`${table.table} ${classes.results}`}>
                    <thead>
                        <tr>
                            <th>{t.variant}</th>
                            <th className={table.number}>{t.columns.sent}</th>
                            <th className={table.number}>{t.metrics[of.metric]}</th>
                            <th style={{ width: "50%" }}>{t.maybe}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {of.variants.map((one) => (
                            <tr key={one.variant}>
                                <td className="medium">
                                    {letter(one.variant)} {one.name}{" "}
                                    {of.winner === one.variant && <Chip kind="accent">{t.winner}</Chip>}
                                </td>
                                <td className={table.number}>{format.number(one.mails.sent)}</td>
                                <td className={table.number}>
                                    {one.interval.rate == null ? "–" : format.percent(one.interval.rate)}
                                </td>
                                <td>
                                    <span className={classes.range} aria-hidden>
                                        <i
                                            style={{
                                                left: `${(one.interval.from / most) * 100}%`,
                                                right: `${100 - (one.interval.to / most) * 100}%`,
                                            }}
                                        />
                                        {one.interval.rate != null && (
                                            <b style={{ left: `${(one.interval.rate / most) * 100}%` }} />
                                        )}
                                    </span>
                                    <span className="help num">
                                        {t.range(
                                            format.percent(one.interval.from),
                                            format.percent(one.interval.to),
                                        )}
                                    </span>
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            <div className={classes.verdict}>
                <p className="medium">
                    {of.winner != null
                        ? t.chosen(letter(of.winner))
                        : of.leading != null
                          ? t.better(letter(of.leading))
                          : few
                            ? t.tooFew
                            : t.unclear}
                </p>
                <p className="help">{t.method(sure)}</p>
                {choose.error && <Trouble error={choose.error} />}
                {may && campaign.state !== "finished" && (
                    <div className="row wrap">
                        {of.winner != null ? (
                            <Button loading={choose.isPending} onClick={() => choose.mutate(null)}>
                                {t.goOn}
                            </Button>
                        ) : (
                            of.variants.map((one) => (
                                <Button
                                    key={one.variant}
                                    variant={of.leading === one.variant ? "filled" : "default"}
                                    loading={choose.isPending}
                                    onClick={() => choose.mutate(one.variant)}
                                >
                                    {t.choose(letter(one.variant))}
                                </Button>
                            ))
                        )}
                        {of.winner == null && of.leading == null && (
                            <span className="help">{t.undecidedHelp}</span>
                        )}
                    </div>
                )}
            </div>
            {of.personas.length > 1 && <Personas of={of} letter={letter} />}
        </>
    );
}

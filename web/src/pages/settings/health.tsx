// How a mailbox fares: its band and why, the brake, the warm-up as bars, what came back.
import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type UseMutationResult, useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../api/client";
import { Card, Chip, Loading, When } from "../../parts/basic";
import table from "../../parts/table.module.css";
import { useFormat } from "../../shell/format";
import { Trouble } from "../../shell/trouble";
import { useMailText } from "../../text/mail";
import type { Mailbox } from "../mailboxes";
import { rampDays } from "./ramp";
import classes from "./settings.module.css";

const LOOK = { good: "accent", watch: "warn", bad: "danger", unknown: "plain" } as const;

export function Health({ of, release }: { of: Mailbox; release?: UseMutationResult<unknown, Error, void> }) {
    const t = useMailText().mailboxes;
    const health = useQuery({
        queryKey: ["mailbox", of.id, "health"],
        queryFn: () => data(api.GET("/api/mailboxes/{id}/health", { params: { path: { id: of.id } } })),
        refetchInterval: 60_000,
    });
    const now = health.data;
    return (
        <Card title={t.health} quiet={now && <Chip kind={LOOK[now.band]}>{t.bands[now.band]}</Chip>}>
            {health.isPending && <Loading rows={3} />}
            {health.error && <Trouble error={health.error} retry={health.refetch} />}
            {now && (
                <div className={classes.inside}>
                    {now.brake && (
                        <div className={classes.brake} role="alert">
                            <IconAlertTriangle size={16} stroke={1.75} aria-hidden />
                            <div className="grow">
                                <span className="strong">
                                    {t.brakeSince} <When time={now.brake.since} />
                                </span>
                                <div>{now.brake.why}</div>
                            </div>
                            {release && (
                                <Button loading={release.isPending} onClick={() => release.mutate()}>
                                    {t.release}
                                </Button>
                            )}
                        </div>
                    )}
                    {release?.error && <Trouble error={release.error} />}
                    <p className="t2">
                        {t.bandHelp[now.band]} {now.why}
                    </p>
                </div>
            )}
            {now && (
                <>
                    <Periods of={now} />
                    <div className={classes.inside}>
                        <Ramp of={of} now={now} />
                    </div>
                </>
            )}
        </Card>
    );
}

function Periods({ of }: { of: Schemas["MailboxHealth"] }) {
    const t = useMailText().mailboxes;
    const format = useFormat();
    const share = (rate: number | null) =>
        rate !== null && <span className="muted"> {format.percent(rate)}</span>;
    return (
        <div className={table.scroll}>
            <table className={table.table}>
                <thead>
                    <tr>
                        <th>{t.period}</th>
                        <th className={table.number}>{t.sent}</th>
                        <th className={table.number}>{t.bounced}</th>
                        <th className={table.number}>{t.complained}</th>
                    </tr>
                </thead>
                <tbody>
                    {of.periods.map((one) => (
                        <tr key={one.days}>
                            <td>{one.days === 1 ? t.today : t.lastDays(one.days)}</td>
                            <td className={table.number}>{format.number(one.sent)}</td>
                            <td className={table.number}>
                                {format.number(one.bounced)}
                                {share(one.bounce_rate)}
                            </td>
                            <td className={table.number}>
                                {format.number(one.complained)}
                                {share(one.complaint_rate)}
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

function Ramp({ of, now }: { of: Mailbox; now: Schemas["MailboxHealth"] }) {
    const t = useMailText().mailboxes;
    const format = useFormat();
    const days = rampDays(of.ramp);
    const left = now.ceiling !== null && now.left !== null && (
        <span className="muted num">{t.leftToday(format.number(now.left), format.number(now.ceiling))}</span>
    );
    if (days.length === 0 || now.ramp_day === null)
        return (
            <div className="row wrap">
                <span className="medium">{days.length ? t.rampDone : t.noRamp}</span>
                {left}
            </div>
        );
    const today = now.ramp_day;
    const most = Math.max(...days);
    // More than a hundred days stand as every n-th.
    const step = Math.ceil(days.length / 60);
    const shown = days.flatMap((n, i) => (i % step === 0 ? [{ n, day: i + 1 }] : []));
    return (
        <figure className="stack">
            <figcaption className="row wrap">
                <span className="medium">{t.rampDay(today, days.length)}</span>
                {left}
            </figcaption>
            <div
                className={classes.ramp}
                role="img"
                aria-label={t.chart(format.number(days[0] ?? 0), format.number(most), days.length, today)}
            >
                {shown.map(({ n, day }) => (
                    <i
                        key={day}
                        style={{ height: `${Math.max(3, (n / most) * 100)}%` }}
                        data-past={day < today || undefined}
                        data-today={(day <= today && today < day + step) || undefined}
                        title={t.onDay(day, format.number(n))}
                    />
                ))}
            </div>
            <div className="row help">
                <span className="grow num">{t.onDay(1, format.number(days[0] ?? 0))}</span>
                <span className="num">{t.onDay(days.length, format.number(most))}</span>
            </div>
        </figure>
    );
}

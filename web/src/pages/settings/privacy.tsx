// Privacy: how long data is kept, everything about one person, erasing one, which erasures there were.
import { Button, NumberInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, data, type Schemas } from "../../api/client";
import { Card, Chip, Loading, When } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { useMay, useSettings } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { useChangeSettings } from "./change";
import { Person } from "./person";
import classes from "./settings.module.css";

export default function Privacy() {
    return (
        <>
            <Person />
            <Retention />
            <Erasures />
        </>
    );
}

const PERIODS = ["machine", "anonymous", "contact"] as const;
type Period = (typeof PERIODS)[number];

function Retention() {
    const text = useText();
    const t = text.settings.privacy;
    const format = useFormat();
    const client = useQueryClient();
    const settings = useSettings();
    const mayChange = useMay("setting.write");
    const mayErase = useMay("privacy.write");
    const change = useChangeSettings();
    const [sure, setSure] = useState(false);
    const [said, setSaid] = useState<Partial<Record<Period, number | string>>>({}); // what was typed since
    const due = useQuery({
        queryKey: ["retention", settings.data],
        queryFn: () => data(api.GET("/api/privacy/retention")),
        enabled: !!settings.data,
    });
    const run = useMutation({
        mutationFn: () => data(api.POST("/api/privacy/retention")),
        onSettled: () => {
            setSure(false);
            client.invalidateQueries({ queryKey: ["retention"] });
            client.invalidateQueries({ queryKey: ["erasure"] });
        },
    });
    if (!settings.data) return <Loading />;
    // Only what was typed, and only numbers: an emptied field must not become "for ever".
    function submit(event: FormEvent) {
        event.preventDefault();
        const numbers = PERIODS.filter((one) => typeof said[one] === "number");
        if (!numbers.length) return setSaid({});
        const days = Object.fromEntries(numbers.map((one) => [`retention_${one}_days`, said[one]]));
        change.mutate(days, { onSuccess: () => setSaid({}) });
    }
    const counts: Record<Period, number> = {
        machine: due.data?.machine_events ?? 0,
        anonymous: due.data?.anonymous ?? 0,
        contact: due.data?.contacts ?? 0,
    };
    const any = PERIODS.some((one) => counts[one] > 0);
    return (
        <Card title={t.retention}>
            <form className={classes.inside} onSubmit={submit}>
                <p className="t2">{t.retentionHelp}</p>
                <div className={classes.form}>
                    {PERIODS.map((one) => (
                        <NumberInput
                            key={one}
                            label={t.periods[one]}
                            description={
                                settings.data[`retention_${one}_days`]
                                    ? t.due[one](format.number(counts[one]))
                                    : t.never
                            }
                            suffix={` ${t.days}`}
                            value={said[one] ?? settings.data[`retention_${one}_days`]}
                            onChange={(days) => setSaid({ ...said, [one]: days })}
                            min={0}
                            max={36500}
                            allowDecimal={false}
                            disabled={!mayChange}
                        />
                    ))}
                </div>
                <div className="row">
                    {mayChange && (
                        <Button type="submit" loading={change.isPending}>
                            {text.shell.save}
                        </Button>
                    )}
                    {mayErase && any && (
                        <Button
                            variant={sure ? "default" : "subtle"}
                            className="danger"
                            loading={run.isPending}
                            onBlur={() => setSure(false)}
                            onClick={() => (sure ? run.mutate() : setSure(true))}
                        >
                            {sure ? t.eraseForGood : t.eraseDue}
                        </Button>
                    )}
                </div>
                {(change.error || due.error || run.error) && (
                    <Trouble error={change.error ?? due.error ?? run.error} />
                )}
            </form>
        </Card>
    );
}

function Erasures() {
    const text = useText();
    const t = text.settings.privacy;
    const format = useFormat();
    const list = useQuery({
        queryKey: ["erasure"],
        queryFn: () => data(api.GET("/api/privacy/erasures", { params: { query: { limit: 100 } } })),
    });
    const items: Schemas["Erasure"][] = list.data?.items ?? [];
    return (
        <Card title={t.erasures} quiet={items.length || undefined}>
            {list.isPending && <Loading rows={2} />}
            {list.error && <Trouble error={list.error} retry={list.refetch} />}
            {list.data && !items.length && <p className={`${classes.inside} muted`}>{t.noErasures}</p>}
            {items.map((one) => (
                <div key={one.id} className={classes.line}>
                    <span className="grow">
                        {t.erased(format.number(one.people), format.number(one.events))}
                        <span className="help"> · {one.by}</span>
                    </span>
                    {!one.clean && <Chip kind="warn">{t.notClean}</Chip>}
                    <When time={one.time} />
                </div>
            ))}
        </Card>
    );
}

// What a domain's name servers say about its mail, and the records of the signature, to copy.
import { Button } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../api/client";
import { Card, Chip, Loading } from "../../parts/basic";
import { Copy } from "../../parts/copy";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useMailText } from "../../text/mail";
import type { Mailbox } from "../mailboxes";
import classes from "./settings.module.css";

const LOOK = { ok: "accent", missing: "warn", wrong: "danger", unknown: "plain" } as const;

export function Domain({ name }: { name: string }) {
    const t = useMailText().mailboxes;
    const check = useQuery({
        queryKey: ["domain", name],
        queryFn: () => data(api.GET("/api/domains/{domain}/check", { params: { path: { domain: name } } })),
        staleTime: Number.POSITIVE_INFINITY,
        enabled: false,
    });
    const wrong = check.data?.records.filter((one) => one.state !== "ok").length ?? 0;
    return (
        <Card
            title={t.domain(name)}
            control={
                <Button
                    leftSection={<IconRefresh size={16} stroke={1.75} />}
                    loading={check.isFetching}
                    onClick={() => check.refetch()}
                >
                    {check.data ? t.lookAgain : t.checkDomain}
                </Button>
            }
        >
            <div className={classes.inside} aria-live="polite">
                {!check.data && <p className="t2">{t.domainHelp}</p>}
                {check.error && <Trouble error={check.error} />}
                {check.data && (
                    <>
                        <p className="medium">{wrong ? t.domainWrong(wrong) : t.domainFine}</p>
                        {check.data.records.map((one) => (
                            <Record key={`${one.what} ${one.name}`} of={one} />
                        ))}
                    </>
                )}
            </div>
        </Card>
    );
}

function Record({ of }: { of: Schemas["DomainRecord"] }) {
    const t = useMailText().mailboxes;
    return (
        <section className="stack" style={{ gap: 4 }}>
            <div className="row wrap">
                <Chip kind={LOOK[of.state]}>{t.recordStates[of.state]}</Chip>
                <h3 className="medium">{t.records[of.what]}</h3>
                <span className="mono muted truncate">{of.name}</span>
            </div>
            {of.state !== "ok" && <p className="t2">{of.about}</p>}
            {of.found.length > 0 && (
                <p className="mono muted" style={{ overflowWrap: "anywhere" }}>
                    {of.found.join("\n")}
                </p>
            )}
            {of.state !== "ok" && of.expected && (
                <>
                    <span className="help">{t.put}</span>
                    <Copy value={of.expected} label={t.records[of.what]} />
                </>
            )}
        </section>
    );
}

export function Dkim({ of, mayChange }: { of: Mailbox; mayChange: boolean }) {
    const t = useMailText().mailboxes;
    const client = useQueryClient();
    const notify = useNotify();
    const params = { path: { id: of.id } };
    const key = ["mailbox", of.id, "dkim"];
    const dkim = useQuery({
        queryKey: key,
        queryFn: () => data(api.GET("/api/mailboxes/{id}/dkim", { params })),
    });
    const make = useMutation({
        mutationFn: () => data(api.POST("/api/mailboxes/{id}/dkim", { params })),
        onSuccess: (made) => {
            client.setQueryData(key, made);
            notify(t.keyMade);
        },
    });
    const keys = dkim.data?.keys ?? [];
    return (
        <Card title={t.dkim}>
            <div className={classes.inside}>
                <p className="t2">{t.dkimHelp}</p>
                {dkim.error && <Trouble error={dkim.error} retry={dkim.refetch} />}
                {dkim.isPending && <Loading rows={2} />}
                {dkim.data && keys.length === 0 && (
                    <div className="row wrap">
                        <span>{t.noKey}</span>
                        {mayChange && (
                            <Button variant="filled" loading={make.isPending} onClick={() => make.mutate()}>
                                {t.makeKey}
                            </Button>
                        )}
                    </div>
                )}
                {make.error && <Trouble error={make.error} />}
                {keys.map((one) => (
                    <section key={one.name} className="stack" style={{ gap: 4 }}>
                        <h3 className="medium">{one.kind === "rsa" ? "RSA" : "Ed25519"}</h3>
                        <span className="help">{t.dkimName}</span>
                        <Copy value={one.name} label={`${one.kind} ${t.dkimName}`} />
                        <span className="help">{t.dkimValue}</span>
                        <Copy value={one.record} label={`${one.kind} ${t.dkimValue}`} />
                    </section>
                ))}
            </div>
        </Card>
    );
}

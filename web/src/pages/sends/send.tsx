// What was sent, whether it is exactly that, and what came of it: people apart from machines.
import { Button } from "@mantine/core";
import { IconMoon, IconRobot } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "../../api/client";
import { Chip, Loading, Segments, When } from "../../parts/basic";
import { MailFrame } from "../../parts/mail_frame";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import { eventName } from "../contact/events";
import classes from "./sends.module.css";

type Whole = Schemas["SendWhole"];

const LOOK = { sent: "accent", unclear: "warn", failed: "danger" } as const;

export default function Send({ id }: { id: string }) {
    const send = useQuery({
        queryKey: ["send", id],
        queryFn: () => data(api.GET("/api/sends/{id}", { params: { path: { id } } })),
    });
    if (send.error) return <Trouble error={send.error} retry={send.refetch} />;
    return send.data ? <Shown of={send.data} /> : <Loading rows={6} />;
}

function Shown({ of }: { of: Whole }) {
    const t = useMailText().sends;
    const [part, setPart] = useState<"html" | "text">(of.html ? "html" : "text");
    const [dark, setDark] = useState(false);
    const subject = of.subject ?? "";
    return (
        <div className="stack" style={{ gap: 12 }}>
            <dl className={classes.head}>
                <dt>{t.subject}</dt>
                <dd className="strong">{subject}</dd>
                <dt>{t.to}</dt>
                <dd>{of.address}</dd>
                <dt>{t.state}</dt>
                <dd className="row wrap">
                    <Chip kind={LOOK[of.state as keyof typeof LOOK] ?? "plain"}>{t.states[of.state]}</Chip>
                    <span className="muted">
                        <When time={of.at ?? of.due} />
                    </span>
                    {of.why && <span className="t2">{t.whys[of.why] ?? of.why}</span>}
                </dd>
            </dl>
            {of.state === "unclear" && <Decide of={of} />}
            {(of.html || of.text) && (
                <>
                    <div className="row wrap">
                        <Segments
                            label={t.html}
                            value={part}
                            onChange={setPart}
                            options={[
                                { value: "html", label: t.html },
                                { value: "text", label: t.text },
                            ]}
                        />
                        {part === "html" && (
                            <Button
                                variant="subtle"
                                aria-pressed={dark}
                                leftSection={<IconMoon size={16} stroke={1.75} />}
                                onClick={() => setDark(!dark)}
                            >
                                {t.dark}
                            </Button>
                        )}
                    </div>
                    <div className={classes.mail}>
                        {part === "html" && of.html ? (
                            <MailFrame html={of.html} title={subject || t.title} dark={dark} />
                        ) : (
                            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
                            <pre className={classes.plain} tabIndex={0}>
                                {of.text}
                            </pre>
                        )}
                    </div>
                    {of.at && <p className="help">{of.exact ? t.exact : t.notExact}</p>}
                </>
            )}
            {!of.html && !of.text && <p className="t2">{t.noBody}</p>}
            <Events of={of} />
        </div>
    );
}

function Events({ of }: { of: Whole }) {
    const text = useText();
    const t = useMailText().sends;
    const events = of.events.filter((one) => one.name !== "email.sent");
    return (
        <section className="stack">
            <h3 className="medium">{t.events}</h3>
            {events.length === 0 && <p className="t2">{t.noEvents}</p>}
            <ol className={classes.events}>
                {events.map((one, i) => {
                    const said = one.properties as { machine?: unknown; why?: unknown; link?: unknown };
                    return (
                        // biome-ignore lint/suspicious/noArrayIndexKey: events have no names here, and only come behind the last
                        <li key={i}>
                            <span className="medium">{eventName(text, one.name)}</span>
                            {typeof said.link === "string" && (
                                <span className="t2 truncate">{said.link}</span>
                            )}
                            {said.machine ? (
                                <Chip kind="line" icon={<IconRobot size={12} stroke={2} aria-hidden />}>
                                    {t.machine}
                                </Chip>
                            ) : null}
                            {typeof said.why === "string" && <span className="muted">{said.why}</span>}
                            <span className="muted" style={{ marginLeft: "auto" }}>
                                <When time={one.at} />
                            </span>
                        </li>
                    );
                })}
            </ol>
        </section>
    );
}

function Decide({ of }: { of: Whole }) {
    const t = useMailText().sends;
    const client = useQueryClient();
    const notify = useNotify();
    const may = useMay("campaign.write");
    const decide = useMutation({
        mutationFn: (delivered: boolean) =>
            data(
                api.POST("/api/sends/{id}/decide", {
                    params: { path: { id: of.id } },
                    body: { delivered },
                }),
            ),
        onSuccess: () => {
            notify(t.decided);
            client.invalidateQueries({ queryKey: ["send"] });
        },
    });
    return (
        <div className="stack" role="alert">
            <p className="warn">{t.unclearHelp}</p>
            {decide.error && <Trouble error={decide.error} />}
            {may && (
                <div className="row wrap">
                    <Button loading={decide.isPending} onClick={() => decide.mutate(true)}>
                        {t.wasDelivered}
                    </Button>
                    <Button loading={decide.isPending} onClick={() => decide.mutate(false)}>
                        {t.wasNot}
                    </Button>
                </div>
            )}
        </div>
    );
}

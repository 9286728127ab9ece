// Logging in to both servers of a mailbox: what works, what not, and why.
import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconPlugConnected } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { api, data, type Schemas } from "../../api/client";
import { Trouble } from "../../shell/trouble";
import { useMailText } from "../../text/mail";
import type { Mailbox } from "../mailboxes";
import classes from "./settings.module.css";

function Part(props: {
    name: string;
    account: Schemas["MailAccount"];
    of: Schemas["MailboxCheckPart"] | null | undefined;
}) {
    const t = useMailText().mailboxes;
    const { account, of } = props;
    const there = account.host !== "";
    return (
        <li className={classes.checked}>
            {!there || of === undefined ? (
                <IconCircleDashed size={16} stroke={1.75} className="muted" aria-hidden />
            ) : of?.ok ? (
                <IconCircleCheck size={16} stroke={1.75} className="accent" aria-hidden />
            ) : (
                <IconAlertTriangle size={16} stroke={1.75} className="danger" aria-hidden />
            )}
            <div>
                <span className="medium">{props.name}</span>{" "}
                {of && (of.ok ? t.works : <span className="danger">{t.fails}</span>)}
                {!there && t.notSet}
                <div className="muted">
                    {of?.about ||
                        (there
                            ? `${account.host}:${account.port}, ${t.securities[account.security]}${account.user ? `, ${account.user}` : ""}`
                            : null)}
                </div>
            </div>
        </li>
    );
}

export function MailboxCheck({ of, mayChange }: { of: Mailbox; mayChange: boolean }) {
    const t = useMailText().mailboxes;
    const check = useMutation({
        mutationFn: () => data(api.POST("/api/mailboxes/{id}/check", { params: { path: { id: of.id } } })),
    });
    return (
        <div className={classes.inside}>
            <ul className="stack" aria-live="polite">
                <Part name={t.smtp} account={of.smtp} of={check.data?.smtp} />
                <Part name={t.imap} account={of.imap} of={check.data?.imap} />
            </ul>
            {!of.imap.host && <p className="help">{t.readingHelp}</p>}
            {check.error && <Trouble error={check.error} />}
            {mayChange && (
                <div className="row wrap">
                    <Button
                        leftSection={<IconPlugConnected size={16} stroke={1.75} />}
                        loading={check.isPending}
                        onClick={() => check.mutate()}
                    >
                        {t.check}
                    </Button>
                    <span className="help">{t.checkHelp}</span>
                </div>
            )}
        </div>
    );
}

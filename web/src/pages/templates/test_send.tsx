// One mail to oneself, as a contact would get it.
import { Button, Modal, Select, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { ApiProblem, api, data } from "../../api/client";
import type { Person } from "../../parts/person_select";
import { useFormat } from "../../shell/format";
import { useSession } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useMailText } from "../../text/mail";
import { useMailboxes } from "../mailboxes";
import classes from "./templates.module.css";

interface Props {
    template: string;
    person: Person | null;
    opened: boolean;
    close: () => void;
}

export function TestSend(props: Props) {
    const t = useMailText().templates;
    return (
        <Modal opened={props.opened} onClose={props.close} title={t.testTitle}>
            <Form {...props} />
        </Modal>
    );
}

function Form({ template, person, close }: Props) {
    const t = useMailText().templates;
    const format = useFormat();
    const notify = useNotify();
    const me = useSession().data?.user.email ?? "";
    const mailboxes = (useMailboxes().data?.items ?? []).filter((one) => one.active);
    const [to, setTo] = useState(me);
    const [mailbox, setMailbox] = useState<string | null>(null);
    const send = useMutation({
        mutationFn: () =>
            data(
                api.POST("/api/templates/{id}/test", {
                    params: { path: { id: template } },
                    body: { to, contact: person?.id, mailbox: mailbox ?? undefined },
                }),
            ),
        onSuccess: () => {
            notify(t.tested(to));
            close();
        },
    });
    if (mailboxes.length === 0)
        return (
            <div className={classes.form}>
                <p>{t.noMailbox}</p>
                <Button component={Link} to="/settings/mailboxes" variant="filled">
                    {t.addMailbox}
                </Button>
            </div>
        );
    const problem = send.error instanceof ApiProblem ? send.error : undefined;
    function submit(event: FormEvent) {
        event.preventDefault();
        send.mutate();
    }
    return (
        <form className={classes.form} onSubmit={submit}>
            <p className="t2">
                {t.testHelp} {t.asSeen}: <b>{person ? format.name(person) : t.somebody}</b>.
            </p>
            <TextInput
                type="email"
                label={t.testTo}
                value={to}
                onChange={(event) => setTo(event.currentTarget.value)}
                error={problem?.field("to")}
                required
                data-autofocus
            />
            {mailboxes.length > 1 && (
                <Select
                    label={t.testMailbox}
                    data={mailboxes.map((one) => ({ value: one.id, label: one.address }))}
                    value={mailbox ?? mailboxes[0]?.id ?? null}
                    onChange={setMailbox}
                />
            )}
            {problem && !problem.field("to") && <Trouble error={problem} />}
            <div>
                <Button type="submit" variant="filled" loading={send.isPending}>
                    {t.testSend}
                </Button>
            </div>
        </form>
    );
}

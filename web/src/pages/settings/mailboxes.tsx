// Mailboxes: by what mails go out and answers come in; one of them opens its health, signature and domain.
import { Button, Menu, Modal } from "@mantine/core";
import { IconDots, IconMail, IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { Card, Chip, Empty, Loading } from "../../parts/basic";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import { type Mailbox, useMailboxes } from "../mailboxes";
import { Dkim, Domain } from "./domain";
import { Health } from "./health";
import { MailboxCheck } from "./mailbox_check";
import { MailboxForm } from "./mailbox_form";
import classes from "./settings.module.css";

export default function Mailboxes() {
    const text = useText();
    const t = useMailText().mailboxes;
    const mayChange = useMay("setting.write");
    const [params, setParams] = useSearchParams();
    const [making, setMaking] = useState(false);
    const mailboxes = useMailboxes();
    const items = mailboxes.data?.items ?? [];
    const open = params.get("mailbox") ?? (items.length === 1 ? items[0]?.id : null);
    const chosen = items.find((one) => one.id === open);
    const button = mayChange && (
        <Button
            variant="filled"
            leftSection={<IconPlus size={16} stroke={1.75} />}
            onClick={() => setMaking(true)}
        >
            {t.add}
        </Button>
    );
    return (
        <>
            <Card
                title={text.settings.parts.mailboxes}
                quiet={items.length || undefined}
                control={items.length > 0 && button}
            >
                {mailboxes.isPending && <Loading rows={3} />}
                {mailboxes.error && <Trouble error={mailboxes.error} retry={mailboxes.refetch} />}
                {mailboxes.data && !items.length && (
                    <Empty
                        icon={<IconMail size={24} stroke={1.5} className="accent" aria-hidden />}
                        title={t.none}
                        text={t.noneHelp}
                        action={button}
                    />
                )}
                {items.map((one) => (
                    <button
                        key={one.id}
                        type="button"
                        className={`plain ${classes.line}`}
                        style={{ width: "100%" }}
                        aria-expanded={one.id === open}
                        onClick={() => setParams(one.id === open ? { mailbox: "" } : { mailbox: one.id })}
                    >
                        <span className="stack grow" style={{ gap: 0 }}>
                            <span className="medium truncate">{one.name}</span>
                            <span className="help truncate">{one.address}</span>
                        </span>
                        {one.brake && <Chip kind="danger">{t.brake}</Chip>}
                        {!one.imap.host && <Chip kind="missing">{t.notRead}</Chip>}
                        <Chip kind={one.active ? "accent" : "plain"}>{one.active ? t.active : t.off}</Chip>
                    </button>
                ))}
            </Card>
            {chosen && <Chosen key={chosen.id} of={chosen} mayChange={mayChange} />}
            <Modal opened={making} onClose={() => setMaking(false)} title={t.add} size={560}>
                <MailboxForm
                    done={(made) => {
                        setMaking(false);
                        setParams({ mailbox: made.id });
                    }}
                />
            </Modal>
        </>
    );
}

function useChange(of: Mailbox) {
    const t = useMailText().mailboxes;
    const client = useQueryClient();
    const notify = useNotify();
    const params = { path: { id: of.id } };
    const refresh = () => client.invalidateQueries({ queryKey: ["mailbox"] });
    const patch = (body: Schemas["MailboxChange"]) =>
        data(api.PATCH("/api/mailboxes/{id}", { params, body })).then(refresh);
    const turn = useMutation({
        mutationFn: (active: boolean) => patch({ active }),
        onSuccess: (_, active) => notify(active ? t.isOn : t.isOff, () => patch({ active: !active })),
    });
    const release = useMutation({ mutationFn: () => patch({ release: true }) });
    // What holds its password cannot be brought back; so it is asked once more.
    const remove = useMutation({
        mutationFn: () => data(api.DELETE("/api/mailboxes/{id}", { params })),
        onSuccess: () => {
            refresh();
            notify(t.removed(of.address));
        },
    });
    return { turn, release, remove };
}

function Chosen({ of, mayChange }: { of: Mailbox; mayChange: boolean }) {
    const text = useText();
    const t = useMailText().mailboxes;
    const [editing, setEditing] = useState(false);
    const [sure, setSure] = useState(false);
    const { turn, release, remove } = useChange(of);
    const error = turn.error ?? remove.error;
    return (
        <>
            <Card
                title={of.address}
                control={
                    mayChange && (
                        <div className="row">
                            <Button onClick={() => setEditing(true)}>{t.change}</Button>
                            <Menu position="bottom-end">
                                <Menu.Target>
                                    <Button variant="subtle" px={6} aria-label={text.shell.more}>
                                        <IconDots size={16} stroke={1.75} />
                                    </Button>
                                </Menu.Target>
                                <Menu.Dropdown>
                                    <Menu.Item onClick={() => turn.mutate(!of.active)}>
                                        {of.active ? t.turnOff : t.turnOn}
                                    </Menu.Item>
                                    <Menu.Item onClick={() => setSure(true)}>{t.remove}</Menu.Item>
                                </Menu.Dropdown>
                            </Menu>
                        </div>
                    )
                }
            >
                {error && <Trouble error={error} />}
                {sure && (
                    <div className={classes.inside} role="alert">
                        <p>{t.removeHelp}</p>
                        <div className="row">
                            <Button
                                variant="filled"
                                loading={remove.isPending}
                                onClick={() => remove.mutate()}
                            >
                                {t.removeIt(of.address)}
                            </Button>
                            <Button variant="subtle" onClick={() => setSure(false)}>
                                {text.shell.cancel}
                            </Button>
                        </div>
                    </div>
                )}
                <MailboxCheck of={of} mayChange={mayChange} />
            </Card>
            <Health of={of} release={mayChange ? release : undefined} />
            <Dkim of={of} mayChange={mayChange} />
            <Domain name={of.address.split("@")[1] ?? ""} />
            <Modal opened={editing} onClose={() => setEditing(false)} title={of.address} size={560}>
                <MailboxForm of={of} done={() => setEditing(false)} />
            </Modal>
        </>
    );
}

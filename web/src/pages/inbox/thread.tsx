// One conversation: its messages, what they hint at, park, done, and the box to answer.
import { Button, Menu, Popover, Textarea, TextInput } from "@mantine/core";
import { IconArrowLeft, IconCheck, IconClock, IconExternalLink, IconUser } from "@tabler/icons-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { Chip, KeyButton, Loading } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { useKeys } from "../../shell/keys";
import { useColleagues, useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useMailText } from "../../text/mail";
import { useMailboxes } from "../mailboxes";
import { type Conversation, type Deeds, useCalled, useConversation, useDeeds } from "./data";
import classes from "./inbox.module.css";
import { MessageItem } from "./message";
import { Sounds } from "./sounds";

export function Thread({ id, back }: { id: string; back: () => void }) {
    const t = useMailText().inbox;
    const conversation = useConversation(id);
    const deeds = useDeeds(id);
    const of = conversation.data;
    return (
        <section className={classes.thread} aria-label={of?.subject || t.noSubject}>
            <button type="button" className={classes.back} onClick={back}>
                <IconArrowLeft size={16} stroke={1.75} aria-hidden />
                {t.back}
            </button>
            {conversation.error && <Trouble error={conversation.error} retry={conversation.refetch} />}
            {conversation.isPending && <Loading rows={4} height={72} />}
            {of && <Open of={of} deeds={deeds} />}
        </section>
    );
}

function Open({ of, deeds }: { of: Conversation; deeds: Deeds }) {
    const t = useMailText().inbox;
    const format = useFormat();
    const { name, address } = useCalled(of);
    const may = useMay("inbox.write");
    const box = useRef<HTMLTextAreaElement>(null);
    const end = useRef<HTMLDivElement>(null);
    const last = of.messages.at(-1)?.id;
    // biome-ignore lint/correctness/useExhaustiveDependencies: the newest message is what one came for
    useEffect(() => {
        end.current?.scrollIntoView({ block: "end" });
    }, [last]);
    const done = () =>
        deeds.set.mutate({ state: of.state === "closed" ? "open" : "closed", before: of.state });
    useKeys({ e: done, r: () => box.current?.focus() }, may);
    const hints = of.suggestions.filter((one) => one.state === "open");
    const known = of.suggestions.filter((one) => one.state === "confirmed");
    return (
        <>
            <header className={classes.head}>
                <div className={classes.subject}>
                    <h2>{of.subject || t.noSubject}</h2>
                    <div className="row wrap muted">
                        {of.contact ? (
                            <Link to={`/contacts/${of.contact}`} className="link row" style={{ gap: 4 }}>
                                {name}
                                <IconExternalLink size={14} stroke={1.75} aria-hidden />
                            </Link>
                        ) : (
                            <>
                                {name} <Chip kind="missing">{t.stranger}</Chip>
                            </>
                        )}
                        {address && <span className="truncate">{address}</span>}
                        <span className="no-phone">{t.messages(of.messages.length)}</span>
                        {of.until && <Chip kind="warn">{t.parkedUntil(format.day(of.until))}</Chip>}
                        {known.map((one) => (
                            <Chip key={one.id} kind="line" icon={<IconCheck size={12} stroke={2} />}>
                                {one.kind === "objection"
                                    ? (t.objections[one.topic ?? ""] ?? one.topic)
                                    : t.known[one.kind]}
                            </Chip>
                        ))}
                    </div>
                </div>
                {may && (
                    <>
                        <Owner of={of} deeds={deeds} />
                        <Park of={of} deeds={deeds} />
                        <KeyButton
                            keyName="E"
                            icon={<IconCheck size={16} stroke={1.75} />}
                            loading={deeds.set.isPending}
                            onClick={done}
                        >
                            {of.state === "closed" ? t.reopen : t.done}
                        </KeyButton>
                    </>
                )}
            </header>
            {(deeds.set.error || deeds.own.error) && <Trouble error={deeds.set.error ?? deeds.own.error} />}
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
            <div className={classes.messages} tabIndex={0}>
                {of.messages.map((one) => (
                    <MessageItem
                        key={one.id}
                        of={one}
                        who={one.from.address === of.address ? name : undefined}
                    />
                ))}
                {hints.map((one) => (
                    <Sounds key={one.id} of={one} deeds={deeds} />
                ))}
                <div ref={end} />
            </div>
            {may && <Reply of={of} deeds={deeds} box={box} />}
        </>
    );
}

function Owner({ of, deeds }: { of: Conversation; deeds: Deeds }) {
    const t = useMailText().inbox;
    const colleagues = useColleagues();
    return (
        <Menu position="bottom-end">
            <Menu.Target>
                <Button
                    variant="subtle"
                    leftSection={<IconUser size={16} stroke={1.75} />}
                    aria-label={`${t.owner}: ${colleagues.name(of.owner) ?? t.nobody}`}
                >
                    {colleagues.name(of.owner) ?? t.nobody}
                </Button>
            </Menu.Target>
            <Menu.Dropdown>
                {colleagues.list.map((one) => (
                    <Menu.Item key={one.id} onClick={() => deeds.own.mutate(one.id)}>
                        {one.name}
                    </Menu.Item>
                ))}
                {!of.follows_contact && (
                    <Menu.Item onClick={() => deeds.own.mutate(null)}>{t.ownerOfContact}</Menu.Item>
                )}
            </Menu.Dropdown>
        </Menu>
    );
}

function inDays(days: number): string {
    const day = new Date(Date.now() + days * 86_400_000);
    return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
}

function Park({ of, deeds }: { of: Conversation; deeds: Deeds }) {
    const t = useMailText().inbox;
    const format = useFormat();
    const [open, setOpen] = useState(false);
    const [until, setUntil] = useState(() => inDays(30));
    const [reason, setReason] = useState("");
    useKeys({ p: () => setOpen(true) });
    const said = until ? format.day(`${until}T08:00:00`) : "";
    function submit(event: FormEvent) {
        event.preventDefault();
        deeds.park.mutate(
            {
                until: new Date(`${until}T08:00:00`).toISOString().replace(".000", ""),
                reason: reason.trim() || undefined,
                said,
                before: of.state,
            },
            { onSuccess: () => setOpen(false) },
        );
    }
    return (
        <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus>
            <Popover.Target>
                <Button
                    leftSection={<IconClock size={16} stroke={1.75} />}
                    rightSection={<kbd className="no-phone">P</kbd>}
                    onClick={() => setOpen(!open)}
                >
                    {t.park}
                </Button>
            </Popover.Target>
            <Popover.Dropdown>
                <form className="stack" onSubmit={submit}>
                    <label className="stack" style={{ gap: 4 }}>
                        <span className="medium">{t.parkUntil}</span>
                        <input
                            type="date"
                            className={classes.date}
                            value={until}
                            min={inDays(1)}
                            required
                            onChange={(event) => setUntil(event.currentTarget.value)}
                        />
                    </label>
                    <TextInput
                        label={t.parkReason}
                        value={reason}
                        maxLength={500}
                        onChange={(event) => setReason(event.currentTarget.value)}
                    />
                    <p className="help">{t.parkHelp}</p>
                    {deeds.park.error && <Trouble error={deeds.park.error} />}
                    <Button type="submit" variant="filled" loading={deeds.park.isPending}>
                        {t.parkIt(said)}
                    </Button>
                </form>
            </Popover.Dropdown>
        </Popover>
    );
}

// Answers that were begun, by conversation: one may look at another one and come back.
const begun = new Map<string, string>();

function Reply(props: { of: Conversation; deeds: Deeds; box: React.RefObject<HTMLTextAreaElement | null> }) {
    const t = useMailText().inbox;
    const { of, deeds, box } = props;
    const { name } = useCalled(of);
    const [body, setBody] = useState(() => begun.get(of.id) ?? "");
    const mailbox = useMailboxes().data?.items.find((one) => one.id === of.mailbox);
    const { reply } = deeds;
    function write(said: string) {
        begun.set(of.id, said);
        setBody(said);
    }
    // What is sent goes from the box also where the reader looks elsewhere by then (and mutate's callbacks do not run).
    function send() {
        if (!body.trim() || reply.isPending) return;
        const sent = () => {
            if (begun.get(of.id) === body) write("");
        };
        reply.mutateAsync({ body }).then(sent, () => {}); // (its error is shown below the box)
    }
    return (
        <form
            className={`stack ${classes.reply}`}
            onSubmit={(event) => {
                event.preventDefault();
                send();
            }}
        >
            <Textarea
                ref={box}
                aria-label={t.replyLabel}
                placeholder={t.replyPlaceholder(name)}
                value={body}
                autosize
                minRows={2}
                maxRows={10}
                maxLength={50_000}
                onChange={(event) => write(event.currentTarget.value)}
                onKeyDown={(event) => {
                    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
                        event.preventDefault();
                        send();
                    }
                }}
            />
            {reply.error && <Trouble error={reply.error} />}
            <div className="row">
                <span className="help grow truncate">{mailbox && t.replyFrom(mailbox.address)}</span>
                <Button
                    type="submit"
                    variant="filled"
                    loading={reply.isPending}
                    disabled={!body.trim()}
                    rightSection={<kbd className="no-phone">Ctrl ↵</kbd>}
                >
                    {t.send}
                </Button>
            </div>
        </form>
    );
}

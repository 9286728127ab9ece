// The inbox: conversations left, the chosen one right.
import { Button } from "@mantine/core";
import { IconFilter, IconInbox } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { Avatar } from "../../parts/avatar";
import { Chip, Empty, Loading, Segments, When } from "../../parts/basic";
import { Choice } from "../../parts/choice";
import { useOwnToday } from "../../shell/counts";
import { useFormat } from "../../shell/format";
import { useKeys } from "../../shell/keys";
import { PageBar, PageBody, SubBar } from "../../shell/page";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import { useMailboxes } from "../mailboxes";
import { ClassChip } from "./class_chip";
import { CLASSES, STATES, type State, type Summary, useCalled, useConversations } from "./data";
import classes from "./inbox.module.css";
import { Thread } from "./thread";

export function Component() {
    const text = useText();
    const t = useMailText().inbox;
    const own = useOwnToday();
    const [params, setParams] = useSearchParams();
    const state: State | "all" =
        STATES.find((one) => one === params.get("state")) ?? (params.get("state") === "all" ? "all" : "open");
    const kind = CLASSES.find((one) => one === params.get("class"));
    const mine = params.get("who") ? params.get("who") === "mine" : own;
    const set = (name: string, value: string | null) =>
        setParams((old) => {
            if (value) old.set(name, value);
            else old.delete(name);
            if (name !== "conversation") old.delete("conversation");
            return old;
        });
    const list = useConversations({
        state: state === "all" ? undefined : state,
        class: kind,
        mine: mine || undefined,
    });
    const items = list.data?.pages.flatMap((page) => page.items) ?? [];
    const chosen = params.get("conversation");
    return (
        <div className={classes.page} data-open={chosen ? true : undefined}>
            <PageBar title={text.shell.pages.inbox}>
                <Segments
                    label={t.owner}
                    value={mine ? "mine" : "all"}
                    onChange={(who) => set("who", who)}
                    options={[
                        { value: "mine", label: t.whose.mine },
                        { value: "all", label: t.whose.all },
                    ]}
                />
            </PageBar>
            <SubBar>
                <Segments
                    label={text.shell.pages.inbox}
                    value={state}
                    onChange={(next) => set("state", next === "open" ? null : next)}
                    options={[...STATES, "all" as const].map((value) => ({ value, label: t.states[value] }))}
                />
                <Choice
                    label={t.kind}
                    icon={<IconFilter size={16} stroke={1.75} />}
                    value={kind ?? ""}
                    options={[
                        { value: "", label: t.anyClass },
                        ...CLASSES.map((value) => ({ value, label: t.classes[value] })),
                    ]}
                    onChange={(next) => set("class", next || null)}
                />
            </SubBar>
            {list.isPending && <Loading rows={6} height={72} />}
            {list.error && <Trouble error={list.error} retry={list.refetch} />}
            {list.data && items.length === 0 && !chosen && <Nothing filtered={!!kind || state !== "open"} />}
            {/* What was parked or is done stays open, though it is in this list no longer. */}
            {list.data && (items.length > 0 || chosen) && (
                <Work
                    key={`${state} ${kind} ${mine}`}
                    items={items}
                    old={list.isPlaceholderData}
                    chosen={chosen}
                    choose={(id) => set("conversation", id)}
                    more={list.hasNextPage ? () => list.fetchNextPage() : undefined}
                />
            )}
        </div>
    );
}

function Nothing({ filtered }: { filtered: boolean }) {
    const t = useMailText().inbox;
    const mailboxes = useMailboxes();
    const mayAdd = useMay("setting.write");
    const reads = (mailboxes.data?.items ?? []).some((one) => one.active && one.imap.host);
    const first = mailboxes.data !== undefined && !reads;
    return (
        <PageBody>
            <Empty
                icon={<IconInbox size={24} stroke={1.5} className="accent" aria-hidden />}
                title={first ? t.noneFirst : filtered ? t.noneOf : t.none}
                text={first ? t.noneFirstHelp : t.noneHelp}
                action={
                    first &&
                    mayAdd && (
                        <Button component={Link} to="/settings/mailboxes" variant="filled">
                            {t.addMailbox}
                        </Button>
                    )
                }
            />
        </PageBody>
    );
}

function Work(props: {
    items: Summary[];
    old: boolean; // of the list asked for before
    chosen: string | null;
    choose: (id: string | null) => void;
    more?: () => void;
}) {
    const t = useMailText().inbox;
    const { items, chosen, choose } = props;
    // (On a wide screen something is always shown; the address says what the reader chose. What was first when the
    // list came stays: a mail that arrives meanwhile must not take the place of what is being answered.)
    const [first, setFirst] = useState<string | null>(null);
    const top = items[0]?.id ?? null;
    if (!first && top && !props.old) setFirst(top);
    const shown = chosen ?? first ?? top;
    const at = items.findIndex((one) => one.id === shown);
    const go = (by: number) => {
        const next = items[Math.max(0, Math.min(items.length - 1, at + by))];
        if (next) choose(next.id);
    };
    useKeys({ j: () => go(1), k: () => go(at < 0 ? 1 : -1), Escape: () => choose(null) });
    return (
        <div className={classes.work} data-open={chosen ? true : undefined}>
            <nav className={classes.list} aria-label={t.title}>
                {items.map((one) => (
                    <Item key={one.id} of={one} current={one.id === shown} />
                ))}
                {props.more && (
                    <div className={classes.more}>
                        <Button onClick={props.more}>{t.more}</Button>
                    </div>
                )}
            </nav>
            {shown && <Thread key={shown} id={shown} back={() => choose(null)} />}
        </div>
    );
}

function Item({ of, current }: { of: Summary; current: boolean }) {
    const t = useMailText().inbox;
    const format = useFormat();
    const [params] = useSearchParams();
    const to = new URLSearchParams(params);
    to.set("conversation", of.id);
    const { name, address } = useCalled(of);
    return (
        <Link to={`?${to}`} className={classes.item} aria-current={current || undefined}>
            <Avatar name={name} />
            <div>
                <div className="row">
                    <span className={`${classes.who} grow`}>
                        <span className={`truncate ${of.state === "open" ? "strong" : "medium"}`}>
                            {name}
                        </span>
                        <span className="muted truncate">{address}</span>
                    </span>
                    <span className="muted help">
                        <When time={of.last} />
                    </span>
                </div>
                <div className="truncate">{of.subject || t.noSubject}</div>
                <div className="t2 truncate">{of.words}</div>
                <div className="row wrap" style={{ gap: 4 }}>
                    {of.class !== "reply" && <ClassChip of={of.class} />}
                    {of.until && <Chip kind="warn">{t.parkedUntil(format.day(of.until))}</Chip>}
                    {!of.contact && <Chip kind="missing">{t.stranger}</Chip>}
                </div>
            </div>
        </Link>
    );
}

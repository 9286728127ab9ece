// The contact's essence beside the list: standing, why, what to do next, the last messages, quick forms.
import { ActionIcon, Button, Menu } from "@mantine/core";
import {
    IconArrowDownLeft,
    IconArrowLeft,
    IconArrowUpRight,
    IconBulb,
    IconClock,
    IconExternalLink,
    IconPhone,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { eventDone } from "../../language/words";
import { Avatar } from "../../parts/avatar";
import { KeyButton, Loading, When } from "../../parts/basic";
import { useMissing } from "../../parts/missing";
import parts from "../../parts/parts.module.css";
import { Grade, Stage } from "../../parts/stage";
import { useFormat } from "../../shell/format";
import { useFields } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import type { laterTimes } from "./clock";
import type { Deeds, Item } from "./data";
import { type FormName, QuickForm } from "./forms";
import { useDetail } from "./list";
import classes from "./today.module.css";
import { nextSteps, type StageWhy, whySentence } from "./why";

const TALK =
    "email.replied,email.sent,call,chat,form,sms,meeting,social.inquired,social.messaged,linkedin,letter,event.met,note";

function useContact(id: string) {
    return useQuery({
        queryKey: ["contact", id, "essence"],
        queryFn: () => data(api.GET("/api/contacts/{id}", { params: { path: { id } } })),
    });
}

function useWhy(id: string) {
    return useQuery({
        queryKey: ["contact", id, "why"],
        queryFn: async () =>
            (await data(
                api.GET("/api/contacts/{id}/explain", {
                    params: { path: { id }, query: { trees: true } },
                }),
            )) as unknown as { stage: string; stages: StageWhy[] },
    });
}

function useTalk(id: string) {
    return useQuery({
        queryKey: ["timeline", id, "talk"],
        queryFn: () =>
            data(
                api.GET("/api/contacts/{id}/timeline", {
                    params: { path: { id }, query: { kind: TALK, limit: 4 } },
                }),
            ),
    });
}

function Message({ event }: { event: Schemas["Event"] }) {
    const text = useText();
    const properties = event.properties as Record<string, unknown>;
    const said = ["text", "message", "subject", "form"].map((name) => properties[name]).find(Boolean);
    const theirs = event.direction === "inbound";
    const done = eventDone(text, event.name ?? "");
    return (
        <li className={classes.message} data-theirs={theirs || undefined}>
            <div className="row">
                {theirs ? (
                    <IconArrowDownLeft size={14} stroke={1.75} className="accent" aria-hidden />
                ) : (
                    <IconArrowUpRight size={14} stroke={1.75} className="muted" aria-hidden />
                )}
                <span className="sr-only">{theirs ? text.today.pane.fromThem : text.today.pane.fromUs}:</span>
                <span className="t2 grow truncate">{done.charAt(0).toUpperCase() + done.slice(1)}</span>
                <span className="muted help">
                    <When time={event.time} />
                </span>
            </div>
            {typeof said === "string" && <p>{said}</p>}
        </li>
    );
}

function Essence({ id }: { id: string }) {
    const text = useText();
    const words = text.today.pane;
    const why = useWhy(id);
    const talk = useTalk(id);
    const missing = useMissing();
    if (why.error) return <Trouble error={why.error} retry={why.refetch} />;
    if (!why.data) return <Loading rows={6} height={28} />;
    const next = nextSteps(why.data.stages, why.data.stage);
    return (
        <>
            <section className="stack">
                <h3>{words.why}</h3>
                <p className="t2">{whySentence(text, why.data.stages, why.data.stage)}</p>
            </section>
            <section className="stack">
                <h3>{words.next}</h3>
                <div className={classes.next}>
                    <IconBulb size={16} stroke={1.75} className="accent" aria-hidden />
                    {next?.missing.length ? (
                        <div>
                            {words.nextFor(next.stage.label)}
                            <ul className={classes.steps}>
                                {[...new Set(next.missing.map(missing.sentence))].map((step) => (
                                    <li key={step}>{step}</li>
                                ))}
                            </ul>
                        </div>
                    ) : (
                        <p>{words.nothingNext}</p>
                    )}
                </div>
            </section>
            <section className="stack">
                <h3>{words.last}</h3>
                {talk.data?.items.length === 0 && <p className="muted">{words.silence}</p>}
                <ul className="stack">
                    {talk.data?.items.map((event) => (
                        <Message key={event.id} event={event} />
                    ))}
                </ul>
            </section>
        </>
    );
}

function Head({ item }: { item: Item }) {
    const text = useText();
    const format = useFormat();
    const fields = useFields();
    const contact = useContact(item.contact?.id ?? "").data;
    const traits = contact?.traits as Record<string, unknown> | undefined;
    const name = contact ? format.name(contact) : format.name({ name: item.contact?.name });
    const work = [traits?.title, traits?.company ?? item.contact?.company].filter(Boolean).join(", ");
    return (
        <header className="stack">
            <div className="row">
                <Avatar name={name} large />
                <div className="grow">
                    <h2 className={`${classes.name} truncate`}>{name}</h2>
                    <div className="muted truncate">{work || contact?.email}</div>
                </div>
                <ActionIcon
                    component={Link}
                    to={`/contacts/${item.contact?.id}`}
                    variant="subtle"
                    color="gray"
                    size={32}
                    aria-label={text.today.act.open}
                >
                    <IconExternalLink size={16} stroke={1.75} />
                </ActionIcon>
            </div>
            {contact && (
                <div className="row wrap">
                    <Stage name={contact.standing.stage} stages={fields?.stages ?? []} />
                    {contact.standing.since && (
                        <span className="muted">
                            {text.today.pane.since(format.when(contact.standing.since))}
                        </span>
                    )}
                    <Grade
                        name={contact.standing.grade}
                        grades={fields?.grades ?? []}
                        score={contact.standing.score}
                    />
                </div>
            )}
        </header>
    );
}

interface PaneProps {
    item: Item;
    deeds: Deeds;
    form: FormName | null;
    setForm: (form: FormName | null) => void;
    may: boolean;
    later: (item: Item, which: keyof ReturnType<typeof laterTimes>) => void;
    back: () => void;
}

function Later({ item, later }: Pick<PaneProps, "item" | "later">) {
    const text = useText();
    return (
        <Menu position="top-start">
            <Menu.Target>
                <Button
                    leftSection={<IconClock size={16} stroke={1.75} />}
                    rightSection={<kbd className={parts.buttonKey}>H</kbd>}
                >
                    {text.today.act.later}
                </Button>
            </Menu.Target>
            <Menu.Dropdown>
                {(["tomorrow", "hour", "monday", "week"] as const).map((which) => (
                    <Menu.Item key={which} onClick={() => later(item, which)}>
                        {text.today.later[which]}
                    </Menu.Item>
                ))}
            </Menu.Dropdown>
        </Menu>
    );
}

function Buttons({ item, deeds, setForm, later }: PaneProps) {
    const words = useText().today.act;
    const icon = { size: 16, stroke: 1.75 };
    return (
        <div className={classes.buttons}>
            {item.kind === "handover" && (
                <>
                    <KeyButton filled keyName="A" onClick={() => deeds.accept(item)}>
                        {words.accept}
                    </KeyButton>
                    <KeyButton onClick={() => setForm("return")}>{words.returned}</KeyButton>
                </>
            )}
            {item.contact && (
                <KeyButton filled={item.kind === "answer"} keyName="R" onClick={() => setForm("answer")}>
                    {item.kind === "answer" ? words.answer : words.write}
                </KeyButton>
            )}
            {item.kind !== "handover" && (
                <KeyButton filled={item.kind === "task"} keyName="E" onClick={() => deeds.finish(item)}>
                    {item.kind === "answer" ? words.noAnswer : words.done}
                </KeyButton>
            )}
            {item.contact && <Later item={item} later={later} />}
            {item.contact && (
                <>
                    <KeyButton keyName="L" onClick={() => setForm("call")} icon={<IconPhone {...icon} />}>
                        {words.call}
                    </KeyButton>
                    <KeyButton keyName="N" onClick={() => setForm("note")}>
                        {words.note}
                    </KeyButton>
                </>
            )}
            <KeyButton keyName="T" onClick={() => setForm("task")}>
                {words.task}
            </KeyButton>
        </div>
    );
}

export function Pane(props: PaneProps) {
    const text = useText();
    const detail = useDetail();
    const { item, form } = props;
    const email = useContact(item.contact?.id ?? "").data?.email;
    return (
        <aside className={classes.pane} aria-label={text.today.pane.label}>
            <button type="button" className={`${classes.back} only-phone`} onClick={props.back}>
                <IconArrowLeft size={16} stroke={1.75} aria-hidden /> {text.today.act.back}
            </button>
            <div className={classes.essence}>
                {item.contact ? (
                    <>
                        <Head item={item} />
                        {item.kind === "task" && <p className="medium">{item.title}</p>}
                        {item.kind === "handover" && <p className="medium">{detail(item)}</p>}
                        <Essence key={item.contact.id} id={item.contact.id} />
                    </>
                ) : (
                    <>
                        <h2 className={classes.name}>{item.title}</h2>
                        <p className="muted">{text.today.pane.taskAlone}</p>
                    </>
                )}
            </div>
            {props.may && (
                <div className={classes.deeds}>
                    {form ? (
                        <QuickForm
                            key={item.id + form}
                            form={form}
                            item={item}
                            deeds={props.deeds}
                            email={email}
                            close={() => props.setForm(null)}
                        />
                    ) : (
                        <Buttons {...props} />
                    )}
                </div>
            )}
        </aside>
    );
}

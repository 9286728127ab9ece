// Short forms that open where they are asked for: record a fact, log what happened, fill in a field.
import { Button, NumberInput, Popover, Select, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, type ReactElement, useRef, useState } from "react";
import type { Schemas } from "../../api/client";
import { traitLabel } from "../../language/words";
import { Segments } from "../../parts/basic";
import { sentenceOf } from "../../shell/trouble";
import { type Text, useText } from "../../text";
import classes from "./contact.module.css";
import { useRecordEvent, useRecordFact, useSetTrait } from "./deeds";
import { eventName, factName } from "./events";
import { upper } from "./say";

// The button and its form. children: the button; form: closes itself by `close`.
export function Ask(props: {
    button: (open: () => void) => ReactElement;
    form: (close: () => void) => ReactElement;
    width?: number;
}) {
    const [opened, setOpened] = useState(false);
    const close = () => setOpened(false);
    return (
        <Popover
            opened={opened}
            onChange={setOpened}
            position="bottom-end"
            trapFocus
            returnFocus
            width={props.width ?? 320}
        >
            <Popover.Target>{props.button(() => setOpened(!opened))}</Popover.Target>
            <Popover.Dropdown>{opened && props.form(close)}</Popover.Dropdown>
        </Popover>
    );
}

type Answer = "yes" | "no" | "unknown";

const WITH_AMOUNT = new Set(["budget", "timeline"]);

export function FactForm(props: {
    id: string;
    fact: string;
    known?: Schemas["Fact"] | null; // what is changed: the form starts with it
    question?: string;
    done: () => void;
    button?: string;
}) {
    const text = useText();
    const record = useRecordFact(props.id);
    const { known } = props;
    const [answer, setAnswer] = useState<Answer>(known?.answer ?? "yes");
    const [amount, setAmount] = useState(known?.amount ?? undefined);
    const [note, setNote] = useState(known?.note ?? "");
    const [confidence, setConfidence] = useState((known?.confidence ?? "high") as "low" | "medium" | "high");
    async function submit(event: FormEvent) {
        event.preventDefault();
        await record.mutateAsync({
            fact: props.fact,
            answer,
            amount: answer === "yes" ? amount : undefined,
            note: note.trim() || undefined,
            confidence,
        });
        props.done();
    }
    const options = (["yes", "no", "unknown"] as const).map((value) => ({
        value,
        label: text.contact.fact[value],
    }));
    return (
        <form onSubmit={submit} className={classes.form}>
            <strong className="medium">{props.question ?? factName(text, props.fact)}</strong>
            <Segments
                value={answer}
                onChange={setAnswer}
                options={options}
                label={factName(text, props.fact)}
            />
            {answer === "yes" && WITH_AMOUNT.has(props.fact) && (
                <NumberInput
                    label={
                        props.fact === "timeline" ? text.contact.fact.amountDays : text.contact.fact.amount
                    }
                    min={0}
                    value={amount ?? ""}
                    onChange={(value) => setAmount(typeof value === "number" ? value : undefined)}
                />
            )}
            <TextInput
                label={text.contact.fact.note}
                value={note}
                maxLength={2000}
                onChange={(event) => setNote(event.currentTarget.value)}
            />
            <Select
                label={text.contact.fact.confidence}
                data={(["high", "medium", "low"] as const).map((value) => ({
                    value,
                    label: text.contact.fact[value],
                }))}
                value={confidence}
                onChange={(value) => setConfidence(value as "low" | "medium" | "high")}
                comboboxProps={{ withinPortal: false }}
            />
            {record.error && <p className="danger">{sentenceOf(text, record.error)}</p>}
            <Button type="submit" variant="filled" loading={record.isPending}>
                {props.button ?? text.contact.fact.record}
            </Button>
        </form>
    );
}

// names: what may have happened; the first is chosen.
export function TouchForm(props: { id: string; names: string[]; done: () => void }) {
    const text = useText();
    const record = useRecordEvent(props.id);
    const [name, setName] = useState(props.names[0] ?? "call.answered");
    const [note, setNote] = useState("");
    const [time, setTime] = useState("");
    const [amount, setAmount] = useState<number | undefined>(undefined);
    const kinds = text.contact.touch.kinds as Record<string, string>;
    async function submit(event: FormEvent) {
        event.preventDefault();
        await record.mutateAsync({
            event: name,
            note: note.trim() || undefined,
            properties: amount === undefined ? undefined : { value: amount },
            time: time ? new Date(time).toISOString().replace(".000", "") : undefined,
        });
        props.done();
    }
    return (
        <form onSubmit={submit} className={classes.form}>
            {props.names.length > 1 ? (
                <Select
                    label={text.contact.touch.title}
                    data={props.names.map((value) => ({
                        value,
                        label: kinds[value] ?? eventName(text, value),
                    }))}
                    value={name}
                    onChange={(value) => value && setName(value)}
                    comboboxProps={{ withinPortal: false }}
                />
            ) : (
                <strong className="medium">{kinds[name] ?? eventName(text, name)}</strong>
            )}
            {/^(deal|order)\./.test(name) && (
                <NumberInput
                    label={text.contact.touch.amount}
                    min={0}
                    value={amount ?? ""}
                    onChange={(value) => setAmount(typeof value === "number" ? value : undefined)}
                />
            )}
            <Textarea
                data-autofocus
                label={text.contact.touch.note}
                autosize
                minRows={2}
                maxRows={8}
                maxLength={10000}
                value={note}
                onChange={(event) => setNote(event.currentTarget.value)}
            />
            <TextInput
                type="datetime-local"
                label={text.contact.touch.when}
                description={text.contact.touch.nowHint}
                value={time}
                onChange={(event) => setTime(event.currentTarget.value)}
            />
            {record.error && <p className="danger">{sentenceOf(text, record.error)}</p>}
            <Button type="submit" variant="filled" loading={record.isPending}>
                {text.contact.touch.log}
            </Button>
        </form>
    );
}

export function NoteForm({ id, done }: { id: string; done: () => void }) {
    const text = useText();
    const record = useRecordEvent(id);
    const [note, setNote] = useState("");
    const running = useRef(false); // (a key pressed twice comes before `isPending` is drawn)
    async function submit(event: FormEvent) {
        event.preventDefault();
        if (!note.trim() || running.current) return;
        running.current = true;
        try {
            await record.mutateAsync({ event: "note.added", note: note.trim() });
            done();
        } finally {
            running.current = false;
        }
    }
    return (
        <form onSubmit={submit} className={classes.form}>
            <Textarea
                data-autofocus
                label={text.contact.touch.noteTitle}
                placeholder={text.contact.touch.notePlaceholder}
                autosize
                minRows={3}
                maxRows={10}
                maxLength={10000}
                value={note}
                onChange={(event) => setNote(event.currentTarget.value)}
                onKeyDown={(event) => {
                    if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
                        event.currentTarget.form?.requestSubmit();
                }}
            />
            {record.error && <p className="danger">{sentenceOf(text, record.error)}</p>}
            <Button type="submit" variant="filled" loading={record.isPending}>
                {text.contact.touch.addNote}
            </Button>
        </form>
    );
}

export function TraitForm(props: { id: string; name: string; before?: unknown; done: () => void }) {
    const text = useText();
    const set = useSetTrait(props.id);
    const [value, setValue] = useState(props.before == null ? "" : String(props.before));
    const label = traitName(text, props.name);
    async function submit(event: FormEvent) {
        event.preventDefault();
        const plain = value.trim();
        const numeric = /^-?\d+(\.\d+)?$/.test(plain) && NUMBERS.has(props.name);
        await set.mutateAsync({
            name: props.name,
            value: plain === "" ? null : numeric ? Number(plain) : plain,
            before: props.before,
            label,
        });
        props.done();
    }
    return (
        <form onSubmit={submit} className={classes.form}>
            <TextInput
                data-autofocus
                label={label}
                value={value}
                maxLength={2000}
                onChange={(event) => setValue(event.currentTarget.value)}
            />
            {set.error && <p className="danger">{sentenceOf(text, set.error)}</p>}
            <Button type="submit" variant="filled" loading={set.isPending}>
                {text.shell.save}
            </Button>
        </form>
    );
}

const NUMBERS = new Set(["employees", "income", "age", "revenue"]);

export function traitName(text: Text, name: string): string {
    return upper(traitLabel(text, name).replaceAll(".", " "));
}

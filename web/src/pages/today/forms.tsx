// Quick forms of the pane: an answer, a call, a note, a task, a hand-over that goes back.
import { Button, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { Segments } from "../../parts/basic";
import { localTime } from "../../shell/format";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { laterTimes } from "./clock";
import type { Deeds, Item } from "./data";
import classes from "./today.module.css";

export type FormName = "answer" | "call" | "note" | "task" | "return";

interface Props {
    item: Item;
    deeds: Deeds;
    email: string | null | undefined;
    close: () => void;
}

type Channel = "email.sent" | "linkedin.messaged" | "sms.sent" | "letter.sent";

function Frame(props: {
    label: string;
    save: string;
    submit: () => Promise<unknown>;
    close: () => void;
    children: ReactNode;
}) {
    const text = useText();
    const [busy, setBusy] = useState(false);
    const running = useRef(false); // (known at once: a key pressed twice comes before `busy` is drawn)
    const [error, setError] = useState<unknown>(null);
    async function submit(event: FormEvent) {
        event.preventDefault();
        if (running.current) return;
        running.current = true;
        setBusy(true);
        setError(null);
        try {
            await props.submit();
        } catch (problem) {
            setError(problem);
        } finally {
            running.current = false;
            setBusy(false);
        }
    }
    return (
        <form
            className={classes.form}
            onSubmit={submit}
            aria-label={props.label}
            onKeyDown={(event) => {
                if (event.key === "Escape") props.close();
                if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
                    event.currentTarget.requestSubmit();
            }}
        >
            {props.children}
            {error != null && <Trouble error={error} />}
            <div className="row">
                <Button type="submit" variant="filled" loading={busy}>
                    {props.save}
                </Button>
                <Button variant="subtle" onClick={props.close}>
                    {text.shell.cancel}
                </Button>
            </div>
        </form>
    );
}

function Answer({ item, deeds, email, close }: Props) {
    const text = useText();
    const words = text.today.form;
    const [channel, setChannel] = useState<Channel>("email.sent");
    const [said, setSaid] = useState("");
    const name = item.contact?.name ?? text.shell.unknownPerson;
    async function submit() {
        await deeds.log(
            item,
            channel,
            said.trim() ? { text: said.trim() } : {},
            text.today.told.answered(name),
            item.kind !== "task" && item.kind !== "handover",
        );
        close();
    }
    return (
        <Frame label={words.answer} save={words.log} submit={submit} close={close}>
            <Segments
                label={words.how}
                value={channel}
                onChange={setChannel}
                options={(Object.keys(words.channels) as Channel[]).map((value) => ({
                    value,
                    label: words.channels[value],
                }))}
            />
            <Textarea
                data-autofocus
                autoFocus
                autosize
                minRows={2}
                maxRows={8}
                maxLength={10000}
                label={words.answer}
                value={said}
                onChange={(event) => setSaid(event.currentTarget.value)}
            />
            {email && (
                <a
                    className="link"
                    href={`mailto:${encodeURIComponent(email)}${said ? `?body=${encodeURIComponent(said)}` : ""}`}
                >
                    {words.mail}
                </a>
            )}
        </Frame>
    );
}

function Call({ item, deeds, close }: Props) {
    const text = useText();
    const words = text.today.form;
    const [came, setCame] = useState<"call.answered" | "call.attempted">("call.answered");
    const [said, setSaid] = useState("");
    const name = item.contact?.name ?? text.shell.unknownPerson;
    async function submit() {
        await deeds.log(
            item,
            came,
            said.trim() ? { text: said.trim() } : {},
            text.today.told.called(name),
            item.kind !== "task" && item.kind !== "handover",
        );
        close();
    }
    return (
        <Frame label={words.call} save={words.log} submit={submit} close={close}>
            <Segments
                label={words.call}
                value={came}
                onChange={setCame}
                options={[
                    { value: "call.answered", label: words.reached },
                    { value: "call.attempted", label: words.missed },
                ]}
            />
            <Textarea
                autoFocus
                autosize
                minRows={2}
                maxRows={8}
                maxLength={10000}
                label={words.words}
                value={said}
                onChange={(event) => setSaid(event.currentTarget.value)}
            />
        </Frame>
    );
}

// One text that must be there.
function Said(
    props: Props & { label: string; save: string; empty: string; submit: (said: string) => Promise<unknown> },
) {
    const [said, setSaid] = useState("");
    const [wrong, setWrong] = useState(false);
    async function submit() {
        setWrong(!said.trim());
        if (!said.trim()) return;
        await props.submit(said.trim());
        props.close();
    }
    return (
        <Frame label={props.label} save={props.save} submit={submit} close={props.close}>
            <Textarea
                autoFocus
                autosize
                minRows={2}
                maxRows={8}
                maxLength={2000}
                label={props.label}
                value={said}
                error={wrong && !said.trim() ? props.empty : undefined}
                onChange={(event) => setSaid(event.currentTarget.value)}
            />
        </Frame>
    );
}

function Task({ item, deeds, close }: Props) {
    const words = useText().today.form;
    const [title, setTitle] = useState("");
    const [due, setDue] = useState(() => localTime(laterTimes().tomorrow));
    const [wrong, setWrong] = useState(false);
    async function submit() {
        setWrong(!title.trim());
        if (!title.trim()) return;
        const time = new Date(due);
        await deeds.createTask(
            item,
            title.trim(),
            Number.isNaN(time.getTime()) ? laterTimes().tomorrow : time,
        );
        close();
    }
    return (
        <Frame label={words.task} save={words.create} submit={submit} close={close}>
            <TextInput
                autoFocus
                label={words.task}
                value={title}
                maxLength={500}
                error={wrong && !title.trim() ? words.taskEmpty : undefined}
                onChange={(event) => setTitle(event.currentTarget.value)}
            />
            <TextInput
                type="datetime-local"
                label={words.due}
                value={due}
                onChange={(event) => setDue(event.currentTarget.value)}
            />
        </Frame>
    );
}

export function QuickForm({ form, ...props }: Props & { form: FormName }) {
    const text = useText();
    const words = text.today.form;
    const name = props.item.contact?.name ?? text.shell.unknownPerson;
    if (form === "answer") return <Answer {...props} />;
    if (form === "call") return <Call {...props} />;
    if (form === "task") return <Task {...props} />;
    if (form === "note")
        return (
            <Said
                {...props}
                label={words.note}
                save={words.save}
                empty={words.noteEmpty}
                submit={(said) =>
                    props.deeds.log(
                        props.item,
                        "note.added",
                        { text: said },
                        text.today.told.noted(name),
                        false,
                    )
                }
            />
        );
    return (
        <Said
            {...props}
            label={words.returned}
            save={words.giveBack}
            empty={words.returnedEmpty}
            submit={(said) => props.deeds.giveBack(props.item, said)}
        />
    );
}

// What can be done from the bar: note, what happened, task; and the rarer things behind "more".
import { ActionIcon, Button, Menu, Select, Textarea } from "@mantine/core";
import { IconDots, IconNote, IconPhone, IconSquareCheck } from "@tabler/icons-react";
import { type FormEvent, useRef, useState } from "react";
import { KeyButton } from "../../parts/basic";
import { Dialog } from "../../parts/dialog";
import type { StageName } from "../../parts/stage";
import { useKeys } from "../../shell/keys";
import { useColleagues, useMay } from "../../shell/session";
import { sentenceOf } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./contact.module.css";
import { useAssignStage, useHandover } from "./deeds";
import { NoteForm, TouchForm } from "./fields";
import { MergeSearch } from "./merges";
import { type Contact, calledName } from "./person";
import { TaskForm } from "./tasks";

type Open = "note" | "touch" | "task" | "move" | "merge" | "handover" | null;

function MoveForm({ contact, stages, done }: { contact: Contact; stages: StageName[]; done: () => void }) {
    const text = useText();
    const assign = useAssignStage(contact.id);
    const [stage, setStage] = useState<string | null>(null);
    const [reason, setReason] = useState("");
    const choices = [{ name: "none", label: text.shell.stageNone }, ...stages].filter(
        (one) => one.name !== contact.standing.stage,
    );
    async function submit(event: FormEvent) {
        event.preventDefault();
        const chosen = choices.find((one) => one.name === stage);
        if (!chosen || !reason.trim()) return;
        await assign.mutateAsync({
            stage: chosen.name,
            label: chosen.label,
            name: calledName(contact, text.shell.unknownPerson),
            reason: reason.trim(),
        });
        done();
    }
    return (
        <form onSubmit={submit} className={classes.form}>
            <p className="t2">{text.contact.stageMove.better}</p>
            <Select
                data-autofocus
                label={text.contact.stageMove.stage}
                data={choices.map((one) => ({ value: one.name, label: one.label }))}
                value={stage}
                onChange={setStage}
            />
            <Textarea
                label={text.contact.stageMove.reason}
                description={text.contact.stageMove.reasonHelp}
                autosize
                minRows={2}
                maxLength={1000}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
            />
            {assign.error && <p className="danger">{sentenceOf(text, assign.error)}</p>}
            <Button type="submit" variant="filled" loading={assign.isPending}>
                {text.contact.stageMove.move}
            </Button>
        </form>
    );
}

function HandoverForm({ id, done }: { id: string; done: () => void }) {
    const text = useText();
    const colleagues = useColleagues();
    const handover = useHandover(id);
    const [user, setUser] = useState<string | null>(null);
    async function submit(event: FormEvent) {
        event.preventDefault();
        if (!user) return;
        await handover.mutateAsync({ give: user });
        done();
    }
    return (
        <form onSubmit={submit} className={classes.form}>
            <Select
                data-autofocus
                label={text.contact.owner.choose}
                data={colleagues.list.map((one) => ({ value: one.id, label: one.name }))}
                value={user}
                onChange={setUser}
            />
            {handover.error && <p className="danger">{sentenceOf(text, handover.error)}</p>}
            <Button type="submit" variant="filled" loading={handover.isPending}>
                {text.contact.act.handOver}
            </Button>
        </form>
    );
}

export function Actions({ contact, stages }: { contact: Contact; stages: StageName[] }) {
    const text = useText();
    const mayTask = useMay("task.write");
    const [open, setOpen] = useState<Open>(null);
    const typed = useRef(false); // something was, in the open dialog
    const close = () => {
        typed.current = false;
        setOpen(null);
    };
    const leave = () => {
        if (!typed.current || window.confirm(text.shell.leave)) close();
    };
    useKeys({
        n: () => setOpen("note"),
        l: () => setOpen("touch"),
        m: () => setOpen("move"),
        ...(mayTask ? { t: () => setOpen("task") } : {}),
    });
    const titles = {
        note: text.contact.act.note,
        touch: text.contact.touch.title,
        task: text.contact.tasks.add,
        move: text.contact.stageMove.title,
        handover: text.contact.act.handOver,
    };
    return (
        <>
            <div className="row no-phone">
                <KeyButton
                    keyName="N"
                    icon={<IconNote size={16} stroke={1.75} />}
                    onClick={() => setOpen("note")}
                >
                    {text.contact.act.note}
                </KeyButton>
                {mayTask && (
                    <KeyButton
                        keyName="T"
                        icon={<IconSquareCheck size={16} stroke={1.75} />}
                        onClick={() => setOpen("task")}
                    >
                        {text.contact.act.task}
                    </KeyButton>
                )}
            </div>
            <Menu position="bottom-end">
                <Menu.Target>
                    <ActionIcon variant="subtle" color="gray" size={28} aria-label={text.shell.more}>
                        <IconDots size={16} stroke={1.75} />
                    </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                    <Menu.Item className="only-phone" onClick={() => setOpen("note")}>
                        {text.contact.act.note}
                    </Menu.Item>
                    {mayTask && (
                        <Menu.Item className="only-phone" onClick={() => setOpen("task")}>
                            {text.contact.act.task}
                        </Menu.Item>
                    )}
                    <Menu.Item onClick={() => setOpen("move")} rightSection={<kbd>M</kbd>}>
                        {text.contact.act.move}
                    </Menu.Item>
                    <Menu.Item onClick={() => setOpen("handover")}>{text.contact.act.handOver}</Menu.Item>
                    <Menu.Item onClick={() => setOpen("merge")}>{text.contact.act.merge}</Menu.Item>
                </Menu.Dropdown>
            </Menu>
            <KeyButton
                filled
                keyName="L"
                icon={<IconPhone size={16} stroke={1.75} />}
                onClick={() => setOpen("touch")}
            >
                {text.contact.act.log}
            </KeyButton>
            {open === "merge" && <MergeSearch id={contact.id} close={close} />}
            {open && open !== "merge" && (
                <Dialog
                    onClose={leave}
                    onInput={() => {
                        typed.current = true;
                    }}
                    title={titles[open]}
                >
                    {open === "note" && <NoteForm id={contact.id} done={close} />}
                    {open === "touch" && <TouchPick id={contact.id} done={close} />}
                    {open === "task" && <TaskForm id={contact.id} done={close} />}
                    {open === "move" && <MoveForm contact={contact} stages={stages} done={close} />}
                    {open === "handover" && <HandoverForm id={contact.id} done={close} />}
                </Dialog>
            )}
        </>
    );
}

// First what happened, at one click; then, if there is more to say, its words.
function TouchPick({ id, done }: { id: string; done: () => void }) {
    const text = useText();
    const [name, setName] = useState<string | null>(null);
    const kinds = Object.entries(text.contact.touch.kinds);
    if (name) return <TouchForm id={id} names={[name]} done={done} />;
    return (
        <ul className={classes.touches}>
            {kinds.map(([value, label]) => (
                <li key={value}>
                    <button type="button" className={classes.touch} onClick={() => setName(value)}>
                        {label}
                    </button>
                </li>
            ))}
        </ul>
    );
}

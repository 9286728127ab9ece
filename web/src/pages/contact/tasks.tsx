// What is to be done with the contact.
import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, data, type Schemas } from "../../api/client";
import { Card, When } from "../../parts/basic";
import { useMay } from "../../shell/session";
import { sentenceOf, Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import classes from "./contact.module.css";
import { useRefresh } from "./deeds";
import { Ask } from "./fields";

type Task = Schemas["Task"];
type TaskKind = Task["kind"];

const DAYS = { today: 0, tomorrow: 1, inThreeDays: 3, nextWeek: 7 };

// The day's working hour by which it is to be done.
function dueIn(days: number): string {
    const day = new Date();
    day.setDate(day.getDate() + days);
    day.setHours(days === 0 ? Math.min(day.getHours() + 2, 23) : 9, 0, 0, 0);
    return day.toISOString().replace(".000", "");
}

export function TaskForm({ id, done }: { id: string; done: () => void }) {
    const text = useText();
    const notify = useNotify();
    const refresh = useRefresh();
    const [title, setTitle] = useState("");
    const [kind, setKind] = useState<TaskKind>("call");
    const [due, setDue] = useState<keyof typeof DAYS>("tomorrow");
    const add = useMutation({
        mutationFn: () =>
            data(
                api.POST("/api/tasks", {
                    body: { title: title.trim(), kind, contact: id, due: dueIn(DAYS[due]) },
                }),
            ),
        onSuccess: async (task) => {
            notify(text.contact.tasks.created, async () => {
                await api.DELETE("/api/tasks/{id}", { params: { path: { id: task.id } } });
                await refresh();
            });
            await refresh();
            done();
        },
    });
    function submit(event: FormEvent) {
        event.preventDefault();
        if (title.trim()) add.mutate();
    }
    return (
        <form onSubmit={submit} className={classes.form}>
            <TextInput
                data-autofocus
                label={text.contact.tasks.what}
                value={title}
                maxLength={200}
                onChange={(event) => setTitle(event.currentTarget.value)}
            />
            <Select
                label={text.contact.tasks.due}
                data={(Object.keys(DAYS) as (keyof typeof DAYS)[]).map((value) => ({
                    value,
                    label: text.contact.tasks[value],
                }))}
                value={due}
                onChange={(value) => setDue(value as keyof typeof DAYS)}
                comboboxProps={{ withinPortal: false }}
            />
            <Select
                label={text.contact.tasks.kind}
                data={Object.entries(text.contact.tasks.kinds).map(([value, label]) => ({ value, label }))}
                value={kind}
                onChange={(value) => setKind(value as TaskKind)}
                comboboxProps={{ withinPortal: false }}
            />
            {add.error && <p className="danger">{sentenceOf(text, add.error)}</p>}
            <Button type="submit" variant="filled" loading={add.isPending}>
                {text.contact.tasks.create}
            </Button>
        </form>
    );
}

function TaskRow({ task, may }: { task: Task; may: boolean }) {
    const text = useText();
    const notify = useNotify();
    const refresh = useRefresh();
    const [done, setDone] = useState(false);
    const set = async (state: "open" | "done") => {
        setDone(state === "done");
        await api.PATCH("/api/tasks/{id}", { params: { path: { id: task.id } }, body: { state } });
        await refresh();
    };
    const overdue = task.due && Date.parse(task.due) < Date.now();
    return (
        <li className={classes.task}>
            <Checkbox
                disabled={!may}
                checked={done}
                aria-label={text.contact.tasks.markDone(task.title)}
                onChange={async () => {
                    await set("done");
                    notify(text.contact.tasks.done(task.title), () => set("open"));
                }}
            />
            <span className="grow">
                {task.title}
                {task.note && <span className="help"> {task.note}</span>}
            </span>
            {task.due && (
                <span className={overdue ? "danger" : "muted"}>
                    {overdue && `${text.contact.tasks.overdue} · `}
                    <When time={task.due} />
                </span>
            )}
        </li>
    );
}

export function TasksCard({ id }: { id: string }) {
    const text = useText();
    const may = useMay("task.write");
    const query = useQuery({
        queryKey: ["task", "contact", id],
        queryFn: () =>
            data(
                api.GET("/api/tasks", {
                    params: { query: { contact: id, state: "open", sort: "due", limit: 100 } },
                }),
            ),
    });
    const tasks = query.data?.items ?? [];
    return (
        <Card
            title={text.contact.tasks.title}
            quiet={tasks.length > 0 ? tasks.length : undefined}
            control={
                may && (
                    <Ask
                        button={(open) => (
                            <Button
                                variant="subtle"
                                leftSection={<IconPlus size={16} stroke={1.75} />}
                                onClick={open}
                            >
                                {text.contact.tasks.add}
                            </Button>
                        )}
                        form={(close) => <TaskForm id={id} done={close} />}
                    />
                )
            }
        >
            {query.error && <Trouble error={query.error} retry={query.refetch} />}
            {query.data && tasks.length === 0 && (
                <p className={`${classes.none} t2`}>{text.contact.tasks.none}</p>
            )}
            {tasks.length > 0 && (
                <ul className={classes.tasks}>
                    {tasks.map((task) => (
                        <TaskRow key={task.id} task={task} may={may} />
                    ))}
                </ul>
            )}
        </Card>
    );
}

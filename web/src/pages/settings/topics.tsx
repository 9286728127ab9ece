// Topics that people take or leave one by one on their preference page.
import { Button, Checkbox, Modal, Switch, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { Card, Chip, Empty, Loading } from "../../parts/basic";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import { useTopics } from "../mailboxes";
import classes from "./settings.module.css";

type Topic = Schemas["Topic"];

export default function Topics() {
    const t = useMailText().mailboxes.topics;
    const client = useQueryClient();
    const notify = useNotify();
    const mayChange = useMay("setting.write");
    const topics = useTopics();
    const [open, setOpen] = useState<Topic | "new" | null>(null);
    const items = topics.data?.items ?? [];
    const patch = (id: string, body: Schemas["TopicChange"]) =>
        data(api.PATCH("/api/topics/{id}", { params: { path: { id } }, body })).then(() =>
            client.invalidateQueries({ queryKey: ["topic"] }),
        );
    const turn = useMutation({
        mutationFn: ({ id, active }: Topic) => patch(id, { active: !active }),
        onSuccess: (_, { id, name, active }) =>
            notify(active ? t.isOff(name) : t.isOn(name), () => patch(id, { active })),
    });
    const button = mayChange && (
        <Button
            variant="filled"
            leftSection={<IconPlus size={16} stroke={1.75} />}
            onClick={() => setOpen("new")}
        >
            {t.add}
        </Button>
    );
    return (
        <>
            <Card title={t.title} control={items.length > 0 && button}>
                {topics.isPending && <Loading rows={2} />}
                {topics.error && <Trouble error={topics.error} retry={topics.refetch} />}
                {topics.data && !items.length && <Empty title={t.none} text={t.noneHelp} action={button} />}
                {turn.error && <Trouble error={turn.error} />}
                {items.length > 0 && <p className={`t2 ${classes.inside}`}>{t.help}</p>}
                {items.map((one) => (
                    <div key={one.id} className={classes.line}>
                        <span className="stack grow" style={{ gap: 0 }}>
                            <span className="medium truncate">{one.name}</span>
                            <span className="help truncate">{one.description}</span>
                        </span>
                        {!one.public && <Chip kind="line">{t.hidden}</Chip>}
                        {mayChange && (
                            <Button variant="subtle" onClick={() => setOpen(one)}>
                                {t.change}
                            </Button>
                        )}
                        <Switch
                            size="sm"
                            aria-label={t.active(one.name)}
                            checked={one.active}
                            disabled={!mayChange}
                            onChange={() => turn.mutate(one)}
                        />
                    </div>
                ))}
            </Card>
            <Modal
                opened={open !== null}
                onClose={() => setOpen(null)}
                title={open === "new" ? t.add : t.change}
            >
                {open && <TopicForm of={open === "new" ? undefined : open} done={() => setOpen(null)} />}
            </Modal>
        </>
    );
}

function TopicForm({ of, done }: { of?: Topic; done: () => void }) {
    const text = useText();
    const t = useMailText().mailboxes.topics;
    const client = useQueryClient();
    const notify = useNotify();
    const [name, setName] = useState(of?.name ?? "");
    const [description, setDescription] = useState(of?.description ?? "");
    const [shown, setShown] = useState(of?.public ?? true);
    const save = useMutation({
        mutationFn: () => {
            const body = { name, description, public: shown };
            return of
                ? data(api.PATCH("/api/topics/{id}", { params: { path: { id: of.id } }, body }))
                : data(api.POST("/api/topics", { body }));
        },
        onSuccess: () => {
            client.invalidateQueries({ queryKey: ["topic"] });
            notify(of ? t.changed(name) : t.added(name));
            done();
        },
    });
    const problem = save.error instanceof ApiProblem ? save.error : undefined;
    function submit(event: FormEvent) {
        event.preventDefault();
        save.mutate();
    }
    return (
        <form className={classes.form} onSubmit={submit}>
            <TextInput
                label={t.name}
                description={t.nameHelp}
                value={name}
                maxLength={100}
                error={problem?.field("name")}
                required
                data-autofocus
                onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
                label={t.description}
                value={description}
                maxLength={500}
                error={problem?.field("description")}
                onChange={(event) => setDescription(event.currentTarget.value)}
            />
            <Checkbox
                label={t.public}
                checked={shown}
                onChange={(event) => setShown(event.currentTarget.checked)}
            />
            {problem && !problem.errors.length && <Trouble error={problem} />}
            <div>
                <Button type="submit" variant="filled" loading={save.isPending}>
                    {text.shell.save}
                </Button>
            </div>
        </form>
    );
}

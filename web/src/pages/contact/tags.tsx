// The contact's tags: taken away by their cross, given by the plus; at once, with undo.
import { ActionIcon, Autocomplete, Button } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, data } from "../../api/client";
import { Chip } from "../../parts/basic";
import { sentenceOf } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import { giveTag, takeTag, useRefreshTags, useTags } from "../tags";
import classes from "./contact.module.css";
import { Ask } from "./fields";

export default function Tags({ id, may }: { id: string; may: boolean }) {
    const text = useText();
    const t = useMailText().tags;
    const notify = useNotify();
    const refresh = useRefreshTags();
    const tags = useQuery({
        queryKey: ["contact", id, "tags"],
        queryFn: () => data(api.GET("/api/contacts/{id}/tags", { params: { path: { id } } })),
    });
    const take = useMutation({
        mutationFn: (tag: string) => takeTag(id, tag),
        onSuccess: (_, tag) => {
            refresh();
            notify(t.removed(tag), () => giveTag(id, tag).then(refresh));
        },
    });
    const names = tags.data?.tags ?? [];
    return (
        <div>
            <dt>{t.title}</dt>
            <dd className="row wrap" style={{ gap: 4 }}>
                {names.map((name) => (
                    <Chip key={name}>
                        {name}
                        {may && (
                            <ActionIcon
                                variant="transparent"
                                color="gray"
                                size={24}
                                mr={-6}
                                aria-label={t.remove(name)}
                                onClick={() => take.mutate(name)}
                            >
                                <IconX size={12} stroke={2} />
                            </ActionIcon>
                        )}
                    </Chip>
                ))}
                {may && (
                    <Ask
                        button={(open) => (
                            <ActionIcon variant="subtle" color="gray" onClick={open} aria-label={t.add}>
                                <IconPlus size={14} stroke={1.75} />
                            </ActionIcon>
                        )}
                        form={(close) => <Give id={id} done={close} />}
                    />
                )}
                {take.error && <span className="danger">{sentenceOf(text, take.error)}</span>}
            </dd>
        </div>
    );
}

function Give({ id, done }: { id: string; done: () => void }) {
    const text = useText();
    const t = useMailText().tags;
    const notify = useNotify();
    const refresh = useRefreshTags();
    const all = useTags().data?.items ?? [];
    const [name, setName] = useState("");
    const give = useMutation({
        mutationFn: (tag: string) => giveTag(id, tag),
        onSuccess: (_, tag) => {
            refresh();
            notify(t.added(tag), () => takeTag(id, tag).then(refresh));
            done();
        },
    });
    function submit(event: FormEvent) {
        event.preventDefault();
        if (name.trim()) give.mutate(name.trim());
    }
    return (
        <form className={classes.form} onSubmit={submit}>
            <Autocomplete
                label={t.name}
                description={t.help}
                data={all.map((one) => one.name)}
                value={name}
                onChange={setName}
                maxLength={100}
                data-autofocus
            />
            {give.error && <p className="danger">{sentenceOf(text, give.error)}</p>}
            <Button type="submit" variant="filled" loading={give.isPending}>
                {t.add}
            </Button>
        </form>
    );
}

// A tag for everybody who is selected. Loaded when it is opened.
import { Autocomplete, Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useFormat } from "../../shell/format";
import { sentenceOf } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import { giveTag, takeTag, useRefreshTags, useTags } from "../tags";
import classes from "./contacts.module.css";

export default function TagForm({ ids, done }: { ids: string[]; done: () => void }) {
    const text = useText();
    const t = useMailText().tags;
    const format = useFormat();
    const notify = useNotify();
    const refresh = useRefreshTags();
    const all = useTags().data?.items ?? [];
    const [name, setName] = useState("");
    const give = useMutation({
        mutationFn: async (tag: string) => {
            for (const id of ids) await giveTag(id, tag);
        },
        onSuccess: (_, tag) => {
            notify(t.tagged(format.number(ids.length), tag), async () => {
                for (const id of ids) await takeTag(id, tag);
                refresh();
            });
            done();
        },
        onSettled: refresh,
    });
    function submit(event: FormEvent) {
        event.preventDefault();
        if (name.trim()) give.mutate(name.trim());
    }
    return (
        <form onSubmit={submit} className={classes.form}>
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
                {t.tagThem(format.number(ids.length))}
            </Button>
        </form>
    );
}

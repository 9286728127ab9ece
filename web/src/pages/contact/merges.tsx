// Who may be the same person, with the reasons; what was merged, and how to take it apart again.
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { Avatar } from "../../parts/avatar";
import { Card, Chip } from "../../parts/basic";
import { Dialog } from "../../parts/dialog";
import { useFormat } from "../../shell/format";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import classes from "./contact.module.css";
import { useRefresh } from "./deeds";

function useMerge(id: string) {
    const text = useText();
    const notify = useNotify();
    const refresh = useRefresh();
    return useMutation({
        mutationFn: (other: string) =>
            data(api.POST("/api/contacts/{id}/merge", { params: { path: { id } }, body: { with: other } })),
        onSuccess: async (merge) => {
            notify(text.contact.merges.merged, async () => {
                await api.DELETE("/api/contacts/{id}/merges/{merge}", {
                    params: { path: { id, merge: merge.id } },
                });
                await refresh();
            });
            await refresh();
        },
    });
}

function Suggestion({ id, suggestion }: { id: string; suggestion: Schemas["MergeSuggestion"] }) {
    const text = useText();
    const notify = useNotify();
    const refresh = useRefresh();
    const merge = useMerge(id);
    const other = suggestion.contacts.find((one) => one.id !== id);
    const who = useQuery({
        queryKey: ["contact", other?.id, "name"],
        queryFn: () => data(api.GET("/api/contacts/{id}", { params: { path: { id: other?.id ?? "" } } })),
        enabled: !!other,
    });
    if (!other) return null;
    const name = who.data?.name ?? who.data?.email ?? other.user_id;
    const path = { params: { path: { id: suggestion.id } } };
    async function dismiss() {
        await api.POST("/api/merge-suggestions/{id}/dismiss", path);
        await refresh();
        notify(text.contact.merges.dismissed, async () => {
            await api.POST("/api/merge-suggestions/{id}/reopen", path);
            await refresh();
        });
    }
    return (
        <li className={classes.suggestion}>
            <Avatar name={name} small />
            <div className="grow">
                <Link to={`/contacts/${other.id}`} className="link">
                    {name}
                </Link>
                <div className={classes.chips}>
                    {suggestion.reasons.map((reason) => (
                        <Chip key={reason.kind + reason.value} kind="line">
                            {text.contact.merges.reasons[reason.kind]}
                        </Chip>
                    ))}
                </div>
            </div>
            <Button variant="subtle" onClick={dismiss}>
                {text.contact.merges.different}
            </Button>
            <Button onClick={() => merge.mutate(other.id)} loading={merge.isPending}>
                {text.contact.merges.same}
            </Button>
        </li>
    );
}

function Merged({ id, merge }: { id: string; merge: Schemas["Merge"] }) {
    const text = useText();
    const format = useFormat();
    const notify = useNotify();
    const refresh = useRefresh();
    async function separate() {
        await api.DELETE("/api/contacts/{id}/merges/{merge}", { params: { path: { id, merge: merge.id } } });
        notify(text.contact.merges.separated);
        await refresh();
    }
    return (
        <li className={classes.suggestion}>
            <span className="grow t2">
                {text.contact.merges.was(
                    merge.with.user_id || merge.contact.user_id || merge.with.id,
                    format.day(merge.time),
                )}
            </span>
            {merge.can_end && <Button onClick={separate}>{text.contact.merges.separate}</Button>}
        </li>
    );
}

export function MergesCard({ id, may }: { id: string; may: boolean }) {
    const text = useText();
    const suggestions = useQuery({
        queryKey: ["suggestion", id],
        queryFn: () =>
            data(
                api.GET("/api/merge-suggestions", {
                    params: { query: { contact: id, state: "open", limit: 20 } },
                }),
            ),
        enabled: may,
    });
    const merges = useQuery({
        queryKey: ["contact", id, "merges"],
        queryFn: () => data(api.GET("/api/contacts/{id}/merges", { params: { path: { id } } })),
    });
    const open = suggestions.data?.items ?? [];
    const done = (merges.data?.items ?? []).filter((one) => !one.ended);
    if (open.length === 0 && done.length === 0) return null;
    return (
        <Card title={text.contact.merges.title}>
            <ul className={classes.suggestions}>
                {open.map((one) => (
                    <Suggestion key={one.id} id={id} suggestion={one} />
                ))}
                {done.map((one) => (
                    <Merged key={one.id} id={id} merge={one} />
                ))}
            </ul>
        </Card>
    );
}

// Somebody else is searched and merged by hand.
export function MergeSearch({ id, close }: { id: string; close: () => void }) {
    const text = useText();
    const merge = useMerge(id);
    const [words, setWords] = useState("");
    const found = useQuery({
        queryKey: ["search", "merge", words],
        queryFn: () => data(api.GET("/api/search", { params: { query: { q: words.trim(), limit: 8 } } })),
        enabled: words.trim().length >= 2,
        placeholderData: (old) => old,
    });
    const people = (found.data?.contacts ?? []).filter((one) => one.id !== id);
    return (
        <Dialog onClose={close} title={text.contact.act.merge}>
            <TextInput
                data-autofocus
                label={text.contact.merges.find}
                value={words}
                onChange={(event) => setWords(event.currentTarget.value)}
            />
            {merge.error && <Trouble error={merge.error} />}
            {found.data && people.length === 0 && <p className="t2">{text.contact.merges.nobody}</p>}
            <ul className={classes.found}>
                {people.map((one) => (
                    <li key={one.id}>
                        <button
                            type="button"
                            className={classes.foundOne}
                            onClick={async () => {
                                await merge.mutateAsync(one.id);
                                close();
                            }}
                        >
                            <Avatar name={one.name ?? one.email ?? "?"} small />
                            <span className="medium">{one.name ?? one.email}</span>
                            <span className="muted truncate">
                                {[one.company, one.name && one.email].filter(Boolean).join(" · ")}
                            </span>
                        </button>
                    </li>
                ))}
            </ul>
        </Dialog>
    );
}

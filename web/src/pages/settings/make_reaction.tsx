// A new reaction: when a standing changes, make a task or tell a webhook.
import { Button, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";

const KINDS = ["stage", "grade", "persona"] as const;
const TASKS = ["call", "mail", "linkedin", "letter", "todo"] as const;

export function MakeReaction({ close }: { close: () => void }) {
    const text = useText();
    const t = text.settings.rules;
    const client = useQueryClient();
    const mayHooks = useMay("webhook.read");
    const fields = useQuery({
        queryKey: ["field"],
        queryFn: () => data(api.GET("/api/fields")),
        staleTime: 60_000,
    });
    const hooks = useQuery({
        queryKey: ["webhook"],
        queryFn: () => data(api.GET("/api/webhooks", { params: { query: { limit: 500 } } })),
        enabled: mayHooks,
    });
    const [kind, setKind] = useState<(typeof KINDS)[number]>("stage");
    const [becomes, setBecomes] = useState<string | null>(null);
    const [deed, setDeed] = useState<"task" | "webhook">("task");
    const [task, setTask] = useState<(typeof TASKS)[number]>("call");
    const [hook, setHook] = useState<string | null>(null);
    const make = useMutation({
        mutationFn: (body: Schemas["ReactionNew"]) => data(api.POST("/api/reactions", { body })),
        onSuccess: () => {
            client.invalidateQueries({ queryKey: ["reaction"] });
            close();
        },
    });
    const names =
        kind === "stage"
            ? (fields.data?.stages ?? []).map((one) => ({ value: one.name, label: one.label }))
            : (fields.data?.[kind === "grade" ? "grades" : "personas"] ?? []);
    function submit(event: FormEvent<HTMLFormElement>) {
        event.preventDefault();
        const said = new FormData(event.currentTarget);
        make.mutate({
            name: String(said.get("name")),
            kind,
            becomes,
            ...(deed === "task"
                ? {
                      task: {
                          title: String(said.get("title")),
                          kind: task,
                          due_in: String(said.get("due")) || null,
                      },
                  }
                : { webhook: hook }),
        });
    }
    const problem = make.error instanceof ApiProblem ? make.error : undefined;
    return (
        <form className="stack" style={{ gap: 12 }} onSubmit={submit}>
            <TextInput name="name" label={t.name} required data-autofocus error={problem?.field("name")} />
            <Select
                label={t.kind}
                data={KINDS.map((value) => ({ value, label: t.changes[value] }))}
                value={kind}
                onChange={(value) => {
                    setKind(value as (typeof KINDS)[number]);
                    setBecomes(null);
                }}
            />
            <Select
                label={t.to}
                placeholder={t.anything}
                data={names}
                value={becomes}
                onChange={setBecomes}
                clearable
                error={problem?.field("becomes")}
            />
            <Select
                label={t.deed}
                data={[
                    { value: "task", label: t.deeds.task },
                    ...(mayHooks ? [{ value: "webhook", label: t.deeds.webhook }] : []),
                ]}
                value={deed}
                onChange={(value) => setDeed(value as "task" | "webhook")}
            />
            {deed === "task" ? (
                <>
                    <TextInput
                        name="title"
                        label={t.taskTitle}
                        required
                        error={problem?.field("task.title")}
                    />
                    <Select
                        label={t.taskKind}
                        data={TASKS.map((value) => ({ value, label: t.taskKinds[value] }))}
                        value={task}
                        onChange={(value) => setTask(value as (typeof TASKS)[number])}
                    />
                    <TextInput
                        name="due"
                        label={t.dueIn}
                        description={t.dueInHelp}
                        defaultValue="4 hours"
                        error={problem?.field("task.due_in")}
                    />
                </>
            ) : (
                <Select
                    label={t.deeds.webhook}
                    data={(hooks.data?.items ?? []).map((one) => ({
                        value: one.id,
                        label: one.name || one.url,
                    }))}
                    value={hook}
                    onChange={setHook}
                    error={problem?.field("webhook")}
                />
            )}
            {problem && !problem.errors.length && <Trouble error={problem} />}
            <div>
                <Button type="submit" variant="filled" loading={make.isPending}>
                    {t.addReaction}
                </Button>
            </div>
        </form>
    );
}

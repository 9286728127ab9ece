// Assignment rules (who gets contacts that nobody owns) and reactions (what is done when standings change).
import { Button, Modal, Switch } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "../../api/client";
import { Card, Empty, Loading } from "../../parts/basic";
import { useColleagues, useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { MakeReaction } from "./make_reaction";
import { MakeRule } from "./make_rule";
import classes from "./settings.module.css";

export default function Rules() {
    return (
        <>
            <AssignmentRules />
            <Reactions />
        </>
    );
}

function useStageName(): (name: string | null | undefined) => string {
    const fields = useQuery({
        queryKey: ["field"],
        queryFn: () => data(api.GET("/api/fields")),
        staleTime: 60_000,
    });
    return (name) => fields.data?.stages.find((one) => one.name === name)?.label ?? name ?? "";
}

function AddButton({ onClick, label }: { onClick: () => void; label: string }) {
    return (
        <Button leftSection={<IconPlus size={16} stroke={1.75} />} onClick={onClick}>
            {label}
        </Button>
    );
}

function Entry(props: {
    title: string;
    help: string;
    active: boolean;
    mayChange: boolean;
    toggle: (active: boolean) => void;
    remove: () => void;
}) {
    const text = useText();
    return (
        <div className={classes.line}>
            <span className="stack grow" style={{ gap: 0 }}>
                <span className="medium truncate">{props.title}</span>
                <span className="help">{props.help}</span>
            </span>
            <Switch
                size="sm"
                aria-label={text.settings.rules.activeOf(props.title)}
                checked={props.active}
                disabled={!props.mayChange}
                onChange={(event) => props.toggle(event.currentTarget.checked)}
            />
            {props.mayChange && (
                <Button
                    variant="subtle"
                    aria-label={text.settings.rules.remove(props.title)}
                    onClick={props.remove}
                >
                    <IconTrash size={16} stroke={1.75} />
                </Button>
            )}
        </div>
    );
}

function AssignmentRules() {
    const text = useText();
    const t = text.settings.rules;
    const client = useQueryClient();
    const notify = useNotify();
    const mayChange = useMay("model.write");
    const colleagues = useColleagues();
    const stage = useStageName();
    const [making, setMaking] = useState(false);
    const list = useQuery({
        queryKey: ["assignment-rule"],
        queryFn: () =>
            data(api.GET("/api/assignment-rules", { params: { query: { limit: 500, sort: "position" } } })),
    });
    const refresh = () => client.invalidateQueries({ queryKey: ["assignment-rule"] });
    const toggle = useMutation({
        mutationFn: (one: { id: string; active: boolean }) =>
            data(
                api.PATCH("/api/assignment-rules/{id}", {
                    params: { path: { id: one.id } },
                    body: { active: one.active },
                }),
            ),
        onSettled: refresh,
    });
    const add = ({ id: _id, version: _v, created: _c, changed: _ch, ...body }: Schemas["AssignmentRule"]) =>
        data(api.POST("/api/assignment-rules", { body })).then(refresh);
    const remove = useMutation({
        mutationFn: (one: Schemas["AssignmentRule"]) =>
            data(api.DELETE("/api/assignment-rules/{id}", { params: { path: { id: one.id } } })),
        onSuccess: (_, one) => notify(t.removed(one.name), () => add(one)),
        onSettled: refresh,
    });
    const items = list.data?.items ?? [];
    const help = (one: Schemas["AssignmentRule"]) =>
        [
            one.stage ? t.whenStage(stage(one.stage)) : t.whenAny,
            one.audience,
            `${t.methods[one.method]}: ${one.members.map((member) => colleagues.name(member.user) ?? "?").join(", ")}`,
            one.handover && t.withHandover,
        ]
            .filter(Boolean)
            .join(" · ");
    const button = mayChange && <AddButton label={t.addRule} onClick={() => setMaking(true)} />;
    return (
        <Card title={t.assignment} quiet={items.length || undefined} control={items.length > 0 && button}>
            {list.isPending && <Loading rows={2} />}
            {(list.error || toggle.error || remove.error) && (
                <Trouble error={list.error ?? toggle.error ?? remove.error} retry={list.refetch} />
            )}
            {list.data && !items.length && <Empty title={t.noRules} text={t.noRulesHelp} action={button} />}
            {items.map((one) => (
                <Entry
                    key={one.id}
                    title={one.name}
                    help={help(one)}
                    active={one.active}
                    mayChange={mayChange}
                    toggle={(active) => toggle.mutate({ id: one.id, active })}
                    remove={() => remove.mutate(one)}
                />
            ))}
            <Modal opened={making} onClose={() => setMaking(false)} title={t.addRule} size={560}>
                <MakeRule close={() => setMaking(false)} position={items.length + 1} />
            </Modal>
        </Card>
    );
}

function Reactions() {
    const text = useText();
    const t = text.settings.rules;
    const client = useQueryClient();
    const notify = useNotify();
    const mayChange = useMay("model.write");
    const stage = useStageName();
    const [making, setMaking] = useState(false);
    const list = useQuery({
        queryKey: ["reaction"],
        queryFn: () => data(api.GET("/api/reactions", { params: { query: { limit: 500, sort: "name" } } })),
    });
    const refresh = () => client.invalidateQueries({ queryKey: ["reaction"] });
    const toggle = useMutation({
        mutationFn: (one: { id: string; active: boolean }) =>
            data(
                api.PATCH("/api/reactions/{id}", {
                    params: { path: { id: one.id } },
                    body: { active: one.active },
                }),
            ),
        onSettled: refresh,
    });
    const add = ({ id: _id, version: _v, created: _c, changed: _ch, ...body }: Schemas["Reaction"]) =>
        data(api.POST("/api/reactions", { body })).then(refresh);
    const remove = useMutation({
        mutationFn: (one: Schemas["Reaction"]) =>
            data(api.DELETE("/api/reactions/{id}", { params: { path: { id: one.id } } })),
        onSuccess: (_, one) => notify(t.removed(one.name), () => add(one)),
        onSettled: refresh,
    });
    const items = list.data?.items ?? [];
    const help = (one: Schemas["Reaction"]) =>
        [
            one.becomes ? t.becomes[one.kind](stage(one.becomes)) : t.changes[one.kind],
            one.task && t.makesTask(one.task.title),
            one.webhook && t.tellsWebhook,
        ]
            .filter(Boolean)
            .join(" · ");
    const button = mayChange && <AddButton label={t.addReaction} onClick={() => setMaking(true)} />;
    return (
        <Card title={t.reactions} quiet={items.length || undefined} control={items.length > 0 && button}>
            {list.isPending && <Loading rows={2} />}
            {(list.error || toggle.error || remove.error) && (
                <Trouble error={list.error ?? toggle.error ?? remove.error} retry={list.refetch} />
            )}
            {list.data && !items.length && (
                <Empty title={t.noReactions} text={t.noReactionsHelp} action={button} />
            )}
            {items.map((one) => (
                <Entry
                    key={one.id}
                    title={one.name}
                    help={help(one)}
                    active={one.active}
                    mayChange={mayChange}
                    toggle={(active) => toggle.mutate({ id: one.id, active })}
                    remove={() => remove.mutate(one)}
                />
            ))}
            <Modal opened={making} onClose={() => setMaking(false)} title={t.addReaction}>
                <MakeReaction close={() => setMaking(false)} />
            </Modal>
        </Card>
    );
}

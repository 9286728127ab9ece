// Webhooks: where messages about what happens go; one of them opens its log.
import { Button, Modal, TagsInput, TextInput } from "@mantine/core";
import { IconWebhook } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useSearchParams } from "react-router";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { Card, Chip, Empty, Loading, When } from "../../parts/basic";
import { Copy } from "../../parts/copy";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./settings.module.css";
import { WebhookLog } from "./webhook_log";

export default function Webhooks() {
    const text = useText();
    const t = text.settings.webhooks;
    const mayChange = useMay("webhook.write");
    const [making, setMaking] = useState(false);
    const [params, setParams] = useSearchParams();
    const open = params.get("webhook");
    const hooks = useQuery({
        queryKey: ["webhook"],
        queryFn: () => data(api.GET("/api/webhooks", { params: { query: { limit: 500 } } })),
    });
    const items = hooks.data?.items ?? [];
    const chosen = items.find((one) => one.id === open);
    const button = mayChange && (
        <Button
            variant="filled"
            leftSection={<IconWebhook size={16} stroke={1.75} />}
            onClick={() => setMaking(true)}
        >
            {t.make}
        </Button>
    );
    return (
        <>
            <Card
                title={text.settings.parts.webhooks}
                quiet={items.length || undefined}
                control={items.length > 0 && button}
            >
                {hooks.isPending && <Loading rows={3} />}
                {hooks.error && <Trouble error={hooks.error} retry={hooks.refetch} />}
                {hooks.data && !items.length && <Empty title={t.empty} text={t.emptyHelp} action={button} />}
                {items.map((one) => (
                    <button
                        key={one.id}
                        type="button"
                        className={`plain ${classes.line}`}
                        style={{ width: "100%" }}
                        aria-expanded={one.id === open}
                        onClick={() => setParams(one.id === open ? {} : { webhook: one.id })}
                    >
                        <span className="stack grow" style={{ gap: 0 }}>
                            <span className="medium truncate">{one.name || one.url}</span>
                            <span className="help truncate">{one.events.join(", ")}</span>
                        </span>
                        <State hook={one} />
                    </button>
                ))}
            </Card>
            {chosen && <WebhookLog key={chosen.id} hook={chosen} />}
            <Modal opened={making} onClose={() => setMaking(false)} title={t.make}>
                <Make />
            </Modal>
        </>
    );
}

function State({ hook }: { hook: Schemas["Webhook"] }) {
    const t = useText().settings.webhooks;
    if (hook.state === "disabled") return <Chip kind="danger">{t.disabled}</Chip>;
    if (hook.failing_since)
        return (
            <Chip kind="warn">
                {t.failingSince} <When time={hook.failing_since} />
            </Chip>
        );
    return <Chip kind="accent">{t.active}</Chip>;
}

function Make() {
    const text = useText();
    const t = text.settings.webhooks;
    const client = useQueryClient();
    const [events, setEvents] = useState<string[]>(["contact.moved"]);
    const types = useQuery({
        queryKey: ["webhook-types"],
        queryFn: () => data(api.GET("/api/webhook-types", { params: { query: { limit: 500 } } })),
        staleTime: 600_000,
    });
    const make = useMutation({
        mutationFn: (body: Schemas["WebhookNew"]) => data(api.POST("/api/webhooks", { body })),
        onSuccess: () => client.invalidateQueries({ queryKey: ["webhook"] }),
    });
    if (make.data) return <Secret secret={make.data.secret} />;
    function submit(event: FormEvent<HTMLFormElement>) {
        event.preventDefault();
        const said = new FormData(event.currentTarget);
        make.mutate({ url: String(said.get("url")), name: String(said.get("name")), events });
    }
    const problem = make.error instanceof ApiProblem ? make.error : undefined;
    return (
        <form className="stack" style={{ gap: 12 }} onSubmit={submit}>
            <TextInput
                name="url"
                type="url"
                label={t.url}
                description={t.urlHelp}
                placeholder="https://shop.example.com/hooks/sluice"
                error={problem?.field("url")}
                required
                data-autofocus
            />
            <TextInput name="name" label={t.name} maxLength={200} error={problem?.field("name")} />
            <TagsInput
                label={t.events}
                description={t.eventsHelp}
                data={(types.data?.items ?? []).map((one) => one.name)}
                value={events}
                onChange={setEvents}
                limit={50}
                maxDropdownHeight={240}
                error={problem?.errors.find((one) => one.field.startsWith("events"))?.message}
            />
            {problem && !problem.errors.length && <Trouble error={problem} />}
            <div>
                <Button type="submit" variant="filled" loading={make.isPending}>
                    {t.make}
                </Button>
            </div>
        </form>
    );
}

export function Secret({ secret }: { secret: string }) {
    const t = useText().settings.webhooks;
    return (
        <div className={classes.once}>
            <p>{t.secretOnce}</p>
            <Copy value={secret} label={t.secret} />
        </div>
    );
}

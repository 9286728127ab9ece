// One webhook: what was sent, with attempts; test, send again, new secret, disable.
import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots, IconRefresh } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "../../api/client";
import { Card, Chip, Loading, When } from "../../parts/basic";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./settings.module.css";
import { Secret } from "./webhooks";

type State = Schemas["WebhookDelivery"]["state"];
const KIND: Record<State, "plain" | "accent" | "warn" | "danger"> = {
    pending: "warn",
    sent: "accent",
    failed: "danger",
    dropped: "plain",
};

export function WebhookLog({ hook }: { hook: Schemas["Webhook"] }) {
    const text = useText();
    const t = text.settings.webhooks;
    const mayChange = useMay("webhook.write");
    const client = useQueryClient();
    const params = { path: { id: hook.id } };
    const refresh = () => client.invalidateQueries({ queryKey: ["webhook"] });
    const log = useInfiniteQuery({
        queryKey: ["webhook", hook.id, "deliveries"],
        initialPageParam: undefined as string | undefined,
        queryFn: ({ pageParam }) =>
            data(
                api.GET("/api/webhooks/{id}/deliveries", {
                    params: { ...params, query: { limit: 25, after: pageParam } },
                }),
            ),
        getNextPageParam: (page) => page.next ?? undefined,
        refetchInterval: (query) =>
            query.state.data?.pages[0]?.items.some((one) => one.state === "pending") ? 2000 : false,
    });
    const test = useMutation({
        mutationFn: () => data(api.POST("/api/webhooks/{id}/test", { params })),
        onSettled: refresh,
    });
    const rotate = useMutation({
        mutationFn: () => data(api.POST("/api/webhooks/{id}/secret", { params, body: { keep_hours: 24 } })),
        onSettled: refresh,
    });
    const change = useMutation({
        mutationFn: (state: "active" | "disabled") =>
            data(api.PATCH("/api/webhooks/{id}", { params, body: { state } })),
        onSettled: refresh,
    });
    const replay = useMutation({
        mutationFn: () =>
            data(
                api.POST("/api/webhooks/{id}/replay", {
                    params,
                    body: { since: new Date(Date.now() - 30 * 86_400_000).toISOString() },
                }),
            ),
        onSettled: refresh,
    });
    const remove = useMutation({
        mutationFn: () => data(api.DELETE("/api/webhooks/{id}", { params })),
        onSettled: refresh,
    });
    const items = log.data?.pages.flatMap((page) => page.items) ?? [];
    const error =
        log.error ?? test.error ?? rotate.error ?? change.error ?? replay.error ?? remove.error ?? undefined;
    return (
        <Card
            title={t.log}
            quiet={<span className="truncate no-phone">{hook.url}</span>}
            control={
                mayChange && (
                    <>
                        <Button loading={test.isPending} onClick={() => test.mutate()}>
                            {t.test}
                        </Button>
                        <Menu position="bottom-end">
                            <Menu.Target>
                                <ActionIcon variant="subtle" color="gray" aria-label={text.shell.more}>
                                    <IconDots size={16} stroke={1.75} />
                                </ActionIcon>
                            </Menu.Target>
                            <Menu.Dropdown>
                                <Menu.Item onClick={() => replay.mutate()}>{t.replayFailed}</Menu.Item>
                                <Menu.Item onClick={() => rotate.mutate()}>{t.rotate}</Menu.Item>
                                {hook.state === "active" ? (
                                    <Menu.Item onClick={() => change.mutate("disabled")}>
                                        {t.disable}
                                    </Menu.Item>
                                ) : (
                                    <>
                                        <Menu.Item onClick={() => change.mutate("active")}>
                                            {t.enable}
                                        </Menu.Item>
                                        <Menu.Item color="var(--danger)" onClick={() => remove.mutate()}>
                                            {t.remove}
                                        </Menu.Item>
                                    </>
                                )}
                            </Menu.Dropdown>
                        </Menu>
                    </>
                )
            }
        >
            {error && <Trouble error={error} />}
            {(rotate.data || hook.why) && (
                <div className={classes.inside}>
                    {hook.why && <p className="danger">{hook.why}</p>}
                    {rotate.data && <Secret secret={rotate.data.secret} />}
                </div>
            )}
            {log.isPending && <Loading rows={3} />}
            {log.data && !items.length && <p className={`${classes.inside} muted`}>{t.nothingSent}</p>}
            {items.map((one) => (
                <Delivery key={one.id} hook={hook.id} item={one} mayChange={mayChange} />
            ))}
            {log.hasNextPage && (
                <div className={classes.line}>
                    <Button loading={log.isFetchingNextPage} onClick={() => log.fetchNextPage()}>
                        {text.settings.older}
                    </Button>
                </div>
            )}
        </Card>
    );
}

function Delivery(props: { hook: string; item: Schemas["WebhookDelivery"]; mayChange: boolean }) {
    const text = useText();
    const t = text.settings.webhooks;
    const client = useQueryClient();
    const [open, setOpen] = useState(false);
    const { item } = props;
    const params = { path: { id: props.hook, delivery: item.id } };
    const whole = useQuery({
        queryKey: ["webhook", props.hook, "delivery", item.id, item.attempts],
        queryFn: () => data(api.GET("/api/webhooks/{id}/deliveries/{delivery}", { params })),
        enabled: open,
    });
    const again = useMutation({
        mutationFn: () => data(api.POST("/api/webhooks/{id}/deliveries/{delivery}/replay", { params })),
        onSettled: () => client.invalidateQueries({ queryKey: ["webhook"] }),
    });
    return (
        <>
            <div className={classes.line}>
                <button
                    type="button"
                    className="plain grow row"
                    aria-expanded={open}
                    onClick={() => setOpen(!open)}
                >
                    <span className="mono truncate grow">{item.type}</span>
                    {item.status !== null && <span className="num muted">{item.status}</span>}
                    <Chip kind={KIND[item.state]}>{t.states[item.state]}</Chip>
                    <span className="muted" style={{ minWidth: 84, textAlign: "right" }}>
                        <When time={item.created} />
                    </span>
                </button>
                {props.mayChange && (
                    <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={t.sendAgain}
                        loading={again.isPending}
                        onClick={() => again.mutate()}
                    >
                        <IconRefresh size={16} stroke={1.75} />
                    </ActionIcon>
                )}
            </div>
            {open && whole.data && (
                <div className={classes.inside} style={{ paddingTop: 0 }}>
                    {whole.data.log.map((attempt) => (
                        <p key={attempt.number} className="help">
                            {t.attempt(attempt.number)} <When time={attempt.at} /> ·{" "}
                            {attempt.error ?? attempt.status} · {attempt.milliseconds} ms
                            {attempt.answer && (
                                <span className="mono"> · {attempt.answer.slice(0, 200)}</span>
                            )}
                        </p>
                    ))}
                    <pre className={classes.json}>{JSON.stringify(whole.data.body, null, 2)}</pre>
                </div>
            )}
            {open && whole.error && <Trouble error={whole.error} retry={whole.refetch} />}
        </>
    );
}

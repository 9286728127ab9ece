// Keys that programs log in with; a key is shown once.
import { Button, Modal, Select, TextInput } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, data, type Schemas } from "../../api/client";
import { Card, Chip, Empty, Loading, When } from "../../parts/basic";
import { Copy } from "../../parts/copy";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./settings.module.css";

type Scope = Schemas["Key"]["scope"];
const SCOPES: Scope[] = ["capture", "read", "write", "admin"];

export default function Keys() {
    const text = useText();
    const t = text.settings.keys;
    const mayMake = useMay("key.write");
    const [making, setMaking] = useState(false);
    const keys = useQuery({
        queryKey: ["key"],
        queryFn: () => data(api.GET("/api/keys", { params: { query: { limit: 500, sort: "-created" } } })),
    });
    const items = keys.data?.items ?? [];
    const button = mayMake && (
        <Button
            variant="filled"
            leftSection={<IconKey size={16} stroke={1.75} />}
            onClick={() => setMaking(true)}
        >
            {t.make}
        </Button>
    );
    return (
        <>
            <Card
                title={text.settings.parts.keys}
                quiet={items.length || undefined}
                control={items.length > 0 && button}
            >
                {keys.isPending && <Loading rows={4} />}
                {keys.error && <Trouble error={keys.error} retry={keys.refetch} />}
                {keys.data && !items.length && <Empty title={t.empty} text={t.emptyHelp} action={button} />}
                {items.length > 0 && (
                    <div className={classes.scroll}>
                        <table className={classes.table}>
                            <thead>
                                <tr>
                                    <th>{t.name}</th>
                                    <th>{t.scope}</th>
                                    <th className={classes.wide}>{t.lastUsed}</th>
                                    <th>
                                        <span className="sr-only">{text.shell.more}</span>
                                    </th>
                                </tr>
                            </thead>
                            <tbody>
                                {items.map((key) => (
                                    <Row key={key.id} item={key} mayChange={mayMake} />
                                ))}
                            </tbody>
                        </table>
                    </div>
                )}
            </Card>
            <Modal opened={making} onClose={() => setMaking(false)} title={t.make}>
                <Make />
            </Modal>
        </>
    );
}

function Row({ item, mayChange }: { item: Schemas["Key"]; mayChange: boolean }) {
    const text = useText();
    const t = text.settings.keys;
    const client = useQueryClient();
    const [sure, setSure] = useState(false);
    const revoke = useMutation({
        mutationFn: () => data(api.DELETE("/api/keys/{id}", { params: { path: { id: item.id } } })),
        onSettled: () => client.invalidateQueries({ queryKey: ["key"] }),
    });
    return (
        <tr>
            <td>
                <span className="stack" style={{ gap: 0 }}>
                    <span className="medium truncate">{item.name || t.unnamed}</span>
                    <span className="help mono">{item.prefix}…</span>
                </span>
            </td>
            <td title={t.scopeHelp[item.scope]}>{t.scopes[item.scope]}</td>
            <td className={classes.wide}>
                <When time={item.last_used} />
            </td>
            <td>
                {item.revoked ? (
                    <Chip>{t.revoked}</Chip>
                ) : (
                    // Nothing brings a revoked key back: the second press does it.
                    mayChange && (
                        <Button
                            variant={sure ? "default" : "subtle"}
                            loading={revoke.isPending}
                            className={sure ? "danger" : undefined}
                            onBlur={() => setSure(false)}
                            onClick={() => (sure ? revoke.mutate() : setSure(true))}
                        >
                            {sure ? t.revokeForGood : t.revoke}
                        </Button>
                    )
                )}
            </td>
        </tr>
    );
}

function Make() {
    const text = useText();
    const t = text.settings.keys;
    const client = useQueryClient();
    const [scope, setScope] = useState<Scope>("capture");
    const make = useMutation({
        mutationFn: (body: Schemas["KeyNew"]) => data(api.POST("/api/keys", { body })),
        onSuccess: () => client.invalidateQueries({ queryKey: ["key"] }),
    });
    if (make.data?.key)
        return (
            <div className={classes.once}>
                <p>{t.once}</p>
                <Copy value={make.data.key} label={make.data.name || t.unnamed} />
            </div>
        );
    function submit(event: FormEvent<HTMLFormElement>) {
        event.preventDefault();
        make.mutate({ name: String(new FormData(event.currentTarget).get("name")), scope });
    }
    return (
        <form className="stack" style={{ gap: 12 }} onSubmit={submit}>
            <TextInput
                name="name"
                label={t.name}
                description={t.nameHelp}
                maxLength={200}
                required
                data-autofocus
            />
            <Select
                label={t.scope}
                description={t.scopeHelp[scope]}
                data={SCOPES.map((value) => ({ value, label: t.scopes[value] }))}
                value={scope}
                onChange={(value) => setScope(value as Scope)}
            />
            {make.error && <Trouble error={make.error} />}
            <div>
                <Button type="submit" variant="filled" loading={make.isPending}>
                    {t.make}
                </Button>
            </div>
        </form>
    );
}

// The audit trail: who changed what, newest first, with what it was before and after.
import { Button, Select, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { Card, Loading, When } from "../../parts/basic";
import { useColleagues } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { changesOf } from "./changes";
import classes from "./settings.module.css";

export default function Audit() {
    const text = useText();
    const t = text.settings.audit;
    const [params, setParams] = useSearchParams();
    const colleagues = useColleagues();
    const user = params.get("user") ?? undefined;
    const action = params.get("action") ?? undefined;
    const subject = params.get("subject") ?? undefined;
    const set = (name: string, value: string | null) =>
        setParams((old) => {
            if (value) old.set(name, value);
            else old.delete(name);
            return old;
        });
    const lines = useInfiniteQuery({
        queryKey: ["audit", user, action, subject],
        initialPageParam: undefined as string | undefined,
        queryFn: ({ pageParam }) =>
            data(
                api.GET("/api/audit", {
                    params: { query: { limit: 50, after: pageParam, user, action, subject } },
                }),
            ),
        getNextPageParam: (page) => page.next ?? undefined,
    });
    const items = lines.data?.pages.flatMap((page) => page.items) ?? [];
    return (
        <>
            <div className="row wrap">
                <Select
                    aria-label={t.who}
                    placeholder={t.everybody}
                    data={colleagues.list.map((one) => ({ value: one.id, label: one.name }))}
                    value={user ?? null}
                    onChange={(value) => set("user", value)}
                    clearable
                    searchable
                />
                <TextInput
                    aria-label={t.action}
                    placeholder={t.action}
                    defaultValue={action}
                    onBlur={(event) => set("action", event.currentTarget.value.trim())}
                    onKeyDown={(event) => {
                        if (event.key === "Enter") set("action", event.currentTarget.value.trim());
                    }}
                />
            </div>
            <Card title={text.settings.parts.audit}>
                {lines.isPending && <Loading />}
                {lines.error && <Trouble error={lines.error} retry={lines.refetch} />}
                {lines.data && !items.length && <p className={`${classes.inside} muted`}>{t.nothing}</p>}
                {items.map((line) => (
                    <Line key={line.id} line={line} />
                ))}
                {lines.hasNextPage && (
                    <div className={classes.line}>
                        <Button loading={lines.isFetchingNextPage} onClick={() => lines.fetchNextPage()}>
                            {text.settings.older}
                        </Button>
                    </div>
                )}
            </Card>
        </>
    );
}

function Line({ line }: { line: Schemas["AuditLine"] }) {
    const text = useText();
    const t = text.settings.audit;
    const colleagues = useColleagues();
    const [open, setOpen] = useState(false);
    const changes = changesOf(line.before, line.after);
    const who =
        line.by.kind === "system"
            ? t.system
            : line.by.kind === "key"
              ? t.key(line.by.name || "")
              : (colleagues.name(line.by.id) ?? line.by.name ?? "");
    return (
        <>
            <button
                type="button"
                className={`plain ${classes.line}`}
                style={{ width: "100%" }}
                aria-expanded={open}
                onClick={() => setOpen(!open)}
            >
                <span className="medium truncate">{who}</span>
                <span className="mono muted truncate">{line.action}</span>
                <span className="muted truncate grow">{titleOf(line)}</span>
                <span className="muted" style={{ whiteSpace: "nowrap" }}>
                    <When time={line.time} />
                </span>
            </button>
            {open && (
                <div className={classes.change}>
                    {changes.map((change) => (
                        <div key={change.name} style={{ display: "contents" }}>
                            <span className="muted">{change.name}</span>
                            <span className={change.was ? classes.was : "muted"}>{change.was || "–"}</span>
                            <span>{change.is || "–"}</span>
                        </div>
                    ))}
                    {!changes.length && <span className="muted">{t.noDetails}</span>}
                </div>
            )}
        </>
    );
}

function titleOf(line: Schemas["AuditLine"]): string {
    const about = (line.after ?? line.before) as Record<string, unknown> | null;
    const name = about?.name || about?.email || about?.title || about?.url;
    return typeof name === "string" ? name : line.subject;
}

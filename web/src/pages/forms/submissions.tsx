// What was sent: newest first; those under suspicion wait for somebody to say.
import { Button } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { Card, Chip, Loading, Segments, When } from "../../parts/basic";
import { Copy } from "../../parts/copy";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./forms.module.css";

type State = Schemas["Submission"]["state"];
const KIND: Record<State, "plain" | "accent" | "warn" | "danger"> = {
    accepted: "accent",
    pending: "warn",
    confirmed: "accent",
    suspect: "warn",
    spam: "plain",
};
const SHOWN = ["all", "suspect", "pending", "spam"] as const;

export function Submissions({ id }: { id: string }) {
    const text = useText();
    const t = text.forms;
    const [params, setParams] = useSearchParams();
    const state = SHOWN.find((one) => one === params.get("state")) ?? "all";
    const list = useInfiniteQuery({
        queryKey: ["submission", id, state],
        initialPageParam: undefined as string | undefined,
        queryFn: ({ pageParam }) =>
            data(
                api.GET("/api/forms/{id}/submissions", {
                    params: {
                        path: { id },
                        query: { limit: 50, after: pageParam, state: state === "all" ? undefined : state },
                    },
                }),
            ),
        getNextPageParam: (page) => page.next ?? undefined,
    });
    const items = list.data?.pages.flatMap((page) => page.items) ?? [];
    return (
        <Card
            title={t.submissions}
            control={
                <Segments
                    label={t.state}
                    value={state}
                    onChange={(next) =>
                        setParams(next === "all" ? { view: "answers" } : { view: "answers", state: next })
                    }
                    options={SHOWN.map((value) => ({
                        value,
                        label: value === "all" ? t.all : t.submissionStates[value],
                    }))}
                />
            }
        >
            {list.isPending && <Loading rows={4} />}
            {list.error && <Trouble error={list.error} retry={list.refetch} />}
            {list.data && !items.length && <p className={`${classes.inside} muted`}>{t.nothingSent}</p>}
            {items.map((one) => (
                <Item key={one.id} form={id} item={one} />
            ))}
            {list.hasNextPage && (
                <div className={classes.inside}>
                    <div>
                        <Button loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
                            {text.shell.more}
                        </Button>
                    </div>
                </div>
            )}
        </Card>
    );
}

function Item({ form, item }: { form: string; item: Schemas["Submission"] }) {
    const t = useText().forms;
    const client = useQueryClient();
    const mayJudge = useMay("form.write");
    const [open, setOpen] = useState(false);
    const params = { path: { id: form, submission: item.id } };
    const judge = useMutation({
        mutationFn: (person: boolean) =>
            person
                ? data(api.POST("/api/forms/{id}/submissions/{submission}/accept", { params }))
                : data(api.POST("/api/forms/{id}/submissions/{submission}/reject", { params })),
        onSettled: () => client.invalidateQueries({ queryKey: ["submission", form] }),
    });
    const answers = Object.entries(item.answers as Record<string, unknown>);
    return (
        <div className={classes.submission}>
            <div className="row">
                <button
                    type="button"
                    className="plain row grow"
                    aria-expanded={open}
                    onClick={() => setOpen(!open)}
                >
                    <span className="truncate grow">
                        {answers.map(([, said]) => String(said)).join(" · ") || t.emptied}
                    </span>
                    <Chip kind={KIND[item.state]}>{t.submissionStates[item.state]}</Chip>
                    <span className={`muted ${classes.time}`}>
                        <When time={item.time} />
                    </span>
                </button>
                {item.state === "suspect" && mayJudge && (
                    <>
                        <Button onClick={() => judge.mutate(true)}>{t.isPerson}</Button>
                        <Button variant="subtle" onClick={() => judge.mutate(false)}>
                            {t.isSpam}
                        </Button>
                    </>
                )}
            </div>
            {judge.error && <Trouble error={judge.error} />}
            {open && (
                <dl className={classes.answers}>
                    {answers.map(([name, said]) => (
                        <div key={name} style={{ display: "contents" }}>
                            <dt className="muted">{name}</dt>
                            <dd>{String(said)}</dd>
                        </div>
                    ))}
                    {item.reasons.length > 0 && (
                        <>
                            <dt className="muted">{t.suspicion(item.suspicion)}</dt>
                            <dd>{item.reasons.join(", ")}</dd>
                        </>
                    )}
                    {item.confirm_url && (
                        <>
                            <dt className="muted">{t.confirmLink}</dt>
                            <dd>
                                <Copy value={item.confirm_url} label={t.confirmLink} />
                            </dd>
                        </>
                    )}
                </dl>
            )}
        </div>
    );
}

// Who must not be written to, and why. Search, add, bring a list, take off with a reason.
import { Button, FileButton, Modal, Select, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconFileImport, IconPlus, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiProblem, api, data, type Schemas } from "../../api/client";
import { Card, Chip, Empty, Loading, When } from "../../parts/basic";
import { Choice } from "../../parts/choice";
import { useFormat } from "../../shell/format";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import { useTopics } from "../mailboxes";
import { SendButton } from "../sends/dialog";
import classes from "./settings.module.css";

type Entry = Schemas["Suppression"];
type Reason = Entry["reason"];
const REASONS: Reason[] = ["unsubscribed", "bounced", "complained", "manual", "imported"];

export default function Suppressions() {
    const text = useText();
    const t = useMailText().mailboxes.suppressions;
    const mayChange = useMay("setting.write");
    const [words, setWords] = useState("");
    const [search] = useDebouncedValue(words.trim().toLowerCase(), 200);
    const [reason, setReason] = useState("");
    const [open, setOpen] = useState<"add" | "import" | null>(null);
    const [removing, setRemoving] = useState<Entry | null>(null);
    const topics = useTopics().data?.items ?? [];
    const list = useInfiniteQuery({
        queryKey: ["suppression", search, reason],
        queryFn: ({ pageParam }) =>
            data(
                api.GET("/api/suppressions", {
                    params: {
                        query: {
                            search: search || undefined,
                            reason: (reason || undefined) as Reason | undefined,
                            limit: 50,
                            after: pageParam,
                        },
                    },
                }),
            ),
        initialPageParam: undefined as string | undefined,
        getNextPageParam: (page) => page.next ?? undefined,
        placeholderData: (before) => before,
    });
    const items = list.data?.pages.flatMap((page) => page.items) ?? [];
    const asked = search !== "" || reason !== "";
    const buttons = mayChange && (
        <div className="row wrap">
            <Button
                leftSection={<IconFileImport size={16} stroke={1.75} />}
                onClick={() => setOpen("import")}
            >
                {t.import}
            </Button>
            <Button
                variant="filled"
                leftSection={<IconPlus size={16} stroke={1.75} />}
                onClick={() => setOpen("add")}
            >
                {t.add}
            </Button>
        </div>
    );
    return (
        <>
            <Card title={t.title} control={(items.length > 0 || asked) && buttons}>
                {(items.length > 0 || asked) && (
                    <div className={classes.inside}>
                        <p className="t2">{t.help}</p>
                        <div className="row wrap">
                            <TextInput
                                aria-label={t.find}
                                placeholder={t.find}
                                leftSection={<IconSearch size={16} stroke={1.75} />}
                                value={words}
                                onChange={(event) => setWords(event.currentTarget.value)}
                                style={{ flex: 1, minWidth: 180 }}
                            />
                            <Choice
                                label={t.reason}
                                value={reason}
                                options={[
                                    { value: "", label: t.anyReason },
                                    ...REASONS.map((value) => ({ value, label: t.reasons[value] })),
                                ]}
                                onChange={setReason}
                            />
                        </div>
                    </div>
                )}
                {list.isPending && <Loading rows={4} />}
                {list.error && <Trouble error={list.error} retry={list.refetch} />}
                {list.data && !items.length && (
                    <Empty
                        title={asked ? t.noneOf : t.none}
                        text={asked ? undefined : t.noneHelp}
                        action={!asked && buttons}
                    />
                )}
                {items.length > 0 && (
                    <div className={classes.scroll}>
                        <table className={classes.table}>
                            <thead>
                                <tr>
                                    <th>{t.address}</th>
                                    <th className="no-phone">{t.reason}</th>
                                    <th className="no-phone">{t.topic}</th>
                                    <th className="no-phone">{t.proof}</th>
                                    <th className="no-phone">{t.since}</th>
                                    {mayChange && (
                                        <th>
                                            <span className="sr-only">{t.remove}</span>
                                        </th>
                                    )}
                                </tr>
                            </thead>
                            <tbody>
                                {items.map((one) => (
                                    <tr key={`${one.address} ${one.topic} ${one.reason}`}>
                                        <td className="medium" style={{ overflowWrap: "anywhere" }}>
                                            {one.address}
                                            <div className="only-phone">
                                                <ReasonChip of={one} />{" "}
                                                <span className="muted">
                                                    <When time={one.at} />
                                                </span>
                                            </div>
                                        </td>
                                        <td className="no-phone">
                                            <ReasonChip of={one} />
                                        </td>
                                        <td className="no-phone">
                                            {one.topic
                                                ? topics.find((topic) => topic.id === one.topic)?.name
                                                : t.allTopics}
                                        </td>
                                        <td className="no-phone muted">
                                            <Proof words={one.proof} />
                                        </td>
                                        <td className={`no-phone muted ${classes.tight}`}>
                                            <When time={one.at} />
                                        </td>
                                        {mayChange && (
                                            <td>
                                                <Button
                                                    variant="subtle"
                                                    aria-label={t.removeTitle(one.address)}
                                                    onClick={() => setRemoving(one)}
                                                >
                                                    {t.remove}
                                                </Button>
                                            </td>
                                        )}
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    </div>
                )}
                {list.hasNextPage && (
                    <div className={classes.inside}>
                        <Button onClick={() => list.fetchNextPage()} loading={list.isFetchingNextPage}>
                            {text.settings.older}
                        </Button>
                    </div>
                )}
            </Card>
            <Modal opened={open === "add"} onClose={() => setOpen(null)} title={t.add}>
                <Add topics={topics} done={() => setOpen(null)} />
            </Modal>
            <Modal opened={open === "import"} onClose={() => setOpen(null)} title={t.import}>
                <Import done={() => setOpen(null)} />
            </Modal>
            <Modal
                opened={!!removing}
                onClose={() => setRemoving(null)}
                title={removing ? t.removeTitle(removing.address) : ""}
            >
                {removing && <Remove of={removing} done={() => setRemoving(null)} />}
            </Modal>
        </>
    );
}

function ReasonChip({ of }: { of: Entry }) {
    const t = useMailText().mailboxes.suppressions;
    return <Chip kind={of.reason === "complained" ? "danger" : "plain"}>{t.reasons[of.reason]}</Chip>;
}

// "send 73, one-click POST from 192.0.2.1": the mail itself, and the rest as people say it.
function Proof({ words }: { words: string }) {
    const t = useMailText().mailboxes.suppressions;
    const [, send, said = words] = /^send (\d+), (.*)$/s.exec(words) ?? [];
    const [, how = "", where] = /^(.*) from (\S+)$/s.exec(said) ?? [];
    const known = t.proofs[how];
    return (
        <span className="row wrap" style={{ gap: "0 6px" }}>
            {send && <SendButton id={send} />}
            <span title={words}>{known ? `${known}, ${where}` : said}</span>
        </span>
    );
}

function useRefresh() {
    const client = useQueryClient();
    return () => client.invalidateQueries({ queryKey: ["suppression"] });
}

const put = (body: Schemas["SuppressionAdd"]) => data(api.POST("/api/suppressions", { body }));
const take = ({ address, topic, reason }: Entry, why: string) =>
    data(
        api.DELETE("/api/suppressions/{address}", {
            params: { path: { address }, query: { why, topic: topic ?? undefined, reason } },
        }),
    );

function Add({ topics, done }: { topics: Schemas["Topic"][]; done: () => void }) {
    const t = useMailText().mailboxes.suppressions;
    const refresh = useRefresh();
    const notify = useNotify();
    const [address, setAddress] = useState("");
    const [topic, setTopic] = useState("");
    const [why, setWhy] = useState("");
    const add = useMutation({
        mutationFn: () => put({ address, topic: topic || undefined, why }),
        onSuccess: (made) => {
            refresh();
            notify(t.added(made.address), () => take(made, t.undone).then(refresh));
            done();
        },
    });
    const problem = add.error instanceof ApiProblem ? add.error : undefined;
    function submit(event: FormEvent) {
        event.preventDefault();
        add.mutate();
    }
    return (
        <form className={classes.form} onSubmit={submit}>
            <TextInput
                type="email"
                label={t.address}
                value={address}
                error={problem?.field("address")}
                required
                data-autofocus
                onChange={(event) => setAddress(event.currentTarget.value)}
            />
            {topics.length > 0 && (
                <Select
                    label={t.topic}
                    data={[
                        { value: "", label: t.allTopics },
                        ...topics.map((one) => ({ value: one.id, label: one.name })),
                    ]}
                    value={topic}
                    onChange={(next) => setTopic(next ?? "")}
                />
            )}
            <TextInput
                label={t.why}
                description={t.whyHelp}
                value={why}
                maxLength={400}
                error={problem?.field("why")}
                required
                onChange={(event) => setWhy(event.currentTarget.value)}
            />
            {problem && !problem.errors.length && <Trouble error={problem} />}
            <div>
                <Button type="submit" variant="filled" loading={add.isPending}>
                    {t.add}
                </Button>
            </div>
        </form>
    );
}

function Import({ done }: { done: () => void }) {
    const t = useMailText().mailboxes.suppressions;
    const format = useFormat();
    const refresh = useRefresh();
    const notify = useNotify();
    const [lines, setLines] = useState("");
    const [why, setWhy] = useState("");
    const bring = useMutation({
        mutationFn: () =>
            data(
                api.POST("/api/suppressions/import", {
                    params: { query: { why } },
                    body: lines as never,
                    bodySerializer: (body: unknown) => String(body),
                    headers: { "Content-Type": "text/csv" },
                }),
            ),
        onSuccess: (made) => {
            refresh();
            notify(t.imported(format.number(made.added)));
            if (!made.rejected) done();
        },
    });
    function submit(event: FormEvent) {
        event.preventDefault();
        bring.mutate();
    }
    return (
        <form className={classes.form} onSubmit={submit}>
            <Textarea
                label={t.lines}
                description={t.importHelp}
                value={lines}
                autosize
                minRows={4}
                maxRows={10}
                required
                data-autofocus
                onChange={(event) => setLines(event.currentTarget.value)}
            />
            <div>
                <FileButton
                    accept="text/csv,text/plain,.csv,.txt"
                    onChange={(file) => file?.text().then(setLines)}
                >
                    {(props) => <Button {...props}>{t.file}</Button>}
                </FileButton>
            </div>
            <TextInput
                label={t.listWhy}
                value={why}
                maxLength={400}
                required
                onChange={(event) => setWhy(event.currentTarget.value)}
            />
            {bring.error && <Trouble error={bring.error} />}
            {bring.data && bring.data.rejected > 0 && (
                <div role="status" className="warn">
                    <p>{t.someWrong(format.number(bring.data.rejected))}</p>
                    <ul>
                        {bring.data.errors.slice(0, 5).map((one) => (
                            <li key={one.line} className="help">
                                {one.line}: {one.message}
                            </li>
                        ))}
                    </ul>
                </div>
            )}
            <div>
                <Button type="submit" variant="filled" loading={bring.isPending}>
                    {t.importThem}
                </Button>
            </div>
        </form>
    );
}

function Remove({ of, done }: { of: Entry; done: () => void }) {
    const t = useMailText().mailboxes.suppressions;
    const refresh = useRefresh();
    const notify = useNotify();
    const [why, setWhy] = useState("");
    const remove = useMutation({
        mutationFn: () => take(of, why),
        onSuccess: () => {
            refresh();
            notify(t.removed(of.address), () =>
                put({ address: of.address, topic: of.topic ?? undefined, why: t.undone }).then(refresh),
            );
            done();
        },
    });
    function submit(event: FormEvent) {
        event.preventDefault();
        remove.mutate();
    }
    return (
        <form className={classes.form} onSubmit={submit}>
            <p className="t2">
                {t.reasons[of.reason]}: {of.proof}
            </p>
            <TextInput
                label={t.why}
                description={t.removeHelp}
                placeholder={t.whyHelp}
                value={why}
                maxLength={400}
                required
                data-autofocus
                onChange={(event) => setWhy(event.currentTarget.value)}
            />
            {remove.error && <Trouble error={remove.error} />}
            <div>
                <Button type="submit" variant="filled" loading={remove.isPending}>
                    {t.removeIt}
                </Button>
            </div>
        </form>
    );
}

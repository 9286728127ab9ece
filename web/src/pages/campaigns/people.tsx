// Who is or was in it, where they stand, and the record of every step of one of them.
import { Button, Drawer, Modal } from "@mantine/core";
import { IconExternalLink, IconPlus, IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { Chip, Empty, Loading, Segments, When } from "../../parts/basic";
import { type Person, PersonSelect } from "../../parts/person_select";
import table from "../../parts/table.module.css";
import { useFormat } from "../../shell/format";
import { PageBody } from "../../shell/page";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import { SendButton } from "../sends/dialog";
import classes from "./campaigns.module.css";
import type { Campaign } from "./step";

type Row = Schemas["CampaignPerson"];
const SHOWN = ["all", "active", "left"] as const;

export function People(props: { campaign: Campaign; nameOf: (step: string) => string }) {
    const text = useText();
    const t = useMailText().campaigns.people;
    const { campaign, nameOf } = props;
    const may = useMay("campaign.write") && ["running", "paused"].includes(campaign.state);
    const [params, setParams] = useSearchParams();
    const shown = SHOWN.find((one) => one === params.get("people")) ?? "all";
    const open = params.get("person");
    const [adding, setAdding] = useState(false);
    const set = (name: string, value: string | null) =>
        setParams((old) => {
            if (value) old.set(name, value);
            else old.delete(name);
            return old;
        });
    const people = useInfiniteQuery({
        queryKey: ["campaign", campaign.id, "people", shown],
        queryFn: ({ pageParam }) =>
            data(
                api.GET("/api/campaigns/{id}/people", {
                    params: {
                        path: { id: campaign.id },
                        query: { state: shown === "all" ? undefined : shown, limit: 100, after: pageParam },
                    },
                }),
            ),
        initialPageParam: undefined as string | undefined,
        getNextPageParam: (page) => page.next ?? undefined,
    });
    const items = people.data?.pages.flatMap((page) => page.items) ?? [];
    const add = may && (
        <Button leftSection={<IconPlus size={16} stroke={1.75} />} onClick={() => setAdding(true)}>
            {t.add}
        </Button>
    );
    return (
        <PageBody>
            <div className="row wrap" style={{ padding: "12px 20px" }}>
                <Segments
                    label={t.state}
                    value={shown}
                    onChange={(next) => set("people", next === "all" ? null : next)}
                    options={SHOWN.map((value) => ({ value, label: t.states[value] }))}
                />
                <div className="grow" />
                {add}
            </div>
            {people.isPending && <Loading />}
            {people.error && <Trouble error={people.error} retry={people.refetch} />}
            {people.data && !items.length && (
                <Empty
                    icon={<IconUsers size={24} stroke={1.5} className="accent" aria-hidden />}
                    title={shown === "all" ? t.none : t.noneOf}
                    text={shown === "all" ? t.noneHelp : undefined}
                />
            )}
            {items.length > 0 && (
                <table className={table.table}>
                    <thead>
                        <tr>
                            <th>{t.person}</th>
                            <th>{t.step}</th>
                            <th className="no-phone">{t.entered}</th>
                            <th className="no-phone">{t.next}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {items.map((one) => (
                            <tr key={`${one.contact} ${one.round}`}>
                                <td>
                                    <button
                                        type="button"
                                        className="link"
                                        onClick={() => set("person", one.contact)}
                                    >
                                        {one.name || text.shell.unknownPerson}
                                    </button>
                                </td>
                                <td>
                                    <Where of={one} nameOf={nameOf} />
                                </td>
                                <td className="no-phone muted">
                                    <When time={one.entered} />
                                </td>
                                <td className="no-phone muted">{one.due && <When time={one.due} />}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            )}
            {people.hasNextPage && (
                <div style={{ padding: 20 }}>
                    <Button onClick={() => people.fetchNextPage()} loading={people.isFetchingNextPage}>
                        {t.more}
                    </Button>
                </div>
            )}
            <Modal opened={adding} onClose={() => setAdding(false)} title={t.add}>
                <Add campaign={campaign} done={() => setAdding(false)} />
            </Modal>
            <Drawer
                opened={open !== null}
                onClose={() => set("person", null)}
                position="right"
                size={560}
                title={t.logTitle}
                closeButtonProps={{ "aria-label": text.shell.close }}
            >
                {open && <Record campaign={campaign} contact={open} nameOf={nameOf} may={may} />}
            </Drawer>
        </PageBody>
    );
}

function Where({ of, nameOf }: { of: Row; nameOf: (step: string) => string }) {
    const t = useMailText().campaigns.people;
    if (of.state === "active") return <span>{of.step ? nameOf(of.step) : t.atBeginning}</span>;
    return <Chip kind={of.why === "goal" ? "accent" : "plain"}>{t.reasons[of.why ?? ""] ?? of.why}</Chip>;
}

function useEnter(campaign: Campaign) {
    const client = useQueryClient();
    const refresh = () => {
        client.invalidateQueries({ queryKey: ["campaign", campaign.id] });
        client.invalidateQueries({ queryKey: ["campaign", "list"] });
    };
    const path = { id: campaign.id };
    return {
        enter: (contact: string) =>
            data(
                api.POST("/api/campaigns/{id}/people", { params: { path }, body: { contacts: [contact] } }),
            ).then((made) => {
                refresh();
                return made;
            }),
        leave: (contact: string) =>
            data(
                api.DELETE("/api/campaigns/{id}/people/{contact}", {
                    params: { path: { ...path, contact } },
                }),
            ).then(refresh),
    };
}

function Add({ campaign, done }: { campaign: Campaign; done: () => void }) {
    const t = useMailText().campaigns.people;
    const format = useFormat();
    const notify = useNotify();
    const [person, setPerson] = useState<Person | null>(null);
    const { enter, leave } = useEnter(campaign);
    const add = useMutation({
        mutationFn: (one: Person) => enter(one.id),
        onSuccess: (made, one) => {
            if (!made.entered) return;
            notify(t.added(format.name(one)), () => leave(one.id));
            done();
        },
    });
    return (
        <div className="stack" style={{ gap: 12 }}>
            <p className="t2">{t.addHelp}</p>
            <PersonSelect
                label={t.person}
                placeholder={t.find}
                value={person}
                onChange={(one) => {
                    add.reset();
                    setPerson(one);
                }}
            />
            {add.data?.entered === 0 && (
                <p className="warn" role="alert">
                    {t.refused}
                </p>
            )}
            {add.error && <Trouble error={add.error} />}
            <div>
                <Button
                    variant="filled"
                    disabled={!person}
                    loading={add.isPending}
                    onClick={() => person && add.mutate(person)}
                >
                    {t.add}
                </Button>
            </div>
        </div>
    );
}

function Record(props: {
    campaign: Campaign;
    contact: string;
    nameOf: (step: string) => string;
    may: boolean;
}) {
    const text = useText();
    const t = useMailText().campaigns.people;
    const notify = useNotify();
    const { campaign, contact, nameOf } = props;
    const { enter, leave } = useEnter(campaign);
    const record = useQuery({
        queryKey: ["campaign", campaign.id, "people", "one", contact],
        queryFn: () =>
            data(
                api.GET("/api/campaigns/{id}/people/{contact}", {
                    params: { path: { id: campaign.id, contact } },
                }),
            ),
    });
    const out = useMutation({
        mutationFn: () => leave(contact),
        onSuccess: () => notify(t.takenOut(record.data?.person?.name ?? ""), () => enter(contact)),
    });
    const of = record.data;
    if (record.error) return <Trouble error={record.error} retry={record.refetch} />;
    if (!of) return <Loading rows={5} />;
    const mails = [...of.mails];
    // The mail that a line of the record speaks of: the next one of its step.
    const mailOf = (line: Schemas["CampaignRecord"]) => {
        if (line.what !== "sent") return undefined;
        const at = mails.findIndex((one) => one.step === line.step && one.round === line.round);
        return at < 0 ? undefined : mails.splice(at, 1)[0];
    };
    return (
        <div className="stack" style={{ gap: 16 }}>
            <div className="row wrap">
                <h3 className={`grow ${classes.big}`}>{of.person?.name || text.shell.unknownPerson}</h3>
                <Button
                    component={Link}
                    to={`/contacts/${contact}`}
                    leftSection={<IconExternalLink size={16} stroke={1.75} />}
                >
                    {t.openContact}
                </Button>
                {props.may && of.person?.state === "active" && (
                    <Button loading={out.isPending} onClick={() => out.mutate()}>
                        {t.takeOut}
                    </Button>
                )}
            </div>
            {out.error && <Trouble error={out.error} />}
            {of.person && (
                <p className="t2">
                    <Where of={of.person} nameOf={nameOf} />
                </p>
            )}
            {of.record.length === 0 && <p className="t2">{t.noLog}</p>}
            <ol className={classes.log}>
                {of.record.map((line, i) => {
                    const mail = mailOf(line);
                    return (
                        // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added behind the last
                        <li key={i}>
                            <span className="muted">
                                <When time={line.at} />
                            </span>
                            <span>
                                <span className="medium">{t.whats[line.what] ?? line.what}</span>
                                {line.step && <span className="t2"> · {nameOf(line.step)}</span>}
                                {line.why && (
                                    <span className="muted"> {t.reasons[line.why] ?? line.why}</span>
                                )}
                                {mail && mail.marks.length > 0 && (
                                    <span className="row wrap" style={{ gap: 4 }}>
                                        {mail.marks
                                            .filter((mark) => mark !== "sent")
                                            .map((mark) => (
                                                <Chip key={mark} kind="line">
                                                    {t.marks[mark] ?? mark}
                                                </Chip>
                                            ))}
                                    </span>
                                )}
                            </span>
                            {mail && <SendButton id={mail.send} label={t.openMail} />}
                        </li>
                    );
                })}
            </ol>
        </div>
    );
}

// Offers: what they give, how many codes went out, what was redeemed; one of them opens its codes and campaigns.
import { Button, Modal, Select, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconTicket } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { ApiProblem, api, data } from "../../api/client";
import { Card, Chip, Empty, Loading, When } from "../../parts/basic";
import { Copy } from "../../parts/copy";
import table from "../../parts/table.module.css";
import { useFormat } from "../../shell/format";
import { PageBar, PageBody } from "../../shell/page";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import { useCampaigns } from "../campaigns/data";
import { type Offer, useOffers } from "./data";
import classes from "./offers.module.css";

export function Component() {
    const text = useText();
    const t = useMailText().offers;
    const may = useMay("campaign.write");
    const [params, setParams] = useSearchParams();
    const [open, setOpen] = useState<"make" | "redeem" | null>(null);
    const offers = useOffers();
    const items = offers.data?.items ?? [];
    const chosen = items.find((one) => one.id === params.get("offer"));
    const make = may && (
        <Button
            variant="filled"
            leftSection={<IconPlus size={16} stroke={1.75} />}
            onClick={() => setOpen("make")}
        >
            {t.make}
        </Button>
    );
    return (
        <>
            <PageBar title={text.shell.pages.offers}>
                {may && items.length > 0 && <Button onClick={() => setOpen("redeem")}>{t.redeem}</Button>}
                {make}
            </PageBar>
            <PageBody>
                {offers.isPending && <Loading />}
                {offers.error && <Trouble error={offers.error} retry={offers.refetch} />}
                {offers.data && !items.length && (
                    <Empty
                        icon={<IconTicket size={24} stroke={1.5} className="accent" aria-hidden />}
                        title={t.none}
                        text={t.noneHelp}
                        action={make}
                    />
                )}
                {items.length > 0 && <List items={items} chosen={chosen?.id} />}
                {chosen && (
                    <div className={classes.chosen}>
                        <Chosen key={chosen.id} of={chosen} may={may} close={() => setParams({})} />
                    </div>
                )}
            </PageBody>
            <Modal
                opened={open !== null}
                onClose={() => setOpen(null)}
                title={open === "redeem" ? t.redeem : t.make}
            >
                {open === "make" && (
                    <Make
                        done={(id) => {
                            setOpen(null);
                            setParams({ offer: id });
                        }}
                    />
                )}
                {open === "redeem" && <Redeem done={() => setOpen(null)} />}
            </Modal>
        </>
    );
}

function ended(offer: Offer): boolean {
    return !!offer.ends && new Date(offer.ends).getTime() < Date.now();
}

function List({ items, chosen }: { items: Offer[]; chosen: string | undefined }) {
    const t = useMailText().offers;
    const format = useFormat();
    return (
        <table className={table.table}>
            <thead>
                <tr>
                    <th>{t.name}</th>
                    <th className="no-phone">{t.code}</th>
                    <th className={table.number}>{t.given}</th>
                    <th className={table.number}>{t.redeemed}</th>
                    <th className={`${table.number} no-phone`}>{t.ends}</th>
                </tr>
            </thead>
            <tbody>
                {items.map((one) => (
                    <tr key={one.id} data-on={one.id === chosen || undefined}>
                        <td>
                            <Link
                                to={`?offer=${one.id}`}
                                className={table.name}
                                aria-current={one.id === chosen || undefined}
                            >
                                <span className="medium truncate">{one.name}</span>
                                <span className="help truncate">{one.text}</span>
                            </Link>
                        </td>
                        <td className="no-phone">
                            {one.kind === "shared" ? (
                                <span className="mono">{one.code}</span>
                            ) : (
                                <Chip kind="line">{t.kinds.personal}</Chip>
                            )}
                        </td>
                        <td className={table.number}>{format.number(one.sent)}</td>
                        <td className={table.number}>{format.number(one.redeemed)}</td>
                        <td className={`${table.number} no-phone muted`}>
                            {ended(one) ? (
                                <Chip>{t.isEnded}</Chip>
                            ) : one.ends ? (
                                format.day(one.ends)
                            ) : (
                                t.never
                            )}
                        </td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function useDeeds(of: Offer, close: () => void) {
    const t = useMailText().offers;
    const client = useQueryClient();
    const notify = useNotify();
    const params = { path: { id: of.id } };
    const refresh = () => client.invalidateQueries({ queryKey: ["offer"] });
    const patch = (ends: string | null) =>
        data(api.PATCH("/api/offers/{id}", { params, body: { ends } })).then(refresh);
    const end = useMutation({
        mutationFn: () => patch(new Date().toISOString().replace(/\.\d+/, "")),
        onSuccess: () => notify(t.ended(of.name), () => patch(of.ends ?? null)),
    });
    const remove = useMutation({
        mutationFn: () => data(api.DELETE("/api/offers/{id}", { params })),
        onSuccess: () => {
            close();
            refresh();
            const { name, text, kind, code, makes, ends } = of;
            notify(t.removed(name), () =>
                data(api.POST("/api/offers", { body: { name, text, kind, code, makes, ends } })).then(
                    refresh,
                ),
            );
        },
    });
    const add = useMutation({
        mutationFn: (codes: string[]) =>
            data(api.POST("/api/offers/{id}/codes", { params, body: { codes } })),
        onSuccess: (made) => {
            refresh();
            notify(t.added(made.added));
        },
    });
    return { end, remove, add };
}

function Chosen({ of, may, close }: { of: Offer; may: boolean; close: () => void }) {
    const t = useMailText().offers;
    const format = useFormat();
    const campaigns = useCampaigns().data?.items ?? [];
    const deeds = useDeeds(of, close);
    const [adding, setAdding] = useState(false);
    const codes = useQuery({
        queryKey: ["offer", of.id, "codes"],
        queryFn: () =>
            data(
                api.GET("/api/offers/{id}/codes", {
                    params: { path: { id: of.id }, query: { limit: 100 } },
                }),
            ),
        enabled: of.kind === "personal",
    });
    const error = deeds.end.error ?? deeds.remove.error ?? codes.error;
    return (
        <>
            <Card
                title={of.name}
                quiet={of.kind === "personal" ? t.codesLeft(format.number(of.free)) : undefined}
                control={
                    may && (
                        <div className="row wrap">
                            {of.kind === "personal" && (
                                <Button onClick={() => setAdding(true)}>{t.addCodes}</Button>
                            )}
                            {!ended(of) && (
                                <Button loading={deeds.end.isPending} onClick={() => deeds.end.mutate()}>
                                    {t.end}
                                </Button>
                            )}
                            {of.sent === 0 && (
                                <Button variant="subtle" onClick={() => deeds.remove.mutate()}>
                                    {t.remove}
                                </Button>
                            )}
                        </div>
                    )
                }
            >
                <div className={classes.inside}>
                    {error && <Trouble error={error} />}
                    <p>{of.text}</p>
                    <p className="help">{t.usageHelp}</p>
                    <Copy value="{{ offer.code }}" label={t.usage} />
                </div>
            </Card>
            <Numbers
                title={t.campaigns}
                head={[t.campaign, t.given, t.redeemed, t.amount]}
                none={t.noCampaigns}
                rows={of.campaigns.map((one) => ({
                    key: one.campaign ?? "",
                    cells: [
                        one.campaign ? (
                            <Link key="campaign" className="link" to={`/campaigns/${one.campaign}`}>
                                {campaigns.find((campaign) => campaign.id === one.campaign)?.name ??
                                    t.campaign}
                            </Link>
                        ) : (
                            t.noCampaign
                        ),
                        format.number(one.sent),
                        format.number(one.redeemed),
                        format.number(one.amount, 2),
                    ],
                }))}
            />
            {of.kind === "personal" && codes.data && (
                <Numbers
                    title={t.codes}
                    head={[t.code, t.person, t.reserved, t.redeemed]}
                    none={t.noCodes}
                    rows={codes.data.items.map((one) => ({
                        key: one.code,
                        cells: [
                            <span key="code" className="mono">
                                {one.code}
                            </span>,
                            one.contact ? (
                                <Link key="contact" className="link" to={`/contacts/${one.contact}`}>
                                    {t.openContact}
                                </Link>
                            ) : one.redeemed ? (
                                ""
                            ) : (
                                <Chip key="free" kind="missing">
                                    {t.free}
                                </Chip>
                            ),
                            one.reserved ? <When key="reserved" time={one.reserved} /> : "",
                            one.redeemed ? <When key="redeemed" time={one.redeemed} /> : "",
                        ],
                    }))}
                />
            )}
            <Modal opened={adding} onClose={() => setAdding(false)} title={t.addCodes}>
                <AddCodes add={deeds.add} done={() => setAdding(false)} />
            </Modal>
        </>
    );
}

function Numbers(props: {
    title: string;
    head: string[];
    none: string;
    rows: { key: string; cells: ReactNode[] }[];
}) {
    const right = (at: number) => (at === 0 ? undefined : table.number);
    return (
        <Card title={props.title}>
            {props.rows.length === 0 ? (
                <p className={`t2 ${classes.inside}`}>{props.none}</p>
            ) : (
                <div className={table.scroll}>
                    <table className={table.table}>
                        <thead>
                            <tr>
                                {props.head.map((one, at) => (
                                    <th key={one} className={right(at)}>
                                        {one}
                                    </th>
                                ))}
                            </tr>
                        </thead>
                        <tbody>
                            {props.rows.map((row) => (
                                <tr key={row.key}>
                                    {row.cells.map((cell, at) => (
                                        // biome-ignore lint/suspicious/noArrayIndexKey: columns stay in their places
                                        <td key={at} className={right(at)}>
                                            {cell}
                                        </td>
                                    ))}
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            )}
        </Card>
    );
}

function AddCodes({ add, done }: { add: ReturnType<typeof useDeeds>["add"]; done: () => void }) {
    const t = useMailText().offers;
    const [lines, setLines] = useState("");
    const codes = lines
        .split(/[\s,;]+/)
        .map((one) => one.trim())
        .filter(Boolean);
    function submit(event: FormEvent) {
        event.preventDefault();
        add.mutate(codes, { onSuccess: done });
    }
    return (
        <form className={classes.form} onSubmit={submit}>
            <Textarea
                label={t.codes}
                description={t.codesHelp}
                value={lines}
                autosize
                minRows={4}
                maxRows={12}
                required
                data-autofocus
                onChange={(event) => setLines(event.currentTarget.value)}
            />
            {add.error && <Trouble error={add.error} />}
            <div>
                <Button type="submit" variant="filled" loading={add.isPending} disabled={codes.length === 0}>
                    {t.addCodes}
                </Button>
            </div>
        </form>
    );
}

// The last second of a day, where the reader is: as it is shown in the list.
const endOf = (day: string) => new Date(`${day}T23:59:59`).toISOString().replace(".000", "");

function Make({ done }: { done: (id: string) => void }) {
    const t = useMailText().offers;
    const client = useQueryClient();
    const [kind, setKind] = useState<Offer["kind"]>("shared");
    const make = useMutation({
        mutationFn: (said: FormData) =>
            data(
                api.POST("/api/offers", {
                    body: {
                        kind,
                        name: String(said.get("name")),
                        text: String(said.get("text")),
                        code: String(said.get("code")).trim() || undefined,
                        ends: said.get("ends") ? endOf(String(said.get("ends"))) : undefined,
                    },
                }),
            ),
        onSuccess: async (made) => {
            await client.invalidateQueries({ queryKey: ["offer"] });
            done(made.id);
        },
    });
    const problem = make.error instanceof ApiProblem ? make.error : undefined;
    function submit(event: FormEvent<HTMLFormElement>) {
        event.preventDefault();
        make.mutate(new FormData(event.currentTarget));
    }
    return (
        <form className={classes.form} onSubmit={submit}>
            <TextInput
                name="name"
                label={t.name}
                maxLength={200}
                error={problem?.field("name")}
                required
                data-autofocus
            />
            <TextInput
                name="text"
                label={t.text}
                description={t.textHelp}
                maxLength={1000}
                error={problem?.field("text")}
            />
            <Select
                label={t.kind}
                data={(["shared", "personal"] as const).map((value) => ({ value, label: t.kinds[value] }))}
                value={kind}
                onChange={(next) => setKind(next === "personal" ? "personal" : "shared")}
            />
            <TextInput
                name="code"
                label={kind === "shared" ? t.code : t.prefix}
                description={kind === "shared" ? t.codeHelp : t.prefixHelp}
                maxLength={40}
                error={problem?.field("code")}
                required={kind === "shared"}
                classNames={{ input: "mono" }}
            />
            <TextInput
                type="date"
                name="ends"
                label={t.ends}
                description={t.endsHelp}
                error={problem?.field("ends")}
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

function Redeem({ done }: { done: () => void }) {
    const t = useMailText().offers;
    const client = useQueryClient();
    const notify = useNotify();
    const redeem = useMutation({
        mutationFn: (said: FormData) =>
            data(
                api.POST("/api/offers/redeem", {
                    body: {
                        code: String(said.get("code")).trim(),
                        amount: said.get("amount") ? Number(said.get("amount")) : undefined,
                    },
                }),
            ),
        onSuccess: (made) => {
            client.invalidateQueries({ queryKey: ["offer"] });
            notify(t.isRedeemed(made.code));
            done();
        },
    });
    const problem = redeem.error instanceof ApiProblem ? redeem.error : undefined;
    function submit(event: FormEvent<HTMLFormElement>) {
        event.preventDefault();
        redeem.mutate(new FormData(event.currentTarget));
    }
    return (
        <form className={classes.form} onSubmit={submit}>
            <p className="t2">{t.redeemHelp}</p>
            <TextInput
                name="code"
                label={t.code}
                maxLength={60}
                error={problem?.field("code")}
                classNames={{ input: "mono" }}
                required
                data-autofocus
            />
            <TextInput
                type="number"
                name="amount"
                label={t.amountOne}
                step="0.01"
                min={0}
                error={problem?.field("amount")}
            />
            {problem && !problem.errors.length && <Trouble error={problem} />}
            <div>
                <Button type="submit" variant="filled" loading={redeem.isPending}>
                    {t.redeemIt}
                </Button>
            </div>
        </form>
    );
}

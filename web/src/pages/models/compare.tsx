// Two models side by side: the finding as a sentence, then the picture, the stages, the people.
import { Button, Select } from "@mantine/core";
import { IconBulb } from "@tabler/icons-react";
import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { Avatar } from "../../parts/avatar";
import { Card, Loading } from "../../parts/basic";
import { Stage, type StageName, StageRing } from "../../parts/stage";
import { useFormat } from "../../shell/format";
import { PageBar, PageBody, PastBanner, SubBar, useDay } from "../../shell/page";
import { useActiveModel } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { useDefinitions, useModels } from "./data";
import { Flow, type Side } from "./flow";
import classes from "./study.module.css";
import { Views } from "./views";

type Comparison = Schemas["Comparison"];
type Funnel = Schemas["Funnel"];
type Reference = Schemas["ModelReference"];

// Models by id, definitions as "def:SLUG".
export function useChoices() {
    const words = useText().models.compare;
    const models = useModels();
    const definitions = useDefinitions();
    const stored = (models.data?.items ?? []).filter((one) => one.state !== "archived");
    const groups = [
        {
            group: words.models,
            items: stored.map((one) => ({
                value: one.id,
                label: `${one.title} v${one.version}${one.state === "active" ? `, ${words.active}` : ""}`,
            })),
        },
        {
            group: words.definitions,
            items: (definitions.data?.items ?? []).map((one) => ({
                value: `def:${one.slug}`,
                label: one.title,
            })),
        },
    ];
    const reference = (choice: string): Reference | null => {
        if (!choice.startsWith("def:")) return choice ? { id: choice } : null;
        const text = definitions.data?.items.find((one) => `def:${one.slug}` === choice)?.text;
        return text === undefined ? null : { text };
    };
    return { groups, reference, stored, definitions: definitions.data?.items ?? [] };
}

function useComparison(a: Reference | null, b: Reference | null, at: string | undefined) {
    return useInfiniteQuery({
        queryKey: ["report", "compare", a, b, at],
        queryFn: ({ pageParam, signal }) => {
            const models = [a, b].filter((one) => one !== null);
            const body = { models, limit: 20, after: pageParam, at };
            return data(api.POST("/api/models/compare", { body, signal }));
        },
        initialPageParam: undefined as string | undefined,
        getNextPageParam: (last) => last.next ?? undefined,
        enabled: a !== null && b !== null,
    });
}

const names = (funnel: Funnel): StageName[] => funnel.stages;

function side(funnel: Funnel): Side[] {
    return [
        { stage: "none", label: "none", count: funnel.none },
        ...funnel.stages.map((one) => ({ stage: one.name, label: one.label, count: one.now })),
    ];
}

function moves(comparison: Comparison) {
    return comparison.flows
        .filter((flow) => flow.from !== flow.to)
        .map((flow) => ({ from: flow.from, to: flow.to, count: flow.contacts }));
}

function Finding({ comparison, a, b }: { comparison: Comparison; a: Funnel; b: Funnel }) {
    const words = useText().models.compare;
    const format = useFormat();
    const most = moves(comparison).toSorted((x, y) => y.count - x.count)[0];
    const label = (funnel: Funnel, stage: string) =>
        stage === "none" ? words.none : (funnel.stages.find((one) => one.name === stage)?.label ?? stage);
    const all = format.number(comparison.contacts);
    return (
        <p className={classes.finding}>
            <IconBulb size={18} stroke={1.75} className="accent" aria-hidden />
            <span>
                {most ? (
                    <>
                        <b>
                            {words.agree(
                                format.number(comparison.agree),
                                all,
                                format.percent(
                                    comparison.contacts ? comparison.agree / comparison.contacts : 1,
                                ),
                            )}
                        </b>{" "}
                        {words.most(
                            format.number(most.count),
                            label(a, most.from),
                            label(b, most.to),
                            quoted(a.title),
                            quoted(b.title),
                        )}
                    </>
                ) : (
                    <b>{words.same(all)}</b>
                )}
            </span>
        </p>
    );
}

const quoted = (title: string) => `“${title}”`;

function Funnels({ a, b }: { a: Funnel; b: Funnel }) {
    const words = useText().models.compare;
    const format = useFormat();
    const list = [a, b];
    return (
        <div className={classes.pair}>
            {list.map((funnel, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the left and the right one
                <table key={i} className={classes.table}>
                    <caption>{funnel.title}</caption>
                    <thead>
                        <tr>
                            <th>{words.stage}</th>
                            <th>{words.ever}</th>
                            <th>{words.now}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {funnel.stages.map((stage, at) => (
                            <tr key={stage.name}>
                                <td>
                                    <span className={classes.stage}>
                                        <StageRing position={at + 1} count={funnel.stages.length} />
                                        {stage.label}
                                    </span>
                                </td>
                                <td className="num t2">{format.number(stage.ever)}</td>
                                <td className="num medium">{format.number(stage.now)}</td>
                            </tr>
                        ))}
                        <tr>
                            <td>
                                <Stage name="none" stages={funnel.stages} />
                            </td>
                            <td />
                            <td className="num medium">{format.number(funnel.none)}</td>
                        </tr>
                    </tbody>
                </table>
            ))}
        </div>
    );
}

// Comparisons name contacts by their ids; people know them by their names.
function useNames(ids: string[]) {
    const found = useQueries({
        queries: ids.map((id) => ({
            queryKey: ["contact", id],
            queryFn: () => data(api.GET("/api/contacts/{id}", { params: { path: { id } } })),
            staleTime: 60_000,
        })),
    });
    return new Map(found.flatMap((one) => (one.data ? [[one.data.id, one.data] as const] : [])));
}

function People(props: { pages: Comparison[]; more: (() => void) | null; loading: boolean }) {
    const words = useText().models.compare;
    const text = useText();
    const format = useFormat();
    const rows = props.pages.flatMap((page) => page.differ);
    const people = useNames(rows.map((row) => row.contact));
    const [a, b] = props.pages[0]?.models ?? [];
    if (!a || !b) return null;
    return (
        <>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard */}
            <div className={classes.scroller} tabIndex={0}>
                <table className={classes.table}>
                    <thead>
                        <tr>
                            <th>{words.contact}</th>
                            <th className={classes.left}>{a.title}</th>
                            <th className={classes.left}>{b.title}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {rows.map((row) => {
                            const person = people.get(row.contact);
                            const name = person ? format.name(person) : row.name;
                            return (
                                <tr key={row.contact}>
                                    <td>
                                        <Link to={`/contacts/${row.contact}`} className={classes.person}>
                                            <Avatar name={name} />
                                            <span className="truncate medium">{name}</span>
                                        </Link>
                                    </td>
                                    <td className={classes.left}>
                                        <Stage name={row.stages[0] ?? "none"} stages={names(a)} />
                                    </td>
                                    <td className={classes.left}>
                                        <Stage name={row.stages[1] ?? "none"} stages={names(b)} />
                                    </td>
                                </tr>
                            );
                        })}
                    </tbody>
                </table>
            </div>
            {props.more && (
                <div className={classes.more}>
                    <Button variant="subtle" loading={props.loading} onClick={props.more}>
                        {text.shell.more}
                    </Button>
                </div>
            )}
        </>
    );
}

function Compared(props: { a: Reference; b: Reference }) {
    const words = useText().models.compare;
    const format = useFormat();
    const { at } = useDay();
    const found = useComparison(props.a, props.b, at);
    if (found.isPending) return <Loading rows={10} />;
    if (found.error) return <Trouble error={found.error} retry={found.refetch} />;
    const first = found.data.pages[0];
    const [a, b] = first?.models ?? [];
    if (!first || !a || !b) return null;
    const flows = moves(first);
    const differ = first.contacts - first.agree;
    return (
        <div className={classes.page}>
            <Finding comparison={first} a={a} b={b} />
            <div className={classes.two}>
                {flows.length > 0 && (
                    <Card title={words.flow} quiet={words.other(format.number(differ))}>
                        <div className={classes.picture}>
                            <Flow
                                before={side(a)}
                                after={side(b)}
                                flows={flows}
                                left={a.title}
                                right={b.title}
                            />
                        </div>
                    </Card>
                )}
                <Card title={words.table}>
                    <Funnels a={a} b={b} />
                </Card>
            </div>
            {differ > 0 && (
                <Card title={words.people} quiet={words.other(format.number(differ))}>
                    <People
                        pages={found.data.pages}
                        more={found.hasNextPage ? () => void found.fetchNextPage() : null}
                        loading={found.isFetchingNextPage}
                    />
                </Card>
            )}
        </div>
    );
}

export function Component() {
    const text = useText();
    const words = text.models.compare;
    const [params, setParams] = useSearchParams();
    const active = useActiveModel();
    const choices = useChoices();
    const a = params.get("a") ?? active?.id ?? "";
    const other = choices.stored.find((one) => one.id !== a)?.id;
    const b =
        params.get("b") ?? other ?? (choices.definitions[1] ? `def:${choices.definitions[1].slug}` : "");
    const set = (name: string, value: string | null) =>
        value &&
        setParams((old) => {
            old.set(name, value);
            return old;
        });
    const first = choices.reference(a);
    const second = choices.reference(b);
    return (
        <>
            <PageBar title={words.title} path={[{ label: text.models.title, to: "/models" }]} days>
                <Views current="compare" id={active?.id} />
            </PageBar>
            <PastBanner />
            <SubBar>
                <Select
                    aria-label={words.left}
                    data={choices.groups}
                    value={a || null}
                    onChange={(value) => set("a", value)}
                    className={classes.model}
                    comboboxProps={{ width: 320, position: "bottom-start" }}
                />
                <span className="t2">{words.with}</span>
                <Select
                    aria-label={words.right}
                    data={choices.groups}
                    value={b || null}
                    onChange={(value) => set("b", value)}
                    className={classes.model}
                    comboboxProps={{ width: 320, position: "bottom-start" }}
                />
            </SubBar>
            <PageBody sunken padded>
                {first && second ? (
                    <Compared key={`${a} ${b}`} a={first} b={second} />
                ) : (
                    <p className="t2">{words.choose}</p>
                )}
            </PageBody>
        </>
    );
}

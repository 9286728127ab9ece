// Where contacts work.
import { Button, NumberInput, TextInput } from "@mantine/core";
import { IconBuilding, IconPlus, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { ApiProblem, api, data } from "../../api/client";
import { Empty, KeyButton, Loading } from "../../parts/basic";
import { Dialog } from "../../parts/dialog";
import { useFormat } from "../../shell/format";
import { useKeys } from "../../shell/keys";
import { PageBar, SubBar } from "../../shell/page";
import { useMay } from "../../shell/session";
import { sentenceOf, Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import classes from "./companies.module.css";

const SORTS = ["-contacts", "name", "-created"] as const;

function useCompanies(words: string, sort: (typeof SORTS)[number]) {
    const said = JSON.stringify(words);
    return useInfiniteQuery({
        queryKey: ["company", "list", words, sort],
        queryFn: ({ pageParam }) =>
            data(
                api.GET("/api/companies", {
                    params: {
                        query: {
                            limit: 100,
                            after: pageParam,
                            sort,
                            filter: words ? `name contains ${said} or domain contains ${said}` : undefined,
                        },
                    },
                }),
            ),
        initialPageParam: undefined as string | undefined,
        getNextPageParam: (last) => last.next ?? undefined,
        placeholderData: keepPreviousData,
    });
}

function Table({ query }: { query: ReturnType<typeof useCompanies> }) {
    const text = useText();
    const format = useFormat();
    const scroller = useRef<HTMLDivElement>(null);
    const rows = query.data?.pages.flatMap((one) => one.items) ?? [];
    const virtual = useVirtualizer({
        count: rows.length,
        getScrollElement: () => scroller.current,
        estimateSize: () => 40,
        overscan: 12,
    });
    const items = virtual.getVirtualItems();
    const last = items.at(-1)?.index ?? 0;
    const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
    useEffect(() => {
        if (hasNextPage && !isFetchingNextPage && last >= rows.length - 20) fetchNextPage();
    }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, rows.length]);
    const before = items[0]?.start ?? 0;
    const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
    return (
        <div className={classes.scroller} ref={scroller}>
            <table className={classes.table}>
                <thead>
                    <tr>
                        <th scope="col">{text.companies.columns.name}</th>
                        <th scope="col" className="no-phone">
                            {text.companies.columns.industry}
                        </th>
                        <th scope="col" className="no-phone">
                            {text.companies.columns.country}
                        </th>
                        <th scope="col" className={`${classes.right} no-phone`}>
                            {text.companies.columns.employees}
                        </th>
                        <th scope="col" className={classes.right}>
                            {text.companies.columns.contacts}
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {before > 0 && (
                        <tr aria-hidden>
                            <td style={{ height: before, padding: 0, border: 0 }} />
                        </tr>
                    )}
                    {items.map((item) => {
                        const company = rows[item.index];
                        if (!company) return null;
                        return (
                            <tr key={company.id}>
                                <td>
                                    <Link to={`/companies/${company.id}`} className={classes.name}>
                                        <IconBuilding size={16} stroke={1.75} aria-hidden />
                                        <span className="truncate">
                                            <span className="medium">{company.name}</span>{" "}
                                            {company.domain !== company.name && (
                                                <span className="muted">{company.domain}</span>
                                            )}
                                        </span>
                                    </Link>
                                </td>
                                <td className="no-phone">{company.industry}</td>
                                <td className="no-phone">{company.country}</td>
                                <td className={`${classes.right} num no-phone`}>
                                    {company.employees != null && format.number(company.employees)}
                                </td>
                                <td className={`${classes.right} num`}>{format.number(company.contacts)}</td>
                            </tr>
                        );
                    })}
                    {after > 0 && (
                        <tr aria-hidden>
                            <td style={{ height: after, padding: 0, border: 0 }} />
                        </tr>
                    )}
                </tbody>
            </table>
        </div>
    );
}

function AddCompany({ close }: { close: () => void }) {
    const text = useText();
    const navigate = useNavigate();
    const [name, setName] = useState("");
    const [domain, setDomain] = useState("");
    const [employees, setEmployees] = useState<number | undefined>();
    const add = useMutation({
        mutationFn: () =>
            data(
                api.POST("/api/companies", {
                    body: { name: name.trim() || undefined, domain: domain.trim() || undefined, employees },
                }),
            ),
        onSuccess: (company) => navigate(`/companies/${company.id}`),
    });
    const problem = (field: string) => (add.error instanceof ApiProblem ? add.error.field(field) : undefined);
    function submit(event: FormEvent) {
        event.preventDefault();
        if (name.trim() || domain.trim()) add.mutate();
    }
    return (
        <Dialog onClose={close} title={text.companies.add}>
            <form onSubmit={submit} className="stack">
                <TextInput
                    data-autofocus
                    label={text.companies.columns.name}
                    value={name}
                    maxLength={200}
                    error={problem("name")}
                    onChange={(event) => setName(event.currentTarget.value)}
                />
                <TextInput
                    label={text.companies.domain}
                    value={domain}
                    maxLength={200}
                    error={problem("domain")}
                    onChange={(event) => setDomain(event.currentTarget.value)}
                />
                <NumberInput
                    label={text.companies.columns.employees}
                    min={0}
                    value={employees ?? ""}
                    onChange={(value) => setEmployees(typeof value === "number" ? value : undefined)}
                />
                {add.error && <p className="danger">{sentenceOf(text, add.error)}</p>}
                <Button
                    type="submit"
                    variant="filled"
                    loading={add.isPending}
                    style={{ alignSelf: "flex-end" }}
                >
                    {text.companies.add}
                </Button>
            </form>
        </Dialog>
    );
}

export function Component() {
    const text = useText();
    const may = useMay("contact.write");
    const [params, setParams] = useSearchParams();
    const [adding, setAdding] = useState(false);
    const field = useRef<HTMLInputElement>(null);
    const [words, setWords] = useState(params.get("q") ?? "");
    const sort = SORTS.find((one) => one === params.get("sort")) ?? "-contacts";
    const query = useCompanies(words.trim(), sort);
    const set = (name: string, value: string) =>
        setParams(
            (old) => {
                if (value) old.set(name, value);
                else old.delete(name);
                return old;
            },
            { replace: true },
        );
    const find = (next: string) => {
        setWords(next);
        set("q", next);
    };
    useKeys({ "/": () => field.current?.focus(), ...(may ? { c: () => setAdding(true) } : {}) });
    const none = query.data && query.data.pages[0]?.items.length === 0;
    return (
        <>
            <PageBar title={text.companies.title}>
                {may && (
                    <KeyButton
                        filled
                        keyName="C"
                        icon={<IconPlus size={16} stroke={1.75} />}
                        onClick={() => setAdding(true)}
                    >
                        {text.companies.addShort}
                    </KeyButton>
                )}
            </PageBar>
            <SubBar>
                <TextInput
                    ref={field}
                    className={classes.find}
                    leftSection={<IconSearch size={16} stroke={1.75} />}
                    placeholder={text.companies.find}
                    aria-label={text.companies.find}
                    value={words}
                    onChange={(event) => find(event.currentTarget.value)}
                />
                <div className="grow" />
                <select
                    className={`${classes.sort} no-phone`}
                    aria-label={text.companies.sort}
                    value={sort}
                    onChange={(event) => set("sort", event.currentTarget.value)}
                >
                    {SORTS.map((one) => (
                        <option key={one} value={one}>
                            {text.companies.sorts[one]}
                        </option>
                    ))}
                </select>
            </SubBar>
            {query.error && <Trouble error={query.error} retry={query.refetch} />}
            {query.isPending && <Loading rows={12} />}
            {none ? (
                <Empty
                    title={words ? text.companies.noneFound : text.companies.empty.title}
                    text={words ? undefined : text.companies.empty.text}
                    action={
                        words ? (
                            <Button onClick={() => find("")}>{text.companies.all}</Button>
                        ) : (
                            <Button component={Link} to="/contacts" variant="filled">
                                {text.companies.empty.contacts}
                            </Button>
                        )
                    }
                />
            ) : (
                <Table query={query} />
            )}
            {adding && <AddCompany close={() => setAdding(false)} />}
        </>
    );
}

// A company: who works there, in which role for a purchase, and where each stands.
import { Button, TextInput } from "@mantine/core";
import { IconBuilding, IconPencil } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useParams } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { useFields } from "../../language/fields";
import { Avatar } from "../../parts/avatar";
import { Card, Empty, Loading, When } from "../../parts/basic";
import { Grade, Stage } from "../../parts/stage";
import { useFormat } from "../../shell/format";
import { PageBar, PageBody } from "../../shell/page";
import { useMay } from "../../shell/session";
import { sentenceOf, Trouble } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import { ROLES, RoleMenu } from "../contact/company";
import { Ask } from "../contact/fields";
import classes from "./companies.module.css";

type Company = Schemas["Company"];

function ChangeForm({ company, done }: { company: Company; done: () => void }) {
    const text = useText();
    const notify = useNotify();
    const client = useQueryClient();
    const [form, setForm] = useState({
        name: company.name,
        industry: company.industry ?? "",
        employees: company.employees == null ? "" : String(company.employees),
        country: company.country ?? "",
    });
    const patch = async (body: Schemas["CompanyChange"]) => {
        await api.PATCH("/api/companies/{id}", { params: { path: { id: company.id } }, body });
        await client.invalidateQueries({ queryKey: ["company"] });
    };
    const save = useMutation({
        mutationFn: () =>
            patch({
                name: form.name.trim() || company.name,
                industry: form.industry.trim() || null,
                employees: form.employees.trim() ? Number(form.employees) : null,
                country: form.country.trim() || null,
            }),
        onSuccess: () => {
            const { name, industry, employees, country } = company;
            notify(text.companies.saved, () => patch({ name, industry, employees, country }));
            done();
        },
    });
    function submit(event: FormEvent) {
        event.preventDefault();
        save.mutate();
    }
    return (
        <form onSubmit={submit} className="stack">
            {(["name", "industry", "employees", "country"] as const).map((name) => (
                <TextInput
                    key={name}
                    data-autofocus={name === "name" || undefined}
                    label={text.companies.columns[name]}
                    type={name === "employees" ? "number" : "text"}
                    value={form[name]}
                    maxLength={200}
                    onChange={(event) => setForm({ ...form, [name]: event.currentTarget.value })}
                />
            ))}
            {save.error && <p className="danger">{sentenceOf(text, save.error)}</p>}
            <Button type="submit" variant="filled" loading={save.isPending} style={{ alignSelf: "flex-end" }}>
                {text.shell.save}
            </Button>
        </form>
    );
}

function Head({ company, may }: { company: Company; may: boolean }) {
    const text = useText();
    const format = useFormat();
    const about = [
        company.domain !== company.name && company.domain,
        company.industry,
        company.country,
        company.employees != null && text.companies.employees(format.number(company.employees)),
    ].filter(Boolean);
    return (
        <div className={classes.head}>
            <span className={classes.sign}>
                <IconBuilding size={24} stroke={1.75} aria-hidden />
            </span>
            <div className="grow">
                <div className={classes.title}>{company.name}</div>
                <div className="t2">{about.join(" · ")}</div>
            </div>
            {may && (
                <Ask
                    button={(open) => (
                        <Button leftSection={<IconPencil size={16} stroke={1.75} />} onClick={open}>
                            {text.companies.change}
                        </Button>
                    )}
                    form={(close) => <ChangeForm company={company} done={close} />}
                />
            )}
        </div>
    );
}

// Who has which role: what is not covered is said, too.
function Roles({ people }: { people: Schemas["CompanyContact"][] }) {
    const text = useText();
    const missing = ROLES.filter((role) => !people.some((one) => one.role === role));
    if (missing.length === 0 || people.length === 0) return null;
    return (
        <p className={classes.missing}>
            {text.companies.noOne}{" "}
            {missing.map((role) => text.contact.company.roles[role].toLowerCase()).join(", ")}
        </p>
    );
}

function People({ id, may }: { id: string; may: boolean }) {
    const text = useText();
    const format = useFormat();
    const fields = useFields();
    const query = useInfiniteQuery({
        queryKey: ["company", id, "contacts"],
        queryFn: ({ pageParam }) =>
            data(
                api.GET("/api/companies/{id}/contacts", {
                    params: { path: { id }, query: { limit: 50, after: pageParam } },
                }),
            ),
        initialPageParam: undefined as string | undefined,
        getNextPageParam: (last) => last.next ?? undefined,
    });
    const people = query.data?.pages.flatMap((one) => one.items) ?? [];
    const contacts = useQueries({
        queries: people.map((one) => ({
            queryKey: ["contact", one.contact, undefined],
            queryFn: () => data(api.GET("/api/contacts/{id}", { params: { path: { id: one.contact } } })),
        })),
    });
    if (query.error) return <Trouble error={query.error} retry={query.refetch} />;
    if (query.isPending) return <Loading rows={4} />;
    return (
        <Card title={text.companies.people} quiet={people.length}>
            {people.length === 0 && <Empty title={text.companies.nobody} />}
            <Roles people={people} />
            {people.length > 0 && (
                <table className={classes.people}>
                    <thead className="sr-only">
                        <tr>
                            <th>{text.companies.columns.name}</th>
                            <th>{text.contact.company.role}</th>
                            <th>{text.contact.head.stage}</th>
                            <th>{text.contact.head.grade}</th>
                            <th>{text.contact.about.lastSeen}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {people.map((one, i) => {
                            const contact = contacts[i]?.data;
                            const name = contact ? format.name(contact) : one.user_id;
                            const title = contact && (contact.traits as Record<string, unknown>).title;
                            return (
                                <tr key={one.contact}>
                                    <td>
                                        <Link to={`/contacts/${one.contact}`} className={classes.name}>
                                            <Avatar name={name} />
                                            <span className="truncate">
                                                <span className="medium">{name}</span>{" "}
                                                <span className="muted">
                                                    {typeof title === "string" && title}
                                                </span>
                                            </span>
                                        </Link>
                                    </td>
                                    <td>
                                        <RoleMenu id={one.contact} role={one.role} may={may} />
                                    </td>
                                    <td>
                                        {contact && (
                                            <Stage name={contact.standing.stage} stages={fields.stages} />
                                        )}
                                    </td>
                                    <td className="no-phone">
                                        {contact && (
                                            <Grade name={contact.standing.grade} grades={fields.grades} />
                                        )}
                                    </td>
                                    <td className="no-phone">
                                        {contact && <When time={contact.last_seen} />}
                                    </td>
                                </tr>
                            );
                        })}
                    </tbody>
                </table>
            )}
            {query.hasNextPage && (
                <Button
                    variant="subtle"
                    onClick={() => query.fetchNextPage()}
                    loading={query.isFetchingNextPage}
                >
                    {text.shell.more}
                </Button>
            )}
        </Card>
    );
}

export function Component() {
    const { id = "" } = useParams();
    const text = useText();
    const may = useMay("contact.write");
    const company = useQuery({
        queryKey: ["company", id],
        queryFn: () => data(api.GET("/api/companies/{id}", { params: { path: { id } } })),
    });
    return (
        <>
            <PageBar
                title={company.data?.name ?? text.companies.company}
                path={[{ label: text.companies.title, to: "/companies" }]}
            />
            <PageBody sunken>
                {company.error && <Trouble error={company.error} retry={company.refetch} />}
                {company.isPending && <Loading />}
                {company.data && (
                    <>
                        <Head company={company.data} may={may} />
                        <div className={classes.body}>
                            <People id={id} may={may} />
                        </div>
                    </>
                )}
            </PageBody>
        </>
    );
}

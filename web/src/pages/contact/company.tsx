// Where the contact works, in which role for a purchase, and who else is there.
import { Button, Menu, TextInput } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { Card } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { sentenceOf } from "../../shell/trouble";
import { useNotify } from "../../shell/undo";
import { useText } from "../../text";
import classes from "./contact.module.css";
import { useRefresh } from "./deeds";
import { Ask } from "./fields";

export type Role = Schemas["Employment"]["role"];
export const ROLES = ["decision_maker", "influencer", "user", "gatekeeper"] as const;

export function useEmployment(id: string) {
    return useQuery({
        queryKey: ["company", "of", id],
        queryFn: () => data(api.GET("/api/contacts/{id}/company", { params: { path: { id } } })),
    });
}

export function useSetRole() {
    const text = useText();
    const notify = useNotify();
    const refresh = useRefresh();
    const set = async (id: string, role: Role) => {
        await api.POST("/api/contacts/{id}/company", { params: { path: { id } }, body: { role } });
        await refresh();
    };
    return useMutation({
        mutationFn: ({ id, role }: { id: string; role: Role; before: Role }) => set(id, role),
        onSuccess: (_, { id, role, before }) => {
            const name = role ? text.contact.company.roles[role] : text.contact.company.noRole;
            notify(text.contact.company.roleSet(name), () => set(id, before));
        },
    });
}

export function RoleMenu({ id, role, may }: { id: string; role: Role; may: boolean }) {
    const text = useText();
    const set = useSetRole();
    const label = role ? text.contact.company.roles[role] : text.contact.company.noRole;
    if (!may) return <span className={role ? "" : "muted"}>{label}</span>;
    return (
        <Menu>
            <Menu.Target>
                <Button
                    variant="subtle"
                    rightSection={<IconChevronDown size={14} stroke={1.75} />}
                    aria-label={`${text.contact.company.role}: ${label}`}
                >
                    {label}
                </Button>
            </Menu.Target>
            <Menu.Dropdown>
                {ROLES.map((one) => (
                    <Menu.Item key={one} onClick={() => set.mutate({ id, role: one, before: role })}>
                        {text.contact.company.roles[one]}
                    </Menu.Item>
                ))}
                <Menu.Divider />
                <Menu.Item onClick={() => set.mutate({ id, role: null, before: role })}>
                    {text.contact.company.noRole}
                </Menu.Item>
            </Menu.Dropdown>
        </Menu>
    );
}

function CompanyForm({ id, done }: { id: string; done: () => void }) {
    const text = useText();
    const refresh = useRefresh();
    const [name, setName] = useState("");
    const set = useMutation({
        mutationFn: async () => {
            const found = await data(
                api.GET("/api/companies", {
                    params: { query: { filter: `name is ${JSON.stringify(name.trim())}`, limit: 1 } },
                }),
            );
            const company =
                found.items[0] ?? (await data(api.POST("/api/companies", { body: { name: name.trim() } })));
            await api.POST("/api/contacts/{id}/company", {
                params: { path: { id } },
                body: { company: company.id },
            });
        },
        onSuccess: async () => {
            await refresh();
            done();
        },
    });
    function submit(event: FormEvent) {
        event.preventDefault();
        if (name.trim()) set.mutate();
    }
    return (
        <form onSubmit={submit} className={classes.form}>
            <TextInput
                data-autofocus
                label={text.contact.company.name}
                value={name}
                maxLength={200}
                onChange={(event) => setName(event.currentTarget.value)}
            />
            {set.error && <p className="danger">{sentenceOf(text, set.error)}</p>}
            <Button type="submit" variant="filled" loading={set.isPending}>
                {text.contact.company.set}
            </Button>
        </form>
    );
}

export function CompanyCard({ id, may }: { id: string; may: boolean }) {
    const text = useText();
    const format = useFormat();
    const query = useEmployment(id);
    const company = query.data?.company;
    if (!query.data || (!company && !may)) return null;
    return (
        <Card
            title={text.contact.company.title}
            control={
                company ? (
                    <RoleMenu id={id} role={query.data.role} may={may} />
                ) : (
                    <Ask
                        button={(open) => <Button onClick={open}>{text.contact.company.set}</Button>}
                        form={(close) => <CompanyForm id={id} done={close} />}
                    />
                )
            }
        >
            <p className={classes.none}>
                {company ? (
                    <>
                        <Link to={`/companies/${company.id}`} className="link">
                            {company.name}
                        </Link>{" "}
                        <span className="t2">
                            {[
                                company.industry,
                                company.country,
                                text.contact.company.people(format.number(company.contacts)),
                            ]
                                .filter(Boolean)
                                .join(" · ")}
                        </span>
                    </>
                ) : (
                    <span className="t2">{text.contact.company.none}</span>
                )}
            </p>
        </Card>
    );
}

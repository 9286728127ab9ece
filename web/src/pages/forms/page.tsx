// Forms and landing pages: what there is, whether visitors get it, what came in.
import { Button, Modal, TextInput } from "@mantine/core";
import { IconFileText, IconForms, IconPlus } from "@tabler/icons-react";
import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { ApiProblem, api, data } from "../../api/client";
import { Chip, Empty, Loading, Segments, When } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { PageBar, PageBody, SubBar } from "../../shell/page";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { slugFrom } from "./draft";
import classes from "./forms.module.css";

type Kind = "forms" | "pages";

export function Component() {
    const text = useText();
    const t = text.forms;
    const [params, setParams] = useSearchParams();
    const kind: Kind = params.get("show") === "pages" ? "pages" : "forms";
    const mayMake = useMay(kind === "forms" ? "form.write" : "page.write");
    const [making, setMaking] = useState(false);
    const make = mayMake && (
        <Button
            variant="filled"
            leftSection={<IconPlus size={16} stroke={1.75} />}
            onClick={() => setMaking(true)}
        >
            {kind === "forms" ? t.newForm : t.newPage}
        </Button>
    );
    return (
        <>
            <PageBar title={t.title}>{make}</PageBar>
            <SubBar>
                <Segments
                    label={t.title}
                    value={kind}
                    onChange={(next) => setParams(next === "pages" ? { show: "pages" } : {})}
                    options={[
                        { value: "forms", label: t.forms },
                        { value: "pages", label: t.pages },
                    ]}
                />
            </SubBar>
            <PageBody>{kind === "forms" ? <Forms make={make} /> : <Pages make={make} />}</PageBody>
            <Modal
                opened={making}
                onClose={() => setMaking(false)}
                title={kind === "forms" ? t.newForm : t.newPage}
            >
                <Make kind={kind} />
            </Modal>
        </>
    );
}

function Forms({ make }: { make: React.ReactNode }) {
    const text = useText();
    const t = text.forms;
    const format = useFormat();
    const forms = useQuery({
        queryKey: ["form", "list"],
        queryFn: () => data(api.GET("/api/forms", { params: { query: { limit: 500 } } })),
    });
    const items = forms.data?.items ?? [];
    // The last 30 days of each; few businesses have more than a handful of forms.
    const numbers = useQueries({
        queries: items.slice(0, 50).map((form) => ({
            queryKey: ["form", form.id, "numbers"],
            queryFn: () => data(api.GET("/api/forms/{id}/numbers", { params: { path: { id: form.id } } })),
            staleTime: 30_000,
        })),
    });
    if (forms.isPending) return <Loading />;
    if (forms.error) return <Trouble error={forms.error} retry={forms.refetch} />;
    if (!items.length)
        return (
            <Empty
                icon={<IconForms size={24} stroke={1.5} className="accent" aria-hidden />}
                title={t.noForms}
                text={t.noFormsHelp}
                action={make}
            />
        );
    return (
        <table className={classes.table}>
            <thead>
                <tr>
                    <th>{t.name}</th>
                    <th className={classes.number}>{t.views}</th>
                    <th className={`${classes.number} no-phone`}>{t.starts}</th>
                    <th className={classes.number}>{t.submissions}</th>
                    <th className={`${classes.number} no-phone`}>{t.rate}</th>
                    <th className="no-phone">{t.changed}</th>
                </tr>
            </thead>
            <tbody>
                {items.map((form, i) => {
                    const days = numbers[i]?.data?.items;
                    const sum = (key: "views" | "starts" | "submissions") =>
                        days?.reduce((all, one) => all + one[key], 0);
                    const views = sum("views");
                    const submissions = sum("submissions");
                    const say = (n: number | undefined) => (n === undefined ? "" : format.number(n));
                    return (
                        <tr key={form.id}>
                            <td>
                                <Link to={`/forms/${form.id}`} className={classes.name}>
                                    <span className="medium truncate">{form.name}</span>
                                    <span className="help truncate">{form.path}</span>
                                </Link>
                                {!form.published && <Chip kind="warn">{t.draft}</Chip>}
                            </td>
                            <td className={classes.number}>{say(views)}</td>
                            <td className={`${classes.number} no-phone`}>{say(sum("starts"))}</td>
                            <td className={classes.number}>{say(submissions)}</td>
                            <td className={`${classes.number} no-phone`}>
                                {views && submissions !== undefined
                                    ? format.percent(submissions / views)
                                    : ""}
                            </td>
                            <td className="no-phone muted">
                                <When time={form.updated} />
                            </td>
                        </tr>
                    );
                })}
            </tbody>
        </table>
    );
}

function Pages({ make }: { make: React.ReactNode }) {
    const text = useText();
    const t = text.forms;
    const pages = useQuery({
        queryKey: ["page", "list"],
        queryFn: () => data(api.GET("/api/pages", { params: { query: { limit: 500 } } })),
    });
    const items = pages.data?.items ?? [];
    if (pages.isPending) return <Loading />;
    if (pages.error) return <Trouble error={pages.error} retry={pages.refetch} />;
    if (!items.length)
        return (
            <Empty
                icon={<IconFileText size={24} stroke={1.5} className="accent" aria-hidden />}
                title={t.noPages}
                text={t.noPagesHelp}
                action={make}
            />
        );
    return (
        <table className={classes.table}>
            <thead>
                <tr>
                    <th>{t.name}</th>
                    <th>{t.state}</th>
                    <th className="no-phone">{t.changed}</th>
                </tr>
            </thead>
            <tbody>
                {items.map((page) => (
                    <tr key={page.id}>
                        <td>
                            <Link to={`/pages/${page.id}`} className={classes.name}>
                                <span className="medium truncate">{page.name}</span>
                                <span className="help truncate">{page.path}</span>
                            </Link>
                        </td>
                        <td>
                            <Chip kind={page.published ? "accent" : "warn"}>
                                {page.published ? t.published : t.draft}
                            </Chip>
                        </td>
                        <td className="no-phone muted">
                            <When time={page.updated} />
                        </td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function Make({ kind }: { kind: Kind }) {
    const text = useText();
    const t = text.forms;
    const client = useQueryClient();
    const navigate = useNavigate();
    const [name, setName] = useState("");
    const make = useMutation({
        mutationFn: async () => {
            const slug = slugFrom(name) || `${kind}-${Date.now()}`;
            if (kind === "forms") {
                const fields = [{ name: "email", type: "email", label: t.types.email, required: true }];
                const body = { name, slug, definition: { title: name, fields } as never };
                return `/forms/${(await data(api.POST("/api/forms", { body }))).id}`;
            }
            const blocks = [{ type: "hero", title: name }];
            const body = { name, slug, definition: { title: name, blocks } as never };
            return `/pages/${(await data(api.POST("/api/pages", { body }))).id}`;
        },
        onSuccess: (to) => {
            client.invalidateQueries({ queryKey: [kind === "forms" ? "form" : "page"] });
            navigate(to);
        },
    });
    const problem = make.error instanceof ApiProblem ? make.error : undefined;
    return (
        <form
            className="stack"
            style={{ gap: 12 }}
            onSubmit={(event: FormEvent) => {
                event.preventDefault();
                make.mutate();
            }}
        >
            <TextInput
                label={t.name}
                description={slugFrom(name) && `${kind === "forms" ? "/f/" : "/p/"}${slugFrom(name)}`}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
                error={problem?.field("name") ?? problem?.field("slug")}
                maxLength={200}
                required
                data-autofocus
            />
            {problem && !problem.errors.length && <Trouble error={problem} />}
            <div>
                <Button type="submit" variant="filled" loading={make.isPending}>
                    {kind === "forms" ? t.newForm : t.newPage}
                </Button>
            </div>
        </form>
    );
}

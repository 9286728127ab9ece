// Templates of mails and content blocks: what there is.
import { Button, Modal, Select, TextInput } from "@mantine/core";
import { IconMail, IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { ApiProblem, api, data } from "../../api/client";
import { Chip, Empty, Loading, Segments, When } from "../../parts/basic";
import table from "../../parts/table.module.css";
import { PageBar, PageBody, SubBar } from "../../shell/page";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import { Blocks } from "./blocks";
import { useTemplates } from "./data";
import classes from "./templates.module.css";
import { sayVariables } from "./variables";

type Kind = "templates" | "blocks";

export function Component() {
    const text = useText();
    const t = useMailText().templates;
    const [params, setParams] = useSearchParams();
    const kind: Kind = params.get("show") === "blocks" ? "blocks" : "templates";
    const mayMake = useMay("campaign.write");
    const [making, setMaking] = useState(params.get("new") === "1");
    const make = mayMake && (
        <Button
            variant="filled"
            leftSection={<IconPlus size={16} stroke={1.75} />}
            onClick={() =>
                kind === "blocks" ? setParams({ show: "blocks", block: "new" }) : setMaking(true)
            }
        >
            {kind === "blocks" ? t.makeBlock : t.make}
        </Button>
    );
    return (
        <>
            <PageBar title={text.shell.pages.templates}>{make}</PageBar>
            <SubBar>
                <Segments
                    label={text.shell.pages.templates}
                    value={kind}
                    onChange={(next) => setParams(next === "blocks" ? { show: "blocks" } : {})}
                    options={[
                        { value: "templates", label: t.templates },
                        { value: "blocks", label: t.blocks },
                    ]}
                />
            </SubBar>
            {kind === "templates" ? <Templates make={make} /> : <Blocks make={make} />}
            <Modal opened={making} onClose={() => setMaking(false)} title={t.make}>
                <Make />
            </Modal>
        </>
    );
}

function Templates({ make }: { make: React.ReactNode }) {
    const text = useText();
    const mail = useMailText();
    const t = mail.templates;
    const templates = useTemplates();
    const items = templates.data?.items ?? [];
    if (templates.isPending) return <Loading />;
    if (templates.error) return <Trouble error={templates.error} retry={templates.refetch} />;
    return (
        <PageBody>
            {items.length === 0 ? (
                <Empty
                    icon={<IconMail size={24} stroke={1.5} className="accent" aria-hidden />}
                    title={t.none}
                    text={t.noneHelp}
                    action={make}
                />
            ) : (
                <table className={`${table.table} ${classes.list}`}>
                    <thead>
                        <tr>
                            <th>{t.name}</th>
                            <th className="no-phone">{t.layout}</th>
                            <th className={`${table.number} no-phone`}>{t.versions}</th>
                            <th className={table.number}>{t.changed}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {items.map((one) => (
                            <tr key={one.id}>
                                <td>
                                    <Link to={`/templates/${one.id}`} className={table.name}>
                                        <span className="medium truncate">{one.name}</span>
                                        <span className="help truncate">
                                            {sayVariables(text, mail, one.subject)}
                                        </span>
                                    </Link>
                                </td>
                                <td className="no-phone">
                                    <Chip kind="line">{t.layoutNames[one.layout]}</Chip>
                                </td>
                                <td className={`${table.number} no-phone muted`}>{one.version}</td>
                                <td className={`${table.number} muted`}>
                                    <When time={one.changed} />
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            )}
        </PageBody>
    );
}

function Make() {
    const text = useText();
    const t = useMailText().templates;
    const client = useQueryClient();
    const navigate = useNavigate();
    const [layout, setLayout] = useState<"plain" | "card">("plain");
    const make = useMutation({
        mutationFn: (name: string) =>
            data(
                api.POST("/api/templates", {
                    body: {
                        name,
                        subject: name,
                        body: `${t.samples.greeting}\n\n\n\n{{ sender.name }}\n`,
                        format: "markdown",
                        layout,
                    },
                }),
            ),
        onSuccess: (made) => {
            client.invalidateQueries({ queryKey: ["template"] });
            navigate(`/templates/${made.id}`);
        },
    });
    function submit(event: FormEvent<HTMLFormElement>) {
        event.preventDefault();
        make.mutate(String(new FormData(event.currentTarget).get("name")));
    }
    const problem = make.error instanceof ApiProblem ? make.error : undefined;
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
            <Select
                label={t.layout}
                data={(["plain", "card"] as const).map((value) => ({ value, label: t.layouts[value] }))}
                value={layout}
                onChange={(next) => setLayout(next === "card" ? "card" : "plain")}
            />
            {problem && !problem.errors.length && <Trouble error={problem} />}
            <div>
                <Button type="submit" variant="filled" loading={make.isPending}>
                    {text.shell.save}
                </Button>
            </div>
        </form>
    );
}

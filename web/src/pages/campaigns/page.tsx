// Campaigns with their numbers, as they stand now.
import { Button, Menu, Modal, TextInput } from "@mantine/core";
import { IconChevronDown, IconMail, IconRoute, IconSend } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { ApiProblem, api, data } from "../../api/client";
import { Empty, Loading, Segments } from "../../parts/basic";
import table from "../../parts/table.module.css";
import { useFormat } from "../../shell/format";
import { PageBar, PageBody, SubBar } from "../../shell/page";
import { useMay } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import { useCampaigns } from "./data";
import { StateChip } from "./state_chip";
import { type Campaign, fresh } from "./step";
import { listOf } from "./tree";

type Kind = Campaign["kind"];
const SHOWN = ["all", "running", "draft", "scheduled", "paused", "finished"] as const;

export function Component() {
    const text = useText();
    const t = useMailText().campaigns;
    const [params, setParams] = useSearchParams();
    const shown = SHOWN.find((one) => one === params.get("state")) ?? "all";
    const mayMake = useMay("campaign.write");
    const [making, setMaking] = useState<Kind | null>(null);
    const make = mayMake && (
        <Menu position="bottom-end">
            <Menu.Target>
                <Button variant="filled" rightSection={<IconChevronDown size={14} stroke={1.75} />}>
                    {t.make}
                </Button>
            </Menu.Target>
            <Menu.Dropdown maw={320}>
                {(["sequence", "broadcast"] as const).map((kind) => (
                    <Menu.Item
                        key={kind}
                        leftSection={<KindIcon kind={kind} />}
                        onClick={() => setMaking(kind)}
                    >
                        {t.kindNames[kind]}
                        <div className="help">{t.kindHelp[kind]}</div>
                    </Menu.Item>
                ))}
            </Menu.Dropdown>
        </Menu>
    );
    return (
        <>
            <PageBar title={text.shell.pages.campaigns}>{make}</PageBar>
            <SubBar>
                <Segments
                    label={text.shell.pages.campaigns}
                    value={shown}
                    onChange={(state) => setParams(state === "all" ? {} : { state })}
                    options={SHOWN.map((value) => ({
                        value,
                        label: value === "all" ? t.all : t.states[value],
                    }))}
                />
            </SubBar>
            <PageBody>
                <List shown={shown} make={make} />
            </PageBody>
            <Modal
                opened={making !== null}
                onClose={() => setMaking(null)}
                title={making ? t.makeOf[making] : ""}
            >
                {making && <Make kind={making} />}
            </Modal>
        </>
    );
}

export function KindIcon({ kind }: { kind: Kind }) {
    const Icon = kind === "sequence" ? IconRoute : IconMail;
    return <Icon size={16} stroke={1.75} aria-hidden />;
}

function List({ shown, make }: { shown: (typeof SHOWN)[number]; make: ReactNode }) {
    const t = useMailText().campaigns;
    const campaigns = useCampaigns();
    const all = campaigns.data?.items ?? [];
    const items = all.filter((one) => shown === "all" || one.state === shown);
    if (campaigns.isPending) return <Loading />;
    if (campaigns.error) return <Trouble error={campaigns.error} retry={campaigns.refetch} />;
    if (!items.length)
        return (
            <Empty
                icon={<IconSend size={24} stroke={1.5} className="accent" aria-hidden />}
                title={all.length ? t.noneOf : t.none}
                text={all.length ? undefined : t.noneHelp}
                action={!all.length && make}
                quiet={
                    !all.length && (
                        <Link className="link" to="/templates?new=1">
                            {t.writeFirst}
                        </Link>
                    )
                }
            />
        );
    return (
        <>
            <table className={table.table}>
                <thead>
                    <tr>
                        <th>{t.name}</th>
                        <th className={table.number}>{t.columns.sent}</th>
                        <th className={`${table.number} no-phone`}>{t.columns.opened}</th>
                        <th className={`${table.number} no-phone`}>{t.columns.clicked}</th>
                        <th className={table.number}>{t.columns.answered}</th>
                        <th className={`${table.number} no-phone`}>{t.columns.bounced}</th>
                    </tr>
                </thead>
                <tbody>
                    {items.map((one) => (
                        <Row key={one.id} of={one} />
                    ))}
                </tbody>
            </table>
            <p className="help" style={{ padding: "12px 20px" }}>
                {t.machinesHelp}
            </p>
        </>
    );
}

function Row({ of }: { of: Campaign }) {
    const t = useMailText().campaigns;
    const format = useFormat();
    const { mails } = of;
    const share = (n: number, machines = 0) => (
        <>
            <span>
                {format.number(n)}
                {mails.sent > 0 && <span className="muted"> {format.percent(n / mails.sent)}</span>}
            </span>
            {machines > 0 && <span className="help">{t.columns.machines(format.number(machines))}</span>}
        </>
    );
    return (
        <tr>
            <td>
                <span className="row">
                    <span className="muted no-phone" title={t.kindNames[of.kind]}>
                        <KindIcon kind={of.kind} />
                        <span className="sr-only">{t.kindNames[of.kind]}</span>
                    </span>
                    <Link to={`/campaigns/${of.id}`} className={table.name}>
                        <span className="medium">{of.name}</span>
                    </Link>
                    <StateChip state={of.state} />
                </span>
            </td>
            <td className={table.number}>{format.number(mails.sent)}</td>
            <td className={`${table.number} no-phone`}>{share(mails.opened, mails.opened_machine)}</td>
            <td className={`${table.number} no-phone`}>{share(mails.clicked, mails.clicked_machine)}</td>
            <td className={table.number}>{share(mails.replied)}</td>
            <td className={`${table.number} no-phone`}>{share(mails.bounced)}</td>
        </tr>
    );
}

function Make({ kind }: { kind: Kind }) {
    const t = useMailText().campaigns;
    const client = useQueryClient();
    const navigate = useNavigate();
    const make = useMutation({
        mutationFn: (name: string) =>
            data(
                api.POST("/api/campaigns", {
                    // A broadcast is one mail; a sequence begins empty, and teaches how to begin.
                    body: {
                        name,
                        kind,
                        steps: kind === "broadcast" ? listOf([fresh("mail", [])]) : [],
                    },
                }),
            ),
        onSuccess: (made) => {
            client.invalidateQueries({ queryKey: ["campaign", "list"] });
            navigate(`/campaigns/${made.id}`);
        },
    });
    const problem = make.error instanceof ApiProblem ? make.error : undefined;
    function submit(event: FormEvent<HTMLFormElement>) {
        event.preventDefault();
        make.mutate(String(new FormData(event.currentTarget).get("name")));
    }
    return (
        <form className="stack" style={{ gap: 12 }} onSubmit={submit}>
            <p className="t2">{t.kindHelp[kind]}</p>
            <TextInput
                name="name"
                label={t.name}
                maxLength={200}
                error={problem?.field("name")}
                required
                data-autofocus
            />
            {problem && !problem.field("name") && <Trouble error={problem} />}
            <div>
                <Button type="submit" variant="filled" loading={make.isPending}>
                    {t.makeOf[kind]}
                </Button>
            </div>
        </form>
    );
}

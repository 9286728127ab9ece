// Reports: one sentence of advice first, then the numbers; each opens the contacts behind it, at any past day.
import { Button } from "@mantine/core";
import { IconCalendar, IconChartBar, IconCode } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { Link, NavLink, useLocation, useParams } from "react-router";
import { ExpressionBar } from "../../expression/bar";
import { Empty } from "../../parts/basic";
import { Choice } from "../../parts/choice";
import { PageBar, PageBody, PastBanner, SubBar } from "../../shell/page";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { CohortsCard } from "./cohorts";
import { type Asked, RANGES, useAsked, useFunnel, useTransitions } from "./data";
import { FunnelCard } from "./funnel";
import classes from "./reports.module.css";
import { SourcesCard } from "./sources";
import { Advice, Figures } from "./top";
import { TransitionsCard } from "./transitions";
import { Waiting } from "./waiting";

const TABS = ["overview", "transitions", "cohorts", "sources"] as const;

// The chosen report; day, range and filter go along.
function Tabs() {
    const text = useText();
    const { search } = useLocation();
    return (
        <nav className={classes.tabs} aria-label={text.reports.choose}>
            {TABS.map((tab) => (
                <NavLink
                    key={tab}
                    end
                    to={{ pathname: tab === "overview" ? "/reports" : `/reports/${tab}`, search }}
                >
                    {text.reports.tabs[tab]}
                </NavLink>
            ))}
        </nav>
    );
}

function Filters({ asked }: { asked: Asked }) {
    const text = useText();
    const words = text.reports;
    const [value, setValue] = useState(asked.filter ?? "");
    const [open, setOpen] = useState(!!asked.filter);
    return (
        <>
            <SubBar>
                <Tabs />
                <div className="grow" />
                <Choice
                    label={words.range.label}
                    icon={<IconCalendar size={16} stroke={1.75} />}
                    value={asked.range}
                    onChange={(range) => asked.set("range", range)}
                    options={RANGES.map((range) => ({ value: range, label: words.range[range] }))}
                />
                <Button
                    variant="subtle"
                    aria-expanded={open}
                    leftSection={<IconCode size={16} stroke={1.75} />}
                    onClick={() => {
                        if (open) asked.set("filter", "");
                        setValue("");
                        setOpen(!open);
                    }}
                >
                    {open ? words.clear : words.filter}
                </Button>
            </SubBar>
            {open && (
                <div className={classes.expression}>
                    <ExpressionBar
                        compact
                        value={value}
                        onChange={setValue}
                        onValid={(filter) => asked.set("filter", filter)}
                    />
                </div>
            )}
        </>
    );
}

function Overview({ asked }: { asked: Asked }) {
    const funnel = useFunnel(asked);
    const months = useTransitions({ ...asked, range: "" }, "month");
    const periods = months.data?.periods ?? [];
    if (funnel.error) return <Trouble error={funnel.error} retry={funnel.refetch} />;
    if (!funnel.data) return <Waiting />;
    if (!funnel.data.stages.some((stage) => stage.reached) && !asked.filter && !asked.at && !asked.range)
        return <Nobody />;
    return (
        <>
            <Advice funnel={funnel.data} periods={periods} />
            <Figures funnel={funnel.data} periods={periods} />
            <FunnelCard funnel={funnel.data} asked={asked} />
            <div className={classes.two}>
                <CohortsCard asked={asked} />
                <SourcesCard asked={asked} />
            </div>
        </>
    );
}

function Nobody() {
    const text = useText();
    const words = text.reports.empty;
    return (
        <Empty
            icon={<IconChartBar size={32} stroke={1.25} className="muted" />}
            title={words.title}
            text={words.text}
            action={
                <Button component={Link} to="/imports" variant="filled">
                    {words.import}
                </Button>
            }
            quiet={
                <Link to="/welcome" className="link">
                    {words.demo}
                </Link>
            }
        />
    );
}

export function Component() {
    const text = useText();
    const { name } = useParams();
    const asked = useAsked();
    const reports: Record<string, ReactNode> = {
        transitions: <TransitionsCard asked={asked} />,
        cohorts: <CohortsCard asked={asked} />,
        sources: <SourcesCard asked={asked} whole />,
    };
    return (
        <>
            <PageBar title={text.reports.title} days model />
            <PastBanner />
            <Filters asked={asked} />
            <PageBody sunken>
                <div className={classes.page}>{reports[name ?? ""] ?? <Overview asked={asked} />}</div>
            </PageBody>
        </>
    );
}

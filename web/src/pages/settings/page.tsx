// Settings: a list of parts, each loaded when it is opened.
import { type ComponentType, lazy, Suspense } from "react";
import { Link, NavLink, useParams } from "react-router";
import { ApiProblem } from "../../api/client";
import { Loading } from "../../parts/basic";
import { PageBar } from "../../shell/page";
import { useSession } from "../../shell/session";
import { Trouble } from "../../shell/trouble";
import { useText } from "../../text";
import { PART_RIGHTS } from "./rights";
import classes from "./settings.module.css";

type Part = keyof ReturnType<typeof useText>["settings"]["parts"];

const GROUPS = ["you", "people", "mail", "data", "programs"] as const;

const PARTS: {
    name: Part;
    group: (typeof GROUPS)[number];
    page: ComponentType;
}[] = [
    { name: "account", group: "you", page: lazy(() => import("./account")) },
    { name: "appearance", group: "you", page: lazy(() => import("./appearance")) },
    { name: "business", group: "people", page: lazy(() => import("./business")) },
    { name: "users", group: "people", page: lazy(() => import("./users")) },
    { name: "rules", group: "people", page: lazy(() => import("./rules")) },
    { name: "mailboxes", group: "mail", page: lazy(() => import("./mailboxes")) },
    {
        name: "suppressions",
        group: "mail",
        page: lazy(() => import("./suppressions")),
    },
    { name: "topics", group: "mail", page: lazy(() => import("./topics")) },
    { name: "fields", group: "data", page: lazy(() => import("./fields")) },
    { name: "privacy", group: "data", page: lazy(() => import("./privacy")) },
    { name: "audit", group: "data", page: lazy(() => import("./audit")) },
    { name: "tracker", group: "programs", page: lazy(() => import("./tracker")) },
    { name: "keys", group: "programs", page: lazy(() => import("./keys")) },
    { name: "webhooks", group: "programs", page: lazy(() => import("./webhooks")) },
];

export function Component() {
    const text = useText();
    const rights = useSession().data?.rights ?? [];
    const { part } = useParams();
    const shown = PARTS.filter(({ name }) => !PART_RIGHTS[name] || rights.includes(PART_RIGHTS[name]));
    const now = shown.find((one) => one.name === part);
    return (
        <>
            <PageBar
                title={now ? text.settings.parts[now.name] : text.settings.title}
                path={part ? [{ label: text.settings.title, to: "/settings" }] : undefined}
            />
            <div className={classes.page} data-part={part ? true : undefined}>
                <nav className={classes.parts} aria-label={text.settings.title}>
                    {GROUPS.filter((group) => shown.some((one) => one.group === group)).map((group) => (
                        <section key={group}>
                            <h2 className={classes.group}>{text.settings.groups[group]}</h2>
                            {shown
                                .filter((one) => one.group === group)
                                .map((one) => (
                                    <NavLink
                                        key={one.name}
                                        to={`/settings/${one.name}`}
                                        className={classes.part}
                                    >
                                        {text.settings.parts[one.name]}
                                    </NavLink>
                                ))}
                        </section>
                    ))}
                </nav>
                <section className={classes.body} aria-label={text.settings.parts[now?.name ?? "account"]}>
                    {part && !now && <Trouble error={new ApiProblem(404, "")} />}
                    {now && (
                        <Suspense fallback={<Loading />}>
                            <div className={classes.inner} key={now.name}>
                                <Link to="/settings" className="only-phone link">
                                    {text.settings.title}
                                </Link>
                                <now.page />
                            </div>
                        </Suspense>
                    )}
                    {!part && <p className="no-phone muted">{text.settings.choose}</p>}
                </section>
            </div>
        </>
    );
}

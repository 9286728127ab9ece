// The frame of every page: sidebar (on the phone a bar below), the one inset panel, palette, live updates.
import { ActionIcon, Button, Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import {
    IconAddressBook,
    IconAlertTriangle,
    IconBuilding,
    IconChartBar,
    IconDots,
    IconFileText,
    IconForms,
    IconInbox,
    IconLayoutKanban,
    IconListCheck,
    IconMail,
    IconMoon,
    IconSearch,
    IconSend,
    IconSettings,
    IconSun,
    IconTableImport,
    IconTicket,
    type TablerIcon,
} from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useContext, useEffect, useState } from "react";
import { Navigate, NavLink, Outlet, useLocation, useNavigate } from "react-router";
import { ApiProblem, api, data } from "../api/client";
import { Avatar } from "../parts/avatar";
import { Loading } from "../parts/basic";
import { isLanguage, LANGUAGES, LanguageContext, useLanguage, useText } from "../text";
import { useTodayCounts } from "./counts";
import classes from "./frame.module.css";
import { useKeys } from "./keys";
import { useLive } from "./live";
import { useSession, useSettings } from "./session";
import { Catch, Trouble } from "./trouble";

const Palette = lazy(() => import("./palette"));
const KeyHelp = lazy(() => import("./key_help"));

export type PageName = keyof ReturnType<typeof useText>["shell"]["pages"];

const PAGES: {
    name: PageName;
    icon: TablerIcon;
    key?: string;
    part: "work" | "reach" | "understand" | "foot";
    right?: string; // without it the page is not offered
}[] = [
    { name: "today", icon: IconListCheck, key: "t", part: "work" },
    { name: "inbox", icon: IconInbox, key: "i", part: "work" },
    { name: "board", icon: IconLayoutKanban, key: "b", part: "work" },
    { name: "contacts", icon: IconAddressBook, key: "c", part: "work" },
    { name: "companies", icon: IconBuilding, part: "work" },
    { name: "campaigns", icon: IconSend, part: "reach" },
    { name: "templates", icon: IconMail, part: "reach" },
    { name: "forms", icon: IconForms, part: "reach" },
    { name: "offers", icon: IconTicket, part: "reach" },
    { name: "models", icon: IconFileText, key: "m", part: "understand" },
    { name: "reports", icon: IconChartBar, key: "r", part: "understand" },
    { name: "imports", icon: IconTableImport, part: "foot", right: "import.read" },
    { name: "settings", icon: IconSettings, part: "foot" },
];

export function usePages() {
    const rights = useSession().data?.rights ?? [];
    return PAGES.filter((page) => !page.right || rights.includes(page.right));
}

function Item({ page, phone }: { page: (typeof PAGES)[number]; phone?: boolean }) {
    const text = useText();
    const counts = useTodayCounts();
    const waiting = page.name === "today" ? counts.waiting : 0;
    return (
        <NavLink
            to={`/${page.name}`}
            className={phone ? classes.tab : classes.item}
            title={phone ? undefined : text.shell.pages[page.name]}
        >
            <page.icon size={phone ? 22 : 16} stroke={1.75} aria-hidden />
            <span className={classes.label}>{text.shell.pages[page.name]}</span>
            {waiting > 0 && (
                <span
                    className={phone ? classes.badge : classes.count}
                    data-overdue={counts.overdue > 0 || undefined}
                >
                    {waiting}
                </span>
            )}
        </NavLink>
    );
}

function useLogOut() {
    const client = useQueryClient();
    const navigate = useNavigate();
    return async () => {
        await data(api.DELETE("/api/session"));
        client.clear();
        navigate("/login");
    };
}

function Account({ openKeys }: { openKeys: () => void }) {
    const text = useText();
    const language = useLanguage();
    const changeLanguage = useContext(LanguageContext);
    const session = useSession();
    const logOut = useLogOut();
    const navigate = useNavigate();
    const { colorScheme, setColorScheme } = useMantineColorScheme();
    const user = session.data?.user;
    const name = user?.name || user?.email || "";
    const dark =
        colorScheme === "dark" ||
        (colorScheme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);

    return (
        <div className={classes.me}>
            <Menu position="top-start">
                <Menu.Target>
                    <UnstyledButton className={classes.person} aria-label={name}>
                        <Avatar name={name} />
                        <span className={`${classes.label} truncate`}>{name}</span>
                    </UnstyledButton>
                </Menu.Target>
                <Menu.Dropdown>
                    <Menu.Item onClick={() => navigate("/settings/account")}>
                        {text.shell.account.yourAccount}
                    </Menu.Item>
                    <Menu.Item onClick={openKeys} rightSection={<kbd>?</kbd>}>
                        {text.shell.account.keys}
                    </Menu.Item>
                    <Menu.Label>{text.shell.account.appearance}</Menu.Label>
                    <Menu.Item onClick={() => setColorScheme("light")}>{text.shell.account.light}</Menu.Item>
                    <Menu.Item onClick={() => setColorScheme("dark")}>{text.shell.account.dark}</Menu.Item>
                    <Menu.Item onClick={() => setColorScheme("auto")}>{text.shell.account.system}</Menu.Item>
                    <Menu.Label>{text.shell.account.language}</Menu.Label>
                    {Object.entries(LANGUAGES).map(([code, own]) => (
                        <Menu.Item
                            key={code}
                            lang={code}
                            aria-current={code === language || undefined}
                            onClick={() => isLanguage(code) && changeLanguage(code)}
                        >
                            {own}
                        </Menu.Item>
                    ))}
                    <Menu.Divider />
                    <Menu.Item onClick={logOut}>{text.shell.account.logOut}</Menu.Item>
                </Menu.Dropdown>
            </Menu>
            <ActionIcon
                variant="subtle"
                color="gray"
                className={classes.scheme}
                onClick={() => setColorScheme(dark ? "light" : "dark")}
                aria-label={dark ? text.shell.account.light : text.shell.account.dark}
            >
                {dark ? <IconSun size={16} stroke={1.75} /> : <IconMoon size={16} stroke={1.75} />}
            </ActionIcon>
        </div>
    );
}

function Sidebar({ openPalette, openKeys }: { openPalette: () => void; openKeys: () => void }) {
    const text = useText();
    const settings = useSettings();
    const pages = usePages();
    const part = (name: string) => pages.filter((page) => page.part === name);
    return (
        <nav className={classes.side} aria-label={text.shell.product}>
            <div className={classes.brand}>
                <img src="/icon.svg" width={20} height={20} alt="" />
                <span className={`${classes.label} truncate`}>
                    {settings.data?.business_name || text.shell.product}
                </span>
            </div>
            <UnstyledButton className={classes.search} onClick={openPalette}>
                <IconSearch size={16} stroke={1.75} aria-hidden />
                <span className={`${classes.label} grow`}>{text.shell.search}</span>
                <kbd className={classes.label}>{/Mac|iP/.test(navigator.platform) ? "⌘K" : "Ctrl K"}</kbd>
            </UnstyledButton>
            {part("work").map((page) => (
                <Item key={page.name} page={page} />
            ))}
            <div className={classes.section}>{text.shell.sections.reach}</div>
            {part("reach").map((page) => (
                <Item key={page.name} page={page} />
            ))}
            <div className={classes.section}>{text.shell.sections.understand}</div>
            {part("understand").map((page) => (
                <Item key={page.name} page={page} />
            ))}
            <div className="grow" />
            {part("foot").map((page) => (
                <Item key={page.name} page={page} />
            ))}
            <Account openKeys={openKeys} />
        </nav>
    );
}

// Of the bar on the phone; the others are under "More".
const MAIN: PageName[] = ["today", "inbox", "board", "contacts"];

function PhoneBar({ openPalette, openKeys }: { openPalette: () => void; openKeys: () => void }) {
    const text = useText();
    const navigate = useNavigate();
    const logOut = useLogOut();
    const pages = usePages();
    const main = pages.filter((page) => MAIN.includes(page.name));
    const rest = pages.filter((page) => !main.includes(page));
    return (
        <nav className={classes.tabs} data-phone-bar aria-label={text.shell.product}>
            {main.map((page) => (
                <Item key={page.name} page={page} phone />
            ))}
            <Menu position="top-end">
                <Menu.Target>
                    <UnstyledButton className={classes.tab}>
                        <IconDots size={22} stroke={1.75} aria-hidden />
                        {text.shell.pages.more}
                    </UnstyledButton>
                </Menu.Target>
                <Menu.Dropdown>
                    <Menu.Item leftSection={<IconSearch size={16} stroke={1.75} />} onClick={openPalette}>
                        {text.shell.search}
                    </Menu.Item>
                    {rest.map((page) => (
                        <Menu.Item
                            key={page.name}
                            leftSection={<page.icon size={16} stroke={1.75} />}
                            onClick={() => navigate(`/${page.name}`)}
                        >
                            {text.shell.pages[page.name]}
                        </Menu.Item>
                    ))}
                    <Menu.Divider />
                    <Menu.Item onClick={() => navigate("/settings/account")}>
                        {text.shell.account.yourAccount}
                    </Menu.Item>
                    <Menu.Item onClick={openKeys}>{text.shell.account.keys}</Menu.Item>
                    <Menu.Item onClick={logOut}>{text.shell.account.logOut}</Menu.Item>
                </Menu.Dropdown>
            </Menu>
        </nav>
    );
}

// Who is logged out while they work: the page stays with what was typed into it, and goes on once they have logged
// in, in another tab.
function LoggedOut({ to }: { to: string }) {
    const text = useText();
    const client = useQueryClient();
    useEffect(() => () => void client.invalidateQueries(), [client]);
    return (
        <div role="alert" className={classes.loggedOut}>
            <IconAlertTriangle size={16} stroke={1.75} aria-hidden />
            <span className="grow">{text.shell.trouble.loggedOut}</span>
            <Button component="a" href={to} target="_blank">
                {text.setup.logIn}
            </Button>
        </div>
    );
}

export function Frame() {
    const text = useText();
    const session = useSession();
    const navigate = useNavigate();
    const location = useLocation();
    const [palette, setPalette] = useState(false);
    const [keys, setKeys] = useState(false);
    useLive(!!session.data);
    useKeys({
        "mod+k": () => setPalette(true),
        "?": () => setKeys(true),
        ...Object.fromEntries(
            PAGES.filter((page) => page.key).map((page) => [
                `g ${page.key}`,
                () => navigate(`/${page.name}`),
            ]),
        ),
    });
    const loggedOut = session.error instanceof ApiProblem && session.error.status === 401;
    const logIn = `/login?to=${encodeURIComponent(location.pathname + location.search)}`;
    if (loggedOut && !session.data) return <Navigate to={logIn} replace />;
    if (session.error && !session.data) return <Trouble error={session.error} retry={session.refetch} />;
    if (!session.data) return null;
    return (
        <div className={classes.app}>
            <a className={classes.skip} href="#main">
                {text.shell.skip}
            </a>
            <Sidebar openPalette={() => setPalette(true)} openKeys={() => setKeys(true)} />
            {loggedOut && <LoggedOut to={logIn} />}
            <main id="main" className={classes.panel} tabIndex={-1}>
                <Catch at={location.pathname}>
                    <Suspense fallback={<Loading />}>
                        <Outlet />
                    </Suspense>
                </Catch>
            </main>
            <PhoneBar openPalette={() => setPalette(true)} openKeys={() => setKeys(true)} />
            <Suspense fallback={null}>
                {palette && <Palette close={() => setPalette(false)} />}
                {keys && <KeyHelp close={() => setKeys(false)} />}
            </Suspense>
        </div>
    );
}

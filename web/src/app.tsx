// The app: its providers and its pages. A page is a lazily loaded module with `Component`.
import { MantineProvider } from "@mantine/core";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ComponentType, lazy, Suspense, useEffect, useMemo, useState } from "react";
import { BrowserRouter, Navigate, Route, Routes, useLocation } from "react-router";
import { ApiProblem } from "./api/client";
import { Frame } from "./shell/frame";
import { Catch } from "./shell/trouble";
import { UndoProvider } from "./shell/undo";
import { type Language, LanguageContext, loadText, type Text, TextContext } from "./text";
import { themeWith, variables } from "./theme";

// Who turns out to be logged out is asked about: the frame shows it.
function askWho(error: unknown) {
    if (error instanceof ApiProblem && error.status === 401)
        queryClient.invalidateQueries({ queryKey: ["session"] });
}

// Asking again helps where the server was busy or away, and nowhere else. What a browser thinks of the net says
// nothing about the server, which may be in this house: so nothing waits for it, and a deed fails at once rather
// than happening unseen later.
const queryClient = new QueryClient({
    queryCache: new QueryCache({
        onError: (error, query) => {
            if (query.queryKey[0] !== "session") askWho(error);
        },
    }),
    mutationCache: new MutationCache({ onError: askWho }),
    defaultOptions: {
        mutations: { networkMode: "always" },
        queries: {
            networkMode: "always",
            refetchOnReconnect: true,
            staleTime: 5_000,
            refetchOnWindowFocus: false,
            retry: (failures, error) =>
                failures < 3 && error instanceof ApiProblem && [0, 429, 502, 503].includes(error.status),
        },
    },
});

type Load = () => Promise<{ Component: ComponentType }>;

const ALONE: Record<string, Load> = {
    "/login": () => import("./pages/setup/login"),
    "/forgot": () => import("./pages/setup/forgot"),
    "/welcome": () => import("./pages/setup/welcome"),
    "/setup/:token": () => import("./pages/setup/invitation"),
};
const FRAMED: Record<string, Load> = {
    today: () => import("./pages/today/page"),
    board: () => import("./pages/board/page"),
    contacts: () => import("./pages/contacts/page"),
    "contacts/:id": () => import("./pages/contact/page"),
    companies: () => import("./pages/companies/page"),
    "companies/:id": () => import("./pages/companies/company"),
    inbox: () => import("./pages/inbox/page"),
    campaigns: () => import("./pages/campaigns/page"),
    "campaigns/:id": () => import("./pages/campaigns/campaign"),
    templates: () => import("./pages/templates/page"),
    "templates/:id": () => import("./pages/templates/template"),
    offers: () => import("./pages/offers/page"),
    forms: () => import("./pages/forms/page"),
    "forms/:id": () => import("./pages/forms/form"),
    "pages/:id": () => import("./pages/forms/landing"),
    models: () => import("./pages/models/page"),
    "models/compare": () => import("./pages/models/compare"),
    "models/backtest": () => import("./pages/models/backtest"),
    "models/:id": () => import("./pages/models/editor"),
    reports: () => import("./pages/reports/page"),
    "reports/:name": () => import("./pages/reports/page"),
    imports: () => import("./pages/imports/page"),
    "imports/:id": () => import("./pages/imports/import"),
    settings: () => import("./pages/settings/page"),
    "settings/:part": () => import("./pages/settings/page"),
    "*": () => import("./pages/missing/page"),
};

const pages = (table: Record<string, Load>) =>
    Object.entries(table).map(([path, load]) => {
        const Page = lazy(() => load().then((page) => ({ default: page.Component })));
        return { path, element: <Page /> };
    });
const alone = pages(ALONE);
const framed = pages(FRAMED);

// (Declarative: the router that loads data for its pages would be half of the first view's scripts again.)
function AllPages() {
    const location = useLocation();
    return (
        <Catch at={location.pathname}>
            <Suspense>
                <Routes>
                    {alone.map((page) => (
                        <Route key={page.path} {...page} />
                    ))}
                    <Route path="/" element={<Frame />}>
                        <Route index element={<Navigate to="/today" replace />} />
                        {framed.map((page) => (
                            <Route key={page.path} {...page} />
                        ))}
                    </Route>
                </Routes>
            </Suspense>
        </Catch>
    );
}

export function App(props: { language: Language; text: Text }) {
    const [spoken, setSpoken] = useState(props);
    const change = useMemo(
        () => async (language: Language) => {
            localStorage.setItem("sluice-language", language);
            setSpoken({ language, text: await loadText(language) });
        },
        [],
    );
    useEffect(() => {
        document.documentElement.lang = spoken.language;
    }, [spoken.language]);
    const theme = useMemo(() => themeWith(spoken.text.shell.close), [spoken.text]);
    return (
        <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
            <QueryClientProvider client={queryClient}>
                <LanguageContext value={change}>
                    <TextContext value={spoken}>
                        <UndoProvider>
                            {/* At once: a key right after a click must find what was clicked. */}
                            <BrowserRouter useTransitions={false}>
                                <AllPages />
                            </BrowserRouter>
                        </UndoProvider>
                    </TextContext>
                </LanguageContext>
            </QueryClientProvider>
        </MantineProvider>
    );
}

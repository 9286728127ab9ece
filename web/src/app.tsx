// The app: its providers and its pages. A page is a lazily loaded module with `Component`.
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { createBrowserRouter, Navigate, RouterProvider } from "react-router";
import { ApiProblem } from "./api/client";
import { Frame } from "./shell/frame";
import { Broken } from "./shell/trouble";
import { UndoProvider } from "./shell/undo";
import { type Language, LanguageContext, loadText, type Text, TextContext } from "./text";
import { theme, variables } from "./theme";

// Asking again helps where the server was busy or away, and nowhere else.
const queryClient = new QueryClient({
    defaultOptions: {
        queries: {
            staleTime: 5_000,
            refetchOnWindowFocus: false,
            retry: (failures, error) =>
                failures < 3 && error instanceof ApiProblem && [0, 429, 502, 503].includes(error.status),
        },
    },
});

const router = createBrowserRouter([
    { path: "/login", lazy: () => import("./pages/setup/login"), errorElement: <Broken /> },
    { path: "/welcome", lazy: () => import("./pages/setup/welcome"), errorElement: <Broken /> },
    { path: "/setup/:token", lazy: () => import("./pages/setup/invitation"), errorElement: <Broken /> },
    {
        path: "/",
        element: <Frame />,
        errorElement: <Broken />,
        children: [
            { index: true, element: <Navigate to="/today" replace /> },
            { path: "today", lazy: () => import("./pages/today/page") },
            { path: "board", lazy: () => import("./pages/board/page") },
            { path: "contacts", lazy: () => import("./pages/contacts/page") },
            { path: "contacts/:id", lazy: () => import("./pages/contact/page") },
            { path: "companies", lazy: () => import("./pages/companies/page") },
            { path: "companies/:id", lazy: () => import("./pages/companies/company") },
            { path: "forms", lazy: () => import("./pages/forms/page") },
            { path: "forms/:id", lazy: () => import("./pages/forms/form") },
            { path: "pages/:id", lazy: () => import("./pages/forms/landing") },
            { path: "models", lazy: () => import("./pages/models/page") },
            { path: "models/compare", lazy: () => import("./pages/models/compare") },
            { path: "models/backtest", lazy: () => import("./pages/models/backtest") },
            { path: "models/:id", lazy: () => import("./pages/models/editor") },
            { path: "reports", lazy: () => import("./pages/reports/page") },
            { path: "reports/:name", lazy: () => import("./pages/reports/page") },
            { path: "imports", lazy: () => import("./pages/imports/page") },
            { path: "imports/:id", lazy: () => import("./pages/imports/import") },
            { path: "settings", lazy: () => import("./pages/settings/page") },
            { path: "settings/:part", lazy: () => import("./pages/settings/page") },
        ],
    },
]);

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
    return (
        <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
            <QueryClientProvider client={queryClient}>
                <LanguageContext value={change}>
                    <TextContext value={spoken}>
                        <UndoProvider>
                            <RouterProvider router={router} />
                        </UndoProvider>
                    </TextContext>
                </LanguageContext>
            </QueryClientProvider>
        </MantineProvider>
    );
}

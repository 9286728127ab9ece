// Who is logged in, the business's settings, its active model.
import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

export function useSession() {
    return useQuery({
        queryKey: ["session"],
        queryFn: () => data(api.GET("/api/session")),
        staleTime: 60_000,
        // Who was logged out may have logged in meanwhile, in another tab.
        refetchOnWindowFocus: (query) => query.state.status === "error" && "always",
    });
}

// Whether the person who is logged in has a right, as "contact.write".
export function useMay(right: string): boolean {
    return useSession().data?.rights.includes(right) ?? false;
}

// Nothing for those who may not see them.
export function useSettings() {
    return useQuery({
        queryKey: ["setting"],
        queryFn: () => data(api.GET("/api/settings")),
        enabled: useMay("setting.read"),
        staleTime: 60_000,
    });
}

export function useColleagues() {
    const query = useQuery({
        queryKey: ["colleague"],
        queryFn: () => data(api.GET("/api/colleagues", { params: { query: { limit: 500 } } })),
        staleTime: 60_000,
    });
    const names = new Map((query.data?.items ?? []).map((one) => [one.id, one.name]));
    return {
        list: query.data?.items ?? [],
        name: (id: string | null | undefined) => (id ? names.get(id) : undefined),
    };
}

// What conditions can ask for: stages, grades (best first), facts, personas, sources …
export function useFields(): Schemas["Fields"] | undefined {
    return useQuery({
        queryKey: ["field"],
        queryFn: () => data(api.GET("/api/fields")),
        staleTime: 60_000,
    }).data;
}

export type Model = Schemas["Model"];

export function useActiveModel(): Model | undefined {
    const query = useQuery({
        queryKey: ["model", "active"],
        queryFn: () =>
            data(api.GET("/api/models", { params: { query: { filter: 'state is "active"', limit: 1 } } })),
        staleTime: 60_000,
    });
    return query.data?.items[0];
}

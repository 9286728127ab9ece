// Tags: all there are, and giving and taking them.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data } from "../api/client";

export function useTags() {
    return useQuery({
        queryKey: ["tag", "list"],
        queryFn: () => data(api.GET("/api/tags", { params: { query: { limit: 500 } } })),
        staleTime: 30_000,
    });
}

export const giveTag = (id: string, tag: string) =>
    data(api.POST("/api/contacts/{id}/tags", { params: { path: { id } }, body: { tag } }));
export const takeTag = (id: string, tag: string) =>
    data(api.DELETE("/api/contacts/{id}/tags/{tag}", { params: { path: { id, tag } } }));

export function useRefreshTags() {
    const client = useQueryClient();
    return () => {
        for (const one of ["tag", "contact", "people", "timeline"])
            client.invalidateQueries({ queryKey: [one] });
    };
}

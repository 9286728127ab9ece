// What conditions can ask for: traits, facts, events, stages, grades, personas of the active model and the data.
import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "../api/client";

export type Fields = Schemas["Fields"];

export const NO_FIELDS: Fields = {
    traits: [],
    events: [],
    sources: [],
    facts: [],
    stages: [],
    grades: [],
    personas: [],
};

export function useFields(): Fields {
    const query = useQuery({
        queryKey: ["field"],
        queryFn: () => data(api.GET("/api/fields")),
        staleTime: 60_000,
    });
    return query.data ?? NO_FIELDS;
}

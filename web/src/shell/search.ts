// People and companies by any part of what they are called. This file alone knows the search's route.
import { api, data } from "../api/client";

interface Found {
    contacts: { id: string; name: string | null; email: string | null; company: string | null }[];
    companies: { id: string; name: string; domain: string | null }[];
}

export async function search(words: string, signal: AbortSignal): Promise<Found> {
    const found = await data(
        api.GET("/api/companies", {
            params: { query: { filter: `name contains ${JSON.stringify(words)}`, limit: 5 } },
            signal,
        }),
    );
    const people = await data(
        api.GET("/api/contacts", {
            params: { query: { filter: `email contains ${JSON.stringify(words)}`, limit: 8 } },
            signal,
        }),
    );
    return {
        contacts: people.items.map((one) => ({
            id: one.id,
            name: one.name ?? null,
            email: one.email ?? null,
            company: "company" in one.traits ? String(one.traits.company) : null,
        })),
        companies: found.items.map((one) => ({
            id: one.id,
            name: one.name ?? "",
            domain: one.domain ?? null,
        })),
    };
}

// People and companies by any part of what they are called.
import { api, data, type Schemas } from "../api/client";

export function search(words: string, signal: AbortSignal): Promise<Schemas["Found"]> {
    return data(api.GET("/api/search", { params: { query: { q: words, limit: 8 } }, signal }));
}

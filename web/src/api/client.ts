// The public API, typed by its own description. Problems (RFC 9457) become ApiProblem.

import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "#api";

export type Schemas = components["schemas"];

export class ApiProblem extends Error {
    constructor(
        readonly status: number,
        readonly detail: string,
        readonly errors: { field: string; message: string }[] = [],
        readonly deed = false, // it was to do something: nobody tries that again by themselves
    ) {
        super(detail);
    }
    // What is wrong with one member of what was sent.
    field(name: string): string | undefined {
        return this.errors.find((one) => one.field === name)?.message;
    }
}

const problems: Middleware = {
    async onResponse({ request, response }) {
        if (response.ok) return;
        const body = await response.json().catch(() => null);
        throw new ApiProblem(
            response.status,
            body?.detail ?? body?.title ?? response.statusText,
            body?.errors,
            request.method !== "GET",
        );
    },
    onError({ request }) {
        throw new ApiProblem(0, "", [], request.method !== "GET");
    },
};

export const api = createClient<paths>({ baseUrl: location.origin });
api.use(problems);

// The data of an answer; the middleware has thrown where there is none.
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
    return (await answer).data as T;
}

// What differs between two states of something, member by member, as texts.
export interface Change {
    name: string;
    was: string;
    is: string;
}

const say = (value: unknown): string =>
    value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);

const members = (value: unknown): Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value)
        ? (value as Record<string, unknown>)
        : value === null || value === undefined
          ? {}
          : { "": value };

export function changesOf(before: unknown, after: unknown): Change[] {
    const was = members(before);
    const is = members(after);
    return [...new Set([...Object.keys(was), ...Object.keys(is)])]
        .map((name) => ({ name, was: say(was[name]), is: say(is[name]) }))
        .filter((change) => change.was !== change.is);
}

// What was changed of something that has members: only that is sent, so that what somebody else changed meanwhile stays.

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

// The members of `now` that differ from `before`.
export function changesOf<T extends object>(now: T, before: T): Partial<T> {
    const differs = ([key, value]: [string, unknown]) => !same(value, before[key as keyof T]);
    return Object.fromEntries(Object.entries(now).filter(differs)) as Partial<T>;
}

// What `before` has for the members of `change`: it takes the change back.
export function takesBack<T extends object>(change: Partial<T>, before: T): Partial<T> {
    return Object.fromEntries(Object.keys(change).map((key) => [key, before[key as keyof T]])) as Partial<T>;
}

// What is still to be saved of `edited` when `sent` was: what was changed again meanwhile.
export function without<T extends object>(edited: Partial<T>, sent: Partial<T>): Partial<T> {
    const open = ([key, value]: [string, unknown]) => !same(value, sent[key as keyof T]);
    return Object.fromEntries(Object.entries(edited).filter(open)) as Partial<T>;
}

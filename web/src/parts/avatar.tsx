import classes from "./parts.module.css";

// The initials on a colour that follows from the name.
export function Avatar({ name, small, large }: { name: string; small?: boolean; large?: boolean }) {
    const words = name.split(/[\s.@_-]+/).filter(Boolean);
    const initials = (
        (words[0]?.[0] ?? "?") + (words.length > 1 ? (words.at(-1)?.[0] ?? "") : "")
    ).toUpperCase();
    let hue = 0;
    for (const letter of name) hue = (hue * 31 + (letter.codePointAt(0) ?? 0)) % 360;
    return (
        <span
            className={classes.avatar}
            data-size={small ? "s" : large ? "l" : undefined}
            style={{ "--h": hue } as React.CSSProperties}
            aria-hidden
        >
            {initials}
        </span>
    );
}

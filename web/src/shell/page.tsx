// The parts of a page: its bar (title left; model, day and one filled button right), the bar of filters below,
// the note that a past day is shown.
import { Button, Popover } from "@mantine/core";
import { IconCalendarTime, IconFileText } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef } from "react";
import { Link, useSearchParams } from "react-router";
import { useText } from "../text";
import { localDay, useFormat } from "./format";
import { useKeys } from "./keys";
import classes from "./page.module.css";
import { useActiveModel } from "./session";

// The moment that is shown: undefined is now. It stands in the address, so that a view can be sent.
export function useDay(): { at: string | undefined; setDay: (day: string | null) => void } {
    const [params, setParams] = useSearchParams();
    const day = params.get("day");
    const at = day && /^\d{4}-\d{2}-\d{2}$/.test(day) ? endOf(day) : undefined;
    return {
        at,
        setDay: (next) =>
            setParams(
                (old) => {
                    if (next) old.set("day", next);
                    else old.delete("day");
                    return old;
                },
                { replace: true },
            ),
    };
}

// A day is shown as it stood when it ended, today's as it stands.
function endOf(day: string): string | undefined {
    const end = new Date(`${day}T23:59:59`);
    if (Number.isNaN(end.getTime()) || localDay(end) !== day) return undefined; // no day, as 31 February
    return end.getTime() > Date.now() ? undefined : end.toISOString().replace(".000", "");
}

export function useTitle(title: string) {
    useEffect(() => {
        document.title = `${title} · Sluice`;
    }, [title]);
}

function DayButton() {
    const text = useText();
    const format = useFormat();
    const { at, setDay } = useDay();
    const typed = useRef(false); // each digit makes another day: the whole one counts
    return (
        <Popover>
            <Popover.Target>
                <Button
                    variant="subtle"
                    className={at ? classes.past : undefined}
                    aria-label={at ? format.day(at) : text.shell.bar.now}
                    leftSection={<IconCalendarTime size={16} stroke={1.75} />}
                >
                    {at ? format.day(at) : <span className="no-phone">{text.shell.bar.now}</span>}
                </Button>
            </Popover.Target>
            <Popover.Dropdown>
                <label className="stack">
                    {text.shell.bar.chooseDay}
                    <input
                        type="date"
                        className={classes.date}
                        max={localDay(new Date())}
                        defaultValue={at && localDay(new Date(at))}
                        onKeyDown={(event) => {
                            typed.current = event.key !== "Enter";
                            if (!typed.current) setDay(event.currentTarget.value || null);
                        }}
                        onChange={(event) => {
                            if (!typed.current) setDay(event.currentTarget.value || null);
                        }}
                        onBlur={(event) => {
                            if (typed.current) setDay(event.currentTarget.value || null);
                            typed.current = false;
                        }}
                    />
                </label>
            </Popover.Dropdown>
        </Popover>
    );
}

// days: whether the page can show a past day. path: what is above the title.
export function PageBar(props: {
    title: string;
    path?: { label: string; to: string }[];
    quiet?: ReactNode;
    days?: boolean;
    model?: boolean;
    children?: ReactNode;
}) {
    const text = useText();
    const model = useActiveModel();
    useTitle(props.title);
    return (
        <header className={classes.bar}>
            {props.path?.map((step) => (
                <Link key={step.to} to={step.to} className={`${classes.step} no-phone`}>
                    {step.label} <span aria-hidden>/</span>
                </Link>
            ))}
            <h1 className="truncate">{props.title}</h1>
            <span className={`${classes.quiet} num`}>{props.quiet}</span>
            <div className="grow" />
            {props.model && (
                <Button
                    component={Link}
                    to={model ? `/models/${model.id}` : "/models"}
                    variant="subtle"
                    className="no-phone"
                    leftSection={<IconFileText size={16} stroke={1.75} />}
                >
                    {model ? `${model.title} v${model.version}` : text.shell.bar.noModel}
                </Button>
            )}
            {props.days && <DayButton />}
            {props.children}
        </header>
    );
}

export function SubBar({ children }: { children: ReactNode }) {
    return <div className={classes.sub}>{children}</div>;
}

export function PastBanner() {
    const text = useText();
    const format = useFormat();
    const { at, setDay } = useDay();
    useKeys({ Escape: () => setDay(null) }, !!at);
    if (!at) return null;
    return (
        <div className={classes.banner} role="status">
            <IconCalendarTime size={16} stroke={1.75} aria-hidden />
            <span className="grow">{text.shell.bar.past(format.day(at))}</span>
            <Button onClick={() => setDay(null)}>
                {text.shell.bar.backToNow} <kbd style={{ marginLeft: 6 }}>Esc</kbd>
            </Button>
        </div>
    );
}

// What scrolls. `sunken`: pages made of cards.
export function PageBody({
    children,
    sunken,
    padded,
}: {
    children: ReactNode;
    sunken?: boolean;
    padded?: boolean;
}) {
    return (
        <div
            className={classes.body}
            data-sunken={sunken || undefined}
            data-padded={padded || undefined}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard
            tabIndex={0}
        >
            {children}
        </div>
    );
}

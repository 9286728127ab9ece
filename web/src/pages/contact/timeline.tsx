// Everything that happened, the newest first, on one spine.
import { Button, Menu } from "@mantine/core";
import { IconArrowDownLeft, IconArrowUpRight, IconChevronDown } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { Chip, Empty, Loading, Segments } from "../../parts/basic";
import { localeOf, useFormat } from "../../shell/format";
import { Trouble } from "../../shell/trouble";
import { useLanguage, useText } from "../../text";
import { useFocus } from "./focus";
import { type Change, eventsOf, KINDS, type Kind, type Side, useTimeline } from "./history";
import { Strip } from "./strip";
import classes from "./timeline.module.css";
import { ChangeRow, EventRow } from "./timeline_item";
import { rowsOf } from "./timeline_rows";

const STEP = 60;

function DayHead({ time }: { time: string }) {
    const text = useText();
    const language = localeOf(useLanguage());
    const day = new Date(time);
    const now = new Date();
    const today = day.toDateString() === now.toDateString();
    const yesterday = day.toDateString() === new Date(now.getTime() - 86_400_000).toDateString();
    const said = day.toLocaleDateString(language, {
        weekday: now.getTime() - day.getTime() < 6 * 86_400_000 ? "long" : undefined,
        day: "numeric",
        month: "long",
        year: day.getFullYear() === now.getFullYear() ? undefined : "numeric",
    });
    return (
        <li className={classes.day}>
            <span>
                {today ? text.contact.timeline.today : yesterday ? text.contact.timeline.yesterday : said}
            </span>
        </li>
    );
}

function KindMenu({ kind, setKind }: { kind: Kind; setKind: (kind: Kind) => void }) {
    const text = useText();
    return (
        <Menu>
            <Menu.Target>
                <Button variant="subtle" rightSection={<IconChevronDown size={14} stroke={1.75} />}>
                    {text.contact.timeline.kinds[kind]}
                </Button>
            </Menu.Target>
            <Menu.Dropdown>
                {(Object.keys(KINDS) as Kind[]).map((one) => (
                    <Menu.Item
                        key={one}
                        onClick={() => setKind(one)}
                        aria-current={one === kind || undefined}
                    >
                        {text.contact.timeline.kinds[one]}
                    </Menu.Item>
                ))}
            </Menu.Dropdown>
        </Menu>
    );
}

// Scrolls to the event that is wanted, as soon as it is there.
function useScrollTo(wanted: string | null, shown: number, reveal: () => void) {
    const done = useRef<string | null>(null);
    // biome-ignore lint/correctness/useExhaustiveDependencies: looks again when more rows are there
    useEffect(() => {
        if (!wanted || done.current === wanted) {
            if (!wanted) done.current = null;
            return;
        }
        const place = document.querySelector(`[data-event="${CSS.escape(wanted)}"]`);
        if (place) {
            done.current = wanted;
            const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
            place.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
        } else reveal();
    }, [wanted, shown, reveal]);
}

function Filters(props: {
    side: Side;
    setSide: (side: Side) => void;
    kind: Kind;
    setKind: (kind: Kind) => void;
}) {
    const text = useText();
    return (
        <>
            <KindMenu kind={props.kind} setKind={props.setKind} />
            <Segments
                value={props.side}
                onChange={props.setSide}
                label={text.contact.timeline.title}
                options={[
                    { value: "all", label: text.contact.timeline.all },
                    {
                        value: "inbound",
                        label: (
                            <>
                                <IconArrowDownLeft size={14} stroke={1.75} aria-hidden />
                                {text.contact.timeline.theirs}
                            </>
                        ),
                    },
                    {
                        value: "outbound",
                        label: (
                            <>
                                <IconArrowUpRight size={14} stroke={1.75} aria-hidden />
                                {text.contact.timeline.ours}
                            </>
                        ),
                    },
                ]}
            />
        </>
    );
}

export function Timeline(props: {
    id: string;
    at?: string;
    changes: Change[];
    stages: { name: string; label: string }[];
}) {
    const text = useText();
    const format = useFormat();
    const focus = useFocus();
    const [side, setSide] = useState<Side>("all");
    const [kind, setKind] = useState<Kind>("all");
    const [shown, setShown] = useState(STEP);
    const filtered = side !== "all" || kind !== "all";
    const timeline = useTimeline(props.id, kind, side);
    const events = useMemo(() => eventsOf(timeline.data, props.at), [timeline.data, props.at]);
    const changes = useMemo(
        () => (filtered ? [] : props.changes.filter((one) => one.kind === "stage").reverse()),
        [props.changes, filtered],
    );
    const complete = !timeline.hasNextPage && events.length <= shown;
    const rows = useMemo(
        () => rowsOf(events.slice(0, shown), changes, complete),
        [events, shown, changes, complete],
    );
    const more = useMemo(
        () => () => {
            if (shown < events.length) setShown(shown + STEP);
            else if (timeline.hasNextPage && !timeline.isFetchingNextPage) timeline.fetchNextPage();
        },
        [shown, events.length, timeline.hasNextPage, timeline.isFetchingNextPage, timeline.fetchNextPage],
    );
    // Whoever asks for an event wants to see it whatever was filtered.
    useEffect(() => {
        if (!focus.lit) return;
        setSide("all");
        setKind("all");
    }, [focus.lit]);
    useScrollTo(focus.lit, rows.length + events.length, more);
    const end = useRef<HTMLDivElement>(null);
    useEffect(() => {
        const place = end.current;
        if (!place) return;
        const observer = new IntersectionObserver((seen) => seen[0]?.isIntersecting && more(), {
            rootMargin: "400px",
        });
        observer.observe(place);
        return () => observer.disconnect();
    }, [more]);
    const twoWay = events.findLast((event) => event.two_way);
    return (
        <section className={classes.card} aria-label={text.contact.timeline.title} id="timeline">
            <header className={classes.bar}>
                <h2>{text.contact.timeline.title}</h2>
                {!filtered && !timeline.hasNextPage && events.length > 0 && (
                    <Chip kind={twoWay ? "accent" : "plain"}>
                        {twoWay
                            ? text.contact.timeline.twoWay(format.when(twoWay.time))
                            : text.contact.timeline.oneWay}
                    </Chip>
                )}
                <div className="grow" />
                <Filters side={side} setSide={setSide} kind={kind} setKind={setKind} />
            </header>
            {!filtered && <Strip events={events} changes={changes} stages={props.stages} at={props.at} />}
            {timeline.error && <Trouble error={timeline.error} retry={timeline.refetch} />}
            {timeline.isPending && <Loading />}
            {timeline.data && events.length === 0 && (
                <Empty
                    title={filtered ? text.contact.timeline.noneFiltered : text.contact.timeline.none}
                    action={
                        filtered && (
                            <Button
                                onClick={() => {
                                    setSide("all");
                                    setKind("all");
                                }}
                            >
                                {text.contact.timeline.showAll}
                            </Button>
                        )
                    }
                />
            )}
            <ol className={classes.list}>
                {rows.map((row) =>
                    row.kind === "day" ? (
                        <DayHead key={row.key} time={row.time} />
                    ) : row.kind === "change" ? (
                        <ChangeRow key={row.key} change={row.change} stages={props.stages} />
                    ) : (
                        <EventRow key={row.key} events={row.events} />
                    ),
                )}
            </ol>
            {(timeline.hasNextPage || shown < events.length) && <div ref={end} className={classes.end} />}
        </section>
    );
}

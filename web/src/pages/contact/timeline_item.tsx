// One row of the timeline: theirs right and filled, ours left and outlined, the books in the middle.
import { Tooltip } from "@mantine/core";
import { lazy, Suspense } from "react";
import { Chip } from "../../parts/basic";
import { Stage } from "../../parts/stage";
import { localeOf, useFormat } from "../../shell/format";
import { useLanguage, useText } from "../../text";
import { eventBody, eventBy, eventIcon, eventTitle, type Happening, mailOf, sideOf } from "./events";
import { useFocus } from "./focus";
import type { Change } from "./history";
import classes from "./timeline.module.css";

const MailLink = lazy(() => import("../sends/link"));

function Clock({ time }: { time: string }) {
    const language = localeOf(useLanguage());
    const format = useFormat();
    return (
        <Tooltip label={format.fullTime(time)}>
            <time dateTime={time} className={`${classes.clock} num`}>
                {new Date(time).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" })}
            </time>
        </Tooltip>
    );
}

function Head({ event, times }: { event: Happening; times: number }) {
    const text = useText();
    const title = eventTitle(text, event);
    return (
        <div className={classes.head}>
            <span className={classes.title}>
                {title.what}
                {times > 1 ? (
                    <span className={classes.about}> · {text.contact.timeline.times(times)}</span>
                ) : (
                    title.about && <span className={classes.about}> · {title.about}</span>
                )}
            </span>
            <Clock time={event.time} />
        </div>
    );
}

// Of several events in one row: what they were about, each its own place to come to.
function Abouts({ events }: { events: Happening[] }) {
    const text = useText();
    const focus = useFocus();
    return (
        <ul className={classes.abouts}>
            {events.map((event) => (
                <li key={event.id} data-event={event.id} data-lit={focus.lit === event.id || undefined}>
                    <span className="truncate grow">
                        {eventTitle(text, event).about ?? eventTitle(text, event).what}
                    </span>
                    <Clock time={event.time} />
                </li>
            ))}
        </ul>
    );
}

export function EventRow({ events }: { events: Happening[] }) {
    const text = useText();
    const focus = useFocus();
    const event = events[0];
    if (!event) return null;
    const side = sideOf(event);
    const Icon = eventIcon(event);
    const body = eventBody(event);
    const by = eventBy(event);
    const single = events.length === 1;
    const mail = single ? mailOf(event) : undefined;
    return (
        <li
            className={classes.item}
            data-side={side}
            data-event={single ? event.id : undefined}
            data-lit={(single && focus.lit === event.id) || undefined}
        >
            <span className={classes.icon}>
                <Icon size={13} stroke={1.75} aria-hidden />
                <span className="sr-only">
                    {side === "theirs"
                        ? text.contact.timeline.fromThem
                        : side === "ours"
                          ? text.contact.timeline.fromUs
                          : ""}
                </span>
            </span>
            <div className={classes.bubble}>
                <Head event={event} times={events.length} />
                {!single && <Abouts events={events} />}
                {single && body && <p className={classes.body}>{body}</p>}
                {(by || event.machine || mail) && (
                    <div className={classes.foot}>
                        {mail && (
                            <Suspense>
                                <MailLink {...mail} />
                            </Suspense>
                        )}
                        {event.machine && <Chip kind="line">{text.contact.timeline.machine}</Chip>}
                        {by && <span>{by}</span>}
                    </div>
                )}
            </div>
        </li>
    );
}

export function ChangeRow({ change, stages }: { change: Change; stages: { name: string; label: string }[] }) {
    const text = useText();
    return (
        <li className={classes.change}>
            <span className={classes.pill}>
                <Stage name={change.to} stages={stages} />
                <span className="muted">
                    {change.by === "hand" ? text.contact.timeline.byHand : text.contact.timeline.byRule}
                </span>
                <Clock time={change.at} />
            </span>
        </li>
    );
}

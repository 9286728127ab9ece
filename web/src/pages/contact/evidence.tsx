// Chips that name the events behind a verdict and lead to them in the timeline.
import { Tooltip } from "@mantine/core";
import { useState } from "react";
import { useFormat } from "../../shell/format";
import { useText } from "../../text";
import classes from "./contact.module.css";
import { eventIcon, eventTitle } from "./events";
import { useFocus } from "./focus";

const SHOWN = 3;

export function Evidence({ messages }: { messages: string[] }) {
    const text = useText();
    const [all, setAll] = useState(false);
    if (messages.length === 0) return null;
    const shown = all ? messages : messages.slice(0, SHOWN);
    return (
        <div className={classes.evidence}>
            {shown.map((message) => (
                <EvidenceChip key={message} message={message} />
            ))}
            {shown.length < messages.length && (
                <button type="button" className={classes.quietLink} onClick={() => setAll(true)}>
                    {text.contact.why.allEvidence(messages.length - shown.length)}
                </button>
            )}
        </div>
    );
}

function EvidenceChip({ message }: { message: string }) {
    const text = useText();
    const format = useFormat();
    const focus = useFocus();
    const event = focus.events.get(message);
    const Icon = event && eventIcon(event);
    const title = event && eventTitle(text, event);
    const said = title
        ? title.about
            ? `${title.what}: ${title.about}`
            : title.what
        : focus.loading
          ? "…"
          : text.contact.why.earlier;
    return (
        <Tooltip label={event ? format.fullTime(event.time) : text.contact.why.evidence}>
            <button type="button" className={classes.evidenceChip} onClick={() => focus.show(message)}>
                {Icon && <Icon size={14} stroke={1.75} aria-hidden />}
                <span className="truncate">{said}</span>
                {event && <span className={`${classes.chipTime} num`}>{format.when(event.time)}</span>}
            </button>
        </Tooltip>
    );
}

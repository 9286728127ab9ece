// How far an import is.
import { Progress as Bar } from "@mantine/core";
import type { Schemas } from "../../api/client";
import { useFormat } from "../../shell/format";
import { type Text, useText } from "../../text";

type Import = Schemas["Import"];

export const STATE_KIND: Record<Import["state"], "plain" | "accent" | "warn" | "danger"> = {
    uploaded: "warn",
    queued: "plain",
    running: "plain",
    done: "accent",
    failed: "danger",
    undone: "plain",
};

export const isMoving = (item: Import) => item.state === "queued" || item.state === "running";
export const isDemo = (item: Import) => (item.format as string) === "demo";
export const nameOf = (text: Text, item: Import) => (isDemo(item) ? text.imports.demo : item.name);

export function Progress({ item }: { item: Import }) {
    const text = useText();
    const format = useFormat();
    if (!isMoving(item)) return null;
    const share = item.total_lines ? Math.min(1, item.counts.lines / item.total_lines) : 0;
    const said = text.imports.progress(format.number(item.counts.lines), format.number(item.total_lines));
    return (
        <div className="stack" role="status" style={{ gap: 4 }}>
            <Bar
                value={100 * share}
                color="river"
                size="sm"
                aria-label={said}
                animated={item.state === "queued"}
            />
            <span className="help num">{said}</span>
        </div>
    );
}

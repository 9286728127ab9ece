// The right edge of a column's head: pulled by the mouse, or by the arrow keys; a double click gives it back its width.
import { type PointerEvent, useRef } from "react";
import { useText } from "../../text";
import { type Column, WIDTH_LEAST, WIDTH_MOST } from "./columns";
import classes from "./contacts.module.css";

const STEP = 16;

const within = (width: number) => Math.round(Math.max(WIDTH_LEAST, Math.min(WIDTH_MOST, width)));

export function Resize({
    column,
    set,
}: {
    column: Column;
    set: (id: string, width: number | null) => void; // null: as it was
}) {
    const text = useText();
    const pulled = useRef<{ from: number; width: number; total: number } | null>(null);
    // While it is pulled only the column itself is told, so that it follows the hand; the rest hears of it at the end.
    function show(event: PointerEvent<HTMLElement>): number | undefined {
        if (!pulled.current) return undefined;
        const { from, width, total } = pulled.current;
        const next = within(width + event.clientX - from);
        const table = event.currentTarget.closest("table");
        const col = table?.querySelector<HTMLElement>(`col[data-column="${CSS.escape(column.id)}"]`);
        if (table) table.style.minWidth = `${total + next - width}px`;
        if (col) col.style.width = `${next}px`;
        return next;
    }
    return (
        // biome-ignore lint/a11y/useSemanticElements: a rule cannot be pulled
        <span
            role="separator"
            tabIndex={0}
            aria-orientation="vertical"
            aria-label={text.contacts.width(column.label)}
            aria-valuenow={column.width}
            aria-valuemin={WIDTH_LEAST}
            aria-valuemax={WIDTH_MOST}
            className={classes.resize}
            onPointerDown={(event) => {
                const table = event.currentTarget.closest("table");
                event.currentTarget.setPointerCapture(event.pointerId);
                pulled.current = {
                    from: event.clientX,
                    width: column.width,
                    total: Number.parseFloat(table?.style.minWidth ?? "0"),
                };
            }}
            onPointerMove={show}
            onPointerUp={(event) => {
                const next = show(event);
                pulled.current = null;
                if (next !== undefined && next !== column.width) set(column.id, next);
            }}
            onDoubleClick={() => set(column.id, null)}
            onKeyDown={(event) => {
                const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
                if (!by) return;
                event.preventDefault();
                event.stopPropagation();
                set(column.id, within(column.width + by));
            }}
        />
    );
}

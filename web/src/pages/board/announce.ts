// What screen readers hear while a card is dragged.
import type { Announcements } from "@dnd-kit/core";
import type { Text } from "../../text";
import { type Card, type Column, shortName } from "./data";

export function announcements(text: Text, columns: Column[]): Announcements {
    const words = text.board.drag;
    const name = (active: { data: { current?: { card?: Card } } }) =>
        active.data.current?.card ? shortName(active.data.current.card, text.shell.unknownPerson) : "";
    const label = (id: string | number) => columns.find((column) => column.stage === id)?.label ?? String(id);
    return {
        onDragStart: ({ active }) => words.picked(name(active)),
        onDragOver: ({ over }) => (over ? words.over(label(over.id)) : words.nowhere),
        onDragEnd: ({ active, over }) =>
            over && over.id !== active.data.current?.card.stage
                ? words.dropped(name(active), label(over.id))
                : words.back(name(active)),
        onDragCancel: ({ active }) => words.back(name(active)),
    };
}

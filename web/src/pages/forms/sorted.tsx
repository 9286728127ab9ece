// A list whose entries are moved by hand: with the mouse, a finger or the keyboard (space, arrows, space).
import {
    type Active,
    type Announcements,
    closestCenter,
    DndContext,
    type DragEndEvent,
    KeyboardSensor,
    type Over,
    PointerSensor,
    type SensorContext,
    type UniqueIdentifier,
    useSensor,
    useSensors,
} from "@dnd-kit/core";
import { SortableContext, useSortable, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { IconGripVertical } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useText } from "../../text";
import classes from "./forms.module.css";

// One place up or down: over the middle of the neighbour. (dnd-kit's own goes by the upper edges, so that a tall
// entry never gets above a low one.)
function neighbour(
    event: KeyboardEvent,
    { over, active, collisionRect, droppableContainers }: SensorContext,
) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.code];
    if (!step || !collisionRect || !active) return;
    event.preventDefault();
    const ids: UniqueIdentifier[] = active.data.current?.sortable?.items ?? [];
    const next = ids[ids.indexOf(over?.id ?? active.id) + step];
    const rect = next === undefined ? null : droppableContainers.get(next)?.rect.current;
    if (!rect) return;
    return { x: collisionRect.left, y: rect.top + (rect.height - collisionRect.height) / 2 };
}

export function Sorted(props: {
    ids: string[];
    move: (from: number, to: number) => void;
    children: ReactNode;
}) {
    const sensors = useSensors(
        useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
        useSensor(KeyboardSensor, { coordinateGetter: (event, { context }) => neighbour(event, context) }),
    );
    const words = useText().forms.moving;
    const name = (active: Active) => String(active.data.current?.label);
    const place = (over: Over) => props.ids.indexOf(String(over.id)) + 1;
    const announcements: Announcements = {
        onDragStart: ({ active }) => words.picked(name(active)),
        onDragOver: ({ active, over }) => (over ? words.over(name(active), place(over)) : undefined),
        onDragEnd: ({ active, over }) =>
            over ? words.dropped(name(active), place(over)) : words.back(name(active)),
        onDragCancel: ({ active }) => words.back(name(active)),
    };
    function end({ active, over }: DragEndEvent) {
        if (over && over.id !== active.id)
            props.move(props.ids.indexOf(String(active.id)), props.ids.indexOf(String(over.id)));
    }
    return (
        <DndContext
            sensors={sensors}
            collisionDetection={closestCenter}
            onDragEnd={end}
            accessibility={{ announcements }}
        >
            <SortableContext items={props.ids} strategy={verticalListSortingStrategy}>
                <ul className={classes.sorted}>{props.children}</ul>
            </SortableContext>
        </DndContext>
    );
}

export function SortedItem({ id, label, children }: { id: string; label: string; children: ReactNode }) {
    const text = useText();
    const sort = useSortable({ id, data: { label } });
    const { x, y } = sort.transform ?? { x: 0, y: 0 };
    return (
        <li
            ref={sort.setNodeRef}
            className={classes.sortedItem}
            data-dragging={sort.isDragging || undefined}
            style={{
                transform: sort.transform ? `translate3d(${x}px, ${y}px, 0)` : undefined,
                transition: sort.transition,
            }}
        >
            <button
                type="button"
                ref={sort.setActivatorNodeRef}
                className={classes.grip}
                {...sort.attributes}
                {...sort.listeners}
                aria-label={text.forms.moveIt(label)}
            >
                <IconGripVertical size={16} stroke={1.75} aria-hidden />
            </button>
            {children}
        </li>
    );
}

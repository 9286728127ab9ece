// A list whose entries are moved by hand: with the mouse, a finger or the keyboard (space, arrows, space).
import {
    closestCenter,
    DndContext,
    type DragEndEvent,
    KeyboardSensor,
    PointerSensor,
    useSensor,
    useSensors,
} from "@dnd-kit/core";
import {
    SortableContext,
    sortableKeyboardCoordinates,
    useSortable,
    verticalListSortingStrategy,
} from "@dnd-kit/sortable";
import { IconGripVertical } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useText } from "../../text";
import classes from "./forms.module.css";

export function Sorted(props: {
    ids: string[];
    move: (from: number, to: number) => void;
    children: ReactNode;
}) {
    const sensors = useSensors(
        useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
        useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
    );
    function end({ active, over }: DragEndEvent) {
        if (over && over.id !== active.id)
            props.move(props.ids.indexOf(String(active.id)), props.ids.indexOf(String(over.id)));
    }
    return (
        <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={end}>
            <SortableContext items={props.ids} strategy={verticalListSortingStrategy}>
                <ul className={classes.sorted}>{props.children}</ul>
            </SortableContext>
        </DndContext>
    );
}

export function SortedItem({ id, label, children }: { id: string; label: string; children: ReactNode }) {
    const text = useText();
    const sort = useSortable({ id });
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

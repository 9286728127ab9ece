// Which columns there are, and in which order.
import { ActionIcon, Button, Checkbox, Popover, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconColumns3 } from "@tabler/icons-react";
import { useState } from "react";
import { useText } from "../../text";
import type { Column, useColumns } from "./columns";
import classes from "./contacts.module.css";

function Shown({ column, columns }: { column: Column; columns: ReturnType<typeof useColumns> }) {
    const text = useText();
    return (
        <li className={classes.columnRow}>
            <Checkbox checked label={column.label} onChange={() => columns.toggle(column.id)} />
            <span className="grow" />
            <ActionIcon
                variant="subtle"
                color="gray"
                size={24}
                aria-label={text.contacts.columnsLeft(column.label)}
                onClick={() => columns.move(column.id, -1)}
            >
                <IconArrowUp size={14} stroke={1.75} />
            </ActionIcon>
            <ActionIcon
                variant="subtle"
                color="gray"
                size={24}
                aria-label={text.contacts.columnsRight(column.label)}
                onClick={() => columns.move(column.id, 1)}
            >
                <IconArrowDown size={14} stroke={1.75} />
            </ActionIcon>
        </li>
    );
}

export function ColumnMenu({ columns }: { columns: ReturnType<typeof useColumns> }) {
    const text = useText();
    const [words, setWords] = useState("");
    const shown = new Set(columns.shown.map((one) => one.id));
    const others = columns.all.filter(
        (one) => !shown.has(one.id) && one.label.toLowerCase().includes(words.toLowerCase()),
    );
    return (
        <Popover position="bottom-end" width={280} trapFocus>
            <Popover.Target>
                <Button variant="subtle" leftSection={<IconColumns3 size={16} stroke={1.75} />}>
                    {text.contacts.columnsTitle}
                </Button>
            </Popover.Target>
            <Popover.Dropdown className={classes.columnMenu}>
                <ul>
                    {columns.shown.map((column) => (
                        <Shown key={column.id} column={column} columns={columns} />
                    ))}
                </ul>
                <TextInput
                    placeholder={text.contacts.columnsFind}
                    aria-label={text.contacts.columnsFind}
                    value={words}
                    onChange={(event) => setWords(event.currentTarget.value)}
                />
                <ul>
                    {others.map((column) => (
                        <li key={column.id} className={classes.columnRow}>
                            <Checkbox
                                checked={false}
                                label={column.label}
                                onChange={() => columns.toggle(column.id)}
                            />
                        </li>
                    ))}
                </ul>
                <Button variant="subtle" onClick={columns.reset}>
                    {text.contacts.columnsReset}
                </Button>
            </Popover.Dropdown>
        </Popover>
    );
}

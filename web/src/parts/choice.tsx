// A button that opens a list of which one holds, for bars of filters.
import { Button, Menu } from "@mantine/core";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./parts.module.css";

export interface Option {
    value: string; // "": all
    label: string;
    icon?: ReactNode;
}

export function Choice(props: {
    label: string; // what is chosen, for readers
    icon?: ReactNode;
    value: string;
    options: Option[];
    onChange: (value: string) => void;
    neutral?: boolean; // an order or a kind: no choice that leaves anything out
}) {
    const chosen = props.options.find((one) => one.value === props.value);
    return (
        <Menu>
            <Menu.Target>
                <Button
                    className={classes.choice}
                    data-set={(!props.neutral && props.value !== props.options[0]?.value) || undefined}
                    leftSection={props.icon}
                    rightSection={<IconChevronDown size={14} stroke={1.75} />}
                    aria-label={`${props.label}: ${chosen?.label ?? props.value}`}
                >
                    <span className="truncate">{chosen?.label ?? props.value}</span>
                </Button>
            </Menu.Target>
            <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
                {props.options.map((option) => (
                    <Menu.Item
                        key={option.value}
                        leftSection={option.icon}
                        rightSection={
                            option.value === props.value ? <IconCheck size={14} stroke={1.75} /> : null
                        }
                        aria-current={option.value === props.value || undefined}
                        onClick={() => props.onChange(option.value)}
                    >
                        {option.label}
                    </Menu.Item>
                ))}
            </Menu.Dropdown>
        </Menu>
    );
}

// The fields of the filter builder.
import { NumberInput, Select } from "@mantine/core";
import classes from "./builder.module.css";

export function Choice(props: {
    label: string;
    value: string;
    options: { value: string; label: string }[];
    onChange: (value: string) => void;
    wide?: boolean;
}) {
    // What is not offered (any more) is shown all the same.
    const known = props.options.some((one) => one.value === props.value) || props.value === "";
    const options = known ? props.options : [...props.options, { value: props.value, label: props.value }];
    return (
        <Select
            aria-label={props.label}
            data={options}
            value={props.value || null}
            onChange={(value) => value !== null && props.onChange(value)}
            searchable={options.length > 8}
            className={props.wide ? classes.wide : classes.choice}
            comboboxProps={{ width: "max-content", position: "bottom-start" }}
        />
    );
}

export function Amount(props: {
    label: string;
    value: number | null;
    onChange: (value: number | null) => void;
}) {
    return (
        <NumberInput
            aria-label={props.label}
            value={props.value ?? ""}
            onChange={(value) => props.onChange(typeof value === "number" ? value : null)}
            hideControls
            className={classes.amount}
        />
    );
}

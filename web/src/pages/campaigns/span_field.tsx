// How long, as a number and a unit.
import { Select } from "@mantine/core";
import { Whole } from "../../parts/whole";
import { useMailText } from "../../text/mail";
import classes from "./campaigns.module.css";
import { asSpan, spanOf, UNITS, type Unit } from "./span";

export function SpanField(props: {
    label: string;
    value: string | null | undefined;
    onChange: (said: string) => void;
    help?: string;
}) {
    const t = useMailText().campaigns.panel;
    const span = spanOf(props.value) ?? { n: 1, unit: "days" as Unit };
    return (
        <div className={classes.pair}>
            <Whole
                label={props.label}
                value={span.n}
                min={1}
                max={1000}
                onChange={(n) => props.onChange(asSpan({ ...span, n }))}
            />
            <Select
                aria-label={`${props.label}: ${t.unit}`}
                data={UNITS.map((value) => ({ value, label: t.units[value] }))}
                value={span.unit}
                onChange={(unit) => unit && props.onChange(asSpan({ ...span, unit: unit as Unit }))}
            />
        </div>
    );
}

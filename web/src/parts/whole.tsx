// A whole number that must be there. While it is typed the field may be empty; left so, it says what it said before.
import { NumberInput, type NumberInputProps } from "@mantine/core";
import { useState } from "react";

interface Props extends Omit<NumberInputProps, "value" | "onChange" | "min" | "max"> {
    value: number;
    onChange: (n: number) => void;
    min: number;
    max: number;
}

export function Whole({ value, onChange, min, max, ...props }: Props) {
    const [said, setSaid] = useState<number | string | null>(null); // null: nothing is being typed
    return (
        <NumberInput
            {...props}
            min={min}
            max={max}
            allowDecimal={false}
            clampBehavior="none"
            value={said ?? value}
            onChange={(now) => {
                setSaid(now);
                if (typeof now === "number") onChange(Math.min(max, Math.max(min, now)));
            }}
            onBlur={() => setSaid(null)}
        />
    );
}

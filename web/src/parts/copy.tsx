// A text that is there to be copied: a link, a key, a line of HTML.
import { Button } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { useText } from "../text";
import classes from "./copy.module.css";

export function Copy({ value, label, lines }: { value: string; label: string; lines?: boolean }) {
    const text = useText();
    const [copied, setCopied] = useState(false);
    async function copy() {
        await navigator.clipboard?.writeText(value);
        setCopied(true);
        setTimeout(() => setCopied(false), 2000);
    }
    return (
        <div className={classes.copy} data-lines={lines || undefined}>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
            <code tabIndex={0}>{value}</code>
            <Button
                onClick={copy}
                aria-label={`${text.shell.copy}: ${label}`}
                leftSection={
                    copied ? (
                        <IconCheck size={16} stroke={1.75} aria-hidden />
                    ) : (
                        <IconCopy size={16} stroke={1.75} aria-hidden />
                    )
                }
            >
                {copied ? text.shell.copied : text.shell.copy}
            </Button>
        </div>
    );
}

// What went wrong, what it means, what to do. Errors stay where they happened.
import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";
import { ApiProblem } from "../api/client";
import { type Text, useText } from "../text";
import classes from "./trouble.module.css";

export function sentenceOf(text: Text, error: unknown): string {
    if (!(error instanceof ApiProblem)) return text.shell.trouble.broken;
    if (error.status === 0) return text.shell.trouble.offline;
    if (error.status === 403) return text.shell.trouble.forbidden;
    if (error.status === 404) return text.shell.trouble.gone;
    if (error.status === 503 || error.status === 429) return text.shell.trouble.busy;
    return `${error.detail.charAt(0).toUpperCase()}${error.detail.slice(1)}${error.detail.endsWith(".") ? "" : "."}`;
}

export function Trouble({ error, retry }: { error: unknown; retry?: () => unknown }) {
    const text = useText();
    return (
        <div role="alert" className={classes.trouble}>
            <IconAlertTriangle size={16} stroke={1.75} aria-hidden />
            <span className="grow">{sentenceOf(text, error)}</span>
            {retry && <Button onClick={() => retry()}>{text.shell.retry}</Button>}
        </div>
    );
}

// The page that could not be shown at all.
function Broken({ error }: { error: unknown }) {
    const text = useText();
    return (
        <div className={classes.broken}>
            <Trouble error={error} />
            <Button variant="filled" onClick={() => location.reload()}>
                {text.shell.trouble.reload}
            </Button>
        </div>
    );
}

// Catches what a page throws while it is shown; another address is tried again.
export class Catch extends Component<{ at: string; children: ReactNode }, { error: unknown }> {
    state = { error: null };
    static getDerivedStateFromError(error: unknown) {
        return { error };
    }
    componentDidCatch(error: unknown) {
        console.error(error);
    }
    componentDidUpdate(before: { at: string }) {
        if (before.at !== this.props.at && this.state.error) this.setState({ error: null });
    }
    render() {
        return this.state.error ? <Broken error={this.state.error} /> : this.props.children;
    }
}

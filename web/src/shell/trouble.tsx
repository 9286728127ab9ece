// What went wrong, what it means, what to do. Errors stay where they happened.
import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";
import { ApiProblem } from "../api/client";
import { type Text, useText } from "../text";
import classes from "./trouble.module.css";

export function sentenceOf(text: Text, error: unknown): string {
    if (!(error instanceof ApiProblem)) return text.shell.trouble.broken;
    const { trouble } = text.shell;
    if (error.status === 0) return error.deed ? trouble.offlineDeed : trouble.offline;
    if (error.status === 401) return trouble.loggedOut;
    if (error.status === 403) return trouble.forbidden;
    if (error.status === 404) return trouble.gone;
    if (error.status === 503 || error.status === 429) return error.deed ? trouble.busyDeed : trouble.busy;
    return detailOf(error);
}

// What the server says, as a sentence.
export function detailOf({ detail }: ApiProblem): string {
    return `${detail.charAt(0).toUpperCase()}${detail.slice(1)}${detail.endsWith(".") ? "" : "."}`;
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

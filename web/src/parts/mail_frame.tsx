// A mail as mail programs show it: a document of its own without scripts, links or anything from elsewhere.

import { documentOf } from "./mail_document";
import classes from "./mail_frame.module.css";

export function MailFrame(props: { html: string; title: string; dark?: boolean; height?: number }) {
    return (
        <iframe
            className={classes.frame}
            title={props.title}
            srcDoc={documentOf(props.html, !!props.dark)}
            sandbox=""
            data-dark={props.dark || undefined}
            style={props.height ? { height: props.height } : undefined}
        />
    );
}

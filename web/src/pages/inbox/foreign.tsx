// A foreign mail as it looked. Loaded when somebody asks for it.
import { useMemo } from "react";
import { MailFrame } from "../../parts/mail_frame";
import { clean } from "./clean";

export default function Foreign({ html, title }: { html: string; title: string }) {
    const safe = useMemo(() => clean(html), [html]);
    return <MailFrame html={safe} title={title} />;
}

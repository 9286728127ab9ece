// One message: what they wrote; quotes, looks, files and source on demand.
import { IconPaperclip } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { Avatar } from "../../parts/avatar";
import { Chip, Loading, When } from "../../parts/basic";
import { useFormat } from "../../shell/format";
import { useColleagues } from "../../shell/session";
import { useMailText } from "../../text/mail";
import { SendButton } from "../sends/dialog";
import { ClassChip } from "./class_chip";
import type { Class, Message } from "./data";
import classes from "./inbox.module.css";

const Foreign = lazy(() => import("./foreign"));

// What became of our answer, unless all is well.
function Fate({ of }: { of: Message }) {
    const text = useMailText();
    const state = of.state as keyof typeof text.sends.states;
    if (state === "queued") return <Chip kind="line">{text.inbox.queued}</Chip>;
    if (!state || state === "sent") return null;
    return (
        <>
            <Chip kind="warn">{text.sends.states[state]}</Chip>
            {of.why && <span className="t2">{text.sends.whys[of.why] ?? of.why}</span>}
        </>
    );
}

// who: what we call whoever wrote it, where that is known.
export function MessageItem({ of, who }: { of: Message; who?: string }) {
    const t = useMailText().inbox;
    const format = useFormat();
    const colleagues = useColleagues();
    const [quoted, setQuoted] = useState(false);
    const [looks, setLooks] = useState(false);
    const ours = of.direction === "out";
    const name = (ours && colleagues.name(of.by)) || of.from.name || who || of.from.address;
    return (
        <article className={classes.message} data-ours={ours || undefined}>
            <header>
                <Avatar name={name} small />
                <span className="medium">{name}</span>
                <span className="sr-only">{ours ? t.fromUs : t.fromThem}</span>
                <span className="muted">
                    <When time={of.at} />
                </span>
                {!ours && of.class && of.class !== "reply" && <ClassChip of={of.class as Class} />}
                {ours && <Fate of={of} />}
                {of.returns_at && <Chip kind="warn">{t.until(format.day(of.returns_at))}</Chip>}
            </header>
            {looks && of.html ? (
                <div className={classes.html}>
                    <Suspense fallback={<Loading rows={3} />}>
                        <Foreign html={of.html} title={of.subject || t.noSubject} />
                    </Suspense>
                </div>
            ) : (
                <>
                    <p className={classes.words}>{of.visible}</p>
                    {quoted && <blockquote className={classes.quoted}>{of.quoted}</blockquote>}
                </>
            )}
            <div className={classes.foot}>
                {of.quoted && !looks && (
                    <button type="button" className="link" onClick={() => setQuoted(!quoted)}>
                        {quoted ? t.hideQuoted : `… ${t.quoted}`}
                    </button>
                )}
                {of.html && (
                    <button type="button" className="link" onClick={() => setLooks(!looks)}>
                        {looks ? t.showText : t.showHtml}
                    </button>
                )}
                {!ours && of.send && <SendButton id={of.send} label={t.theMail} />}
                {!ours && (
                    <a className="link" href={`/api/messages/${of.id}/raw`} download>
                        {t.raw}
                    </a>
                )}
                {of.attachments.map((one) => (
                    <span key={`${one.name} ${one.bytes}`} className="row muted" style={{ gap: 4 }}>
                        <IconPaperclip size={14} stroke={1.75} aria-hidden />
                        {one.name ?? one.type}, {t.attachmentSize(format.number(one.bytes / 1024, 1))}
                    </span>
                ))}
                {looks && <span className="muted">{t.blocked}</span>}
            </div>
        </article>
    );
}

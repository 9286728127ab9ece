// What an event about a mail leads to: the mail as it was sent, or the conversation that it belongs to.
import { IconMessages } from "@tabler/icons-react";
import { Link } from "react-router";
import { useMay } from "../../shell/session";
import { useMailText } from "../../text/mail";
import { SendButton } from "./dialog";

export default function MailLink({ send, conversation }: { send?: string; conversation?: string }) {
    const t = useMailText();
    const may = useMay("inbox.read");
    return (
        <>
            {send && <SendButton id={send} label={conversation ? t.inbox.theMail : t.sends.open} />}
            {conversation && may && (
                <Link
                    to={`/inbox?state=all&who=all&conversation=${conversation}`}
                    className="link row"
                    style={{ gap: 4 }}
                >
                    <IconMessages size={14} stroke={1.75} aria-hidden />
                    {t.sends.openConversation}
                </Link>
            )}
        </>
    );
}

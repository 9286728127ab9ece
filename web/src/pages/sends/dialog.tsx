// A mail as it was sent, in a dialog that any line which speaks of it opens.
import { Modal } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { Loading } from "../../parts/basic";
import { useMay } from "../../shell/session";
import { useMailText } from "../../text/mail";

const Send = lazy(() => import("./send"));

export function SendButton({ id, label }: { id: string; label?: string }) {
    const t = useMailText().sends;
    const may = useMay("campaign.read");
    const [open, setOpen] = useState(false);
    if (!may) return null;
    return (
        <>
            <button type="button" className="link row" style={{ gap: 4 }} onClick={() => setOpen(true)}>
                <IconMail size={14} stroke={1.75} aria-hidden />
                {label ?? t.open}
            </button>
            <Modal opened={open} onClose={() => setOpen(false)} title={t.title} size={760}>
                <Suspense fallback={<Loading rows={6} />}>
                    <Send id={id} />
                </Suspense>
            </Modal>
        </>
    );
}

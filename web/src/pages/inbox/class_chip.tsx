// What kind of mail it is, where it is no plain answer.
import { Chip } from "../../parts/basic";
import { useMailText } from "../../text/mail";
import type { Class } from "./data";

const LOOK: Partial<Record<Class, "accent" | "warn" | "danger">> = {
    reply: "accent",
    received: "accent",
    complaint: "danger",
    bounce: "warn",
    unsubscribe: "warn",
};

export function ClassChip({ of }: { of: Class }) {
    const t = useMailText().inbox;
    return <Chip kind={LOOK[of] ?? "plain"}>{t.classes[of]}</Chip>;
}

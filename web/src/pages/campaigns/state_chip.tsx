import { IconCheck, IconClock, IconPencil, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { Chip } from "../../parts/basic";
import { useMailText } from "../../text/mail";
import type { Campaign } from "./step";

const LOOK = {
    draft: { kind: "line", Icon: IconPencil },
    scheduled: { kind: "accent", Icon: IconClock },
    running: { kind: "accent", Icon: IconPlayerPlay },
    paused: { kind: "warn", Icon: IconPlayerPause },
    finished: { kind: "plain", Icon: IconCheck },
} as const;

export function StateChip({ state }: { state: Campaign["state"] }) {
    const t = useMailText().campaigns;
    const { kind, Icon } = LOOK[state];
    return (
        <Chip kind={kind} icon={<Icon size={12} stroke={2} aria-hidden />}>
            {t.states[state]}
        </Chip>
    );
}

// Starting: it is asked beforehand only where many people are written to.
import { Button, Modal } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { useFormat } from "../../shell/format";
import { useText } from "../../text";
import { useMailText } from "../../text/mail";
import { AudiencePreview } from "./audience";
import { useAudience, type useDeeds } from "./data";
import type { Campaign } from "./step";

const MANY = 100;

export function Start(props: {
    campaign: Campaign;
    deeds: ReturnType<typeof useDeeds>;
    disabled: string | undefined; // why it cannot be started
}) {
    const text = useText();
    const t = useMailText().campaigns;
    const format = useFormat();
    const { campaign, deeds } = props;
    const [asking, setAsking] = useState(false);
    const audience = useAudience(campaign.id, undefined, !!campaign.audience);
    const n = audience.data?.reached ?? 0;
    const later =
        campaign.start_at && Date.parse(campaign.start_at) > Date.now()
            ? format.moment(campaign.start_at)
            : undefined;
    const start = () => deeds.run.mutate("start", { onSettled: () => setAsking(false) });
    return (
        <>
            <Button
                variant="filled"
                leftSection={<IconPlayerPlay size={16} stroke={1.75} />}
                loading={deeds.run.isPending}
                disabled={!!props.disabled}
                title={props.disabled}
                onClick={() => (n > MANY || campaign.kind === "broadcast" ? setAsking(true) : start())}
            >
                {later ? t.startLater(later) : t.start}
            </Button>
            <Modal
                opened={asking}
                onClose={() => setAsking(false)}
                title={t.audience.startTitle(campaign.name)}
                size={560}
            >
                <div className="stack" style={{ gap: 16 }}>
                    <AudiencePreview campaign={campaign} audience={campaign.audience ?? ""} />
                    <div className="row">
                        <Button variant="filled" loading={deeds.run.isPending} onClick={start}>
                            {later
                                ? t.startLater(later)
                                : n > 0
                                  ? t.audience.startNow(format.number(n))
                                  : t.start}
                        </Button>
                        <Button variant="subtle" onClick={() => setAsking(false)}>
                            {text.shell.cancel}
                        </Button>
                    </div>
                </div>
            </Modal>
        </>
    );
}

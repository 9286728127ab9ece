// Step 4: invite people; each gets a link to hand on.
import { Button } from "@mantine/core";
import { useText } from "../../text";
import { Invite } from "../settings/invite";
import classes from "./setup.module.css";
import type { StepProps } from "./welcome";

export function InviteStep({ frame, next }: StepProps) {
    const text = useText();
    return frame(
        <div className={classes.fields}>
            <Invite />
        </div>,
        <Button variant="filled" onClick={next}>
            {text.setup.next}
        </Button>,
        text.setup.inviteLater,
    );
}

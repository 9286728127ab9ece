// A dialog that is there as long as it is open: where it goes, the focus returns to what had it before. (Mantine gives
// it back only where a dialog stays and is told to close.)
import { Modal, type ModalProps } from "@mantine/core";
import { useEffect, useState } from "react";

export function Dialog(props: Omit<ModalProps, "opened">) {
    const [before] = useState(() => document.activeElement);
    useEffect(
        () => () => {
            if (before instanceof HTMLElement) before.focus({ preventScroll: true });
        },
        [before],
    );
    return <Modal opened {...props} />;
}

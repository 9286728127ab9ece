import { Dialog } from "../parts/dialog";
import { useText } from "../text";
import { usePages } from "./frame";

export default function KeyHelp({ close }: { close: () => void }) {
    const text = useText();
    const words = text.shell.keys;
    const pages = usePages();
    const rows: [string, string][] = [
        ["Ctrl/⌘ K", words.everything],
        ["/", words.filter],
        ["?", words.all],
        ["J K", words.next],
        ["Enter", words.open],
        ["X", words.select],
        ["Esc", words.back],
        ["Z", words.undo],
        ...pages
            .filter((page) => page.key)
            .map((page): [string, string] => [
                `G ${page.key?.toUpperCase()}`,
                `${words.goTo} ${text.shell.pages[page.name]}`,
            ]),
    ];
    return (
        <Dialog onClose={close} title={words.title}>
            <dl style={{ display: "grid", gridTemplateColumns: "auto 1fr", gap: "8px 16px", margin: 0 }}>
                {rows.map(([keys, what]) => [
                    <dt key={`${keys}-keys`} className="row" style={{ gap: 4 }}>
                        {keys.split(" ").map((key) => (
                            <kbd key={key}>{key}</kbd>
                        ))}
                    </dt>,
                    <dd key={keys}>{what}</dd>,
                ])}
            </dl>
        </Dialog>
    );
}

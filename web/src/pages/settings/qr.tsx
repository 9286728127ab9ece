// A QR code, drawn as one path; always dark on light, as cameras want it.
import qrcode from "qrcode-generator";
import classes from "./settings.module.css";

export default function QrCode({ text, label }: { text: string; label: string }) {
    const code = qrcode(0, "M");
    code.addData(text);
    code.make();
    const n = code.getModuleCount();
    let path = "";
    for (let y = 0; y < n; y++)
        for (let x = 0; x < n; x++) if (code.isDark(y, x)) path += `M${x} ${y}h1v1h-1z`;
    return (
        <div className={classes.qr}>
            <svg viewBox={`0 0 ${n} ${n}`} role="img" aria-label={label} shapeRendering="crispEdges">
                <path d={path} fill="#000" />
            </svg>
        </div>
    );
}

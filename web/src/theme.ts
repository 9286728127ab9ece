// Mantine in our tokens (styles/tokens.css).
import { type CSSVariablesResolver, createTheme, rem } from "@mantine/core";

const stone = [
    "#FAFAF8",
    "#F6F6F4",
    "#F1F1EE",
    "#E9E8E4",
    "#DAD9D4",
    "#B9B8B2",
    "#8F8E88",
    "#696862",
    "#51504B",
    "#1B1B19",
] as const;
const dark = [
    "#EDECE8",
    "#BDBCB6",
    "#98978F",
    "#6B6A65",
    "#393936",
    "#2A2A28",
    "#222221",
    "#191918",
    "#151514",
    "#111110",
] as const;
const river = [
    "#EFF8F7",
    "#D8EEEB",
    "#B0DDD8",
    "#7FC7C0",
    "#4EAEA5",
    "#2A948B",
    "#127A72",
    "#0F6C65",
    "#0C5751",
    "#09423E",
] as const;

// close: what the button that closes a dialog is called.
export const themeWith = (close: string) =>
    createTheme({
        colors: { gray: stone, dark, river },
        primaryColor: "river",
        primaryShade: { light: 7, dark: 6 },
        black: "#1B1B19",
        cursorType: "pointer",
        focusRing: "auto",
        fontFamily: "var(--sans)",
        fontFamilyMonospace: "var(--mono)",
        fontSizes: { xs: rem(12), sm: rem(13), md: rem(14), lg: rem(16), xl: rem(20) },
        lineHeights: { xs: "1.333", sm: "1.538", md: "1.571", lg: "1.5", xl: "1.4" },
        spacing: { xs: rem(4), sm: rem(8), md: rem(12), lg: rem(16), xl: rem(24) },
        radius: { xs: rem(4), sm: rem(6), md: rem(8), lg: rem(12), xl: rem(16) },
        defaultRadius: "sm",
        breakpoints: { xs: "30em", sm: "47.5em", md: "62em", lg: "73.75em", xl: "90em" },
        headings: {
            fontWeight: "600",
            sizes: {
                h1: { fontSize: rem(20), lineHeight: "1.4" },
                h2: { fontSize: rem(16), lineHeight: "1.5" },
                h3: { fontSize: rem(13), lineHeight: "1.538" },
            },
        },
        // (Named without importing them, so that the first view need not load them.)
        components: {
            // One filled button a region, otherwise default and subtle.
            Button: { defaultProps: { size: "xs", variant: "default" } },
            // What must be filled in is the rule; a form says what may be left out.
            InputWrapper: {
                defaultProps: {
                    withAsterisk: false,
                    inputWrapperOrder: ["label", "input", "description", "error"],
                },
            },
            Drawer: { defaultProps: { closeButtonProps: { "aria-label": close } } },
            Modal: {
                defaultProps: {
                    centered: true,
                    size: rem(480),
                    radius: "lg",
                    closeButtonProps: { "aria-label": close },
                },
            },
            Tooltip: { defaultProps: { openDelay: 300, withArrow: false } },
            Menu: { defaultProps: { shadow: "md", position: "bottom-start", radius: "md" } },
            Popover: { defaultProps: { shadow: "md", radius: "md" } },
            Select: { defaultProps: { allowDeselect: false } },
            Checkbox: { defaultProps: { size: "xs" } },
        },
    });

const shared = {
    "--mantine-color-body": "var(--canvas)",
    "--mantine-color-text": "var(--text)",
    "--mantine-color-dimmed": "var(--muted)",
    "--mantine-color-default": "var(--surface)",
    "--mantine-color-default-hover": "var(--hover)",
    "--mantine-color-default-color": "var(--text)",
    "--mantine-color-default-border": "var(--line-2)",
    "--mantine-color-anchor": "var(--accent)",
    "--mantine-color-error": "var(--danger)",
    "--mantine-color-placeholder": "var(--muted)",
    "--mantine-shadow-md": "var(--shadow-3)",
};

export const variables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });

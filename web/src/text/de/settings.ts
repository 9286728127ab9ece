export default {
    title: "Einstellungen",
};

export default {
    title: "Kontakte",
};

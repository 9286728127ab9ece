export default {
    title: "Kontakt",
};

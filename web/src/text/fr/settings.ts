export default {
    title: "Réglages",
};

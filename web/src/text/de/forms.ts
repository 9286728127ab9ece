export default {
    title: "Formulare und Seiten",
};

export default {
    title: "Importe",
};

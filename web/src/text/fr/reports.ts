export default {
    title: "Rapports",
};

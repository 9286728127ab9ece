export default {
    title: "Reports",
};

export default {
    title: "Companies",
};

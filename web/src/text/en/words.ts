export default {
    title: "Words",
};

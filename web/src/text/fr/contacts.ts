export default {
    title: "Contacts",
};

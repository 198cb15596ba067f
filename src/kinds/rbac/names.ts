/** The API group of roles and bindings, and of the subjects that are users and groups. */
export const rbacGroup = 'rbac.authorization.k8s.io';

declare module 'fxa-common-password-list' {
  /** Whether a password, in lower case, is one of the popular ones of at least eight characters. */
  export function test(password: string): boolean;
}

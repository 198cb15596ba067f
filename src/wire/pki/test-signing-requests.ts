/** Requests for certificates for tests, made once by openssl; nobody has their keys. Base64 of DER. */
export const signingRequests = {
  /** P-256; CN=alice, O=dev and ops. */
  client: [
    'MIHmMIGOAgEAMCwxDDAKBgNVBAoMA2RldjEMMAoGA1UECgwDb3BzMQ4wDAYDVQQDDAVhbGljZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABE',
    'pouC7y8eZxbWXnzdgjRACtGTsEUuGE4BBWrHBjVCrAmfABOpQxFred7gy0VbEBCVARwyvmmfGgyRhemlSBd2qgADAKBggqhkjOPQQDAgNHADBE',
    'AiAe4JDW4wfs7u1UKeFKbVfCMCwAddmhKwYGA/X7El26fQIgYgGxrgHTzzBqphZZOmjjD52ZRZUnQt6gmbZeIIYwlY4=',
  ].join(''),
  /** P-256, with the names node1 and 192.0.2.7. */
  named: [
    'MIIBFzCBvgIBADAzMRUwEwYDVQQKDAxzeXN0ZW06bm9kZXMxGjAYBgNVBAMMEXN5c3RlbTpub2RlOm5vZGUxMFkwEwYHKoZIzj0CAQYIKoZIzj',
    '0DAQcDQgAEqg833EPu7YK4wNPukUZ9Fn9s9K06nNpZZv/4ZAuDFKpoykGdAvBDycSUwTMvV1u+f29YTBP13gwJ0cemwUXG4qApMCcGCSqGSIb3',
    'DQEJDjEaMBgwFgYDVR0RBA8wDYIFbm9kZTGHBMAAAgcwCgYIKoZIzj0EAwIDSAAwRQIhAPsXYJSXX7V76tHNi7xQ9dSB7wsMSlHrHCTXQ4arbv',
    'F6AiBALYY8cYjytG9UBZRfmm0p9miyID7tQBXPoGtbs818qw==',
  ].join(''),
  /** CN=carol. */
  ed25519: [
    'MIGPMEMCAQAwEDEOMAwGA1UEAwwFY2Fyb2wwKjAFBgMrZXADIQBRBKut47YgSe55bWcFocKSZzOMP99zJ6ftmvdPojQeQaAAMAUGAytlcANBAE',
    'qOqT9qiA4eocQbaTi4EVBK2dCLzRa5vIGC2IYZggV/ezZXAPJjX01lcsjakenc88pr3AraDZR6Hs1+6J4L0As=',
  ].join(''),
} as const;

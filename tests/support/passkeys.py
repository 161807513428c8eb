"""A security key made of software, inside the browser: it makes passkeys and signs with them."""

from typing import Any

from playwright.sync_api import CDPSession, Page


class SoftKey:
    """The authenticator of one page. `is_verifying` says whether it has checked the person's finger."""

    def __init__(self, page: Page, *, is_verifying: bool = True) -> None:
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "ctap2Version": "ctap2_1",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": is_verifying,
            "automaticPresenceSimulation": True,
        }
        made = self._cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = made["authenticatorId"]

    def verify(self, *, is_verifying: bool) -> None:
        """The person's finger fits from now on, or does not."""
        told = {"authenticatorId": self._id, "isUserVerified": is_verifying}
        self._cdp.send("WebAuthn.setUserVerified", told)

    def credentials(self) -> list[dict[str, Any]]:
        """What it has made, private keys and all, to be copied."""
        found = self._cdp.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return list(found["credentials"])

    def take_over(self, credential: dict[str, Any], **changes: Any) -> None:
        """Hold a copy of a passkey of another key."""
        told = {"authenticatorId": self._id, "credential": {**credential, **changes}}
        self._cdp.send("WebAuthn.addCredential", told)

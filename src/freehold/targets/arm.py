"""Azure Resource Manager as a place that templates are deployed to: incrementally, so that nothing is ever deleted.

What Azure says goes no further than its codes and the names of resources: its texts may hold what others wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError
from azure.mgmt.resource.deployments import DeploymentsMgmtClient

from freehold.errors import DeploymentFailed
from freehold.ports.deployments import Progress
from freehold.ports.tokens import TokenSource

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
_NAME = re.compile(r"[\w.()/-]{1,260}")
_ENDED = frozenset({"Succeeded", "Failed"})


class _Shown:
    """Tokens of a `ports.TokenSource`, as Azure's own clients ask for them."""

    def __init__(self, tokens: TokenSource) -> None:
        self._tokens = tokens

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        found = self._tokens.token(scopes[0])
        return AccessToken(found.value, int(found.expires_at))


class ArmDeployments:
    """A `ports.Deployments` for one resource group, asked every `interval` seconds how far it is."""

    def __init__(
        self,
        subscription: str,
        group: str,
        tokens: TokenSource,
        *,
        endpoint: str = "https://management.azure.com",
        authority: str | None = None,
        interval: float = 5.0,
    ) -> None:
        """Connect to nothing yet; `authority` is a PEM file by which the endpoint's certificate is believed."""
        self._group, self._interval = group, interval
        self._client = DeploymentsMgmtClient(
            _Shown(tokens),
            subscription,
            base_url=endpoint,
            credential_scopes=["https://management.azure.com/.default"],
            connection_verify=authority if authority is not None else True,
            polling_interval=interval,
        )

    def deploy(
        self, name: str, template: Mapping[str, Any], parameters: Mapping[str, Any], progress: Progress
    ) -> Mapping[str, Any]:
        """Deploy a template to its end, and return its outputs, by name.

        Raises:
            SignInRefused, SignInUnreachable: There is no token to ask with.
            DeploymentFailed: It was refused, could not be finished, or the place cannot be reached; `facts["failed"]` names the
                resources, each with Azure's code.
        """
        given = {key: {"value": value} for key, value in parameters.items()}
        body: Any = {"properties": {"mode": "Incremental", "template": dict(template), "parameters": given}}
        try:
            poller = self._client.deployments.begin_create_or_update(self._group, name, body)
            while not poller.done():
                poller.wait(self._interval)
                progress(sum(state == "Succeeded" for _, state, _ in self._operations(name)))
            found = poller.result()
        except ClientAuthenticationError as error:
            remedy = "check whose token it is, and the roles of that identity on the resource group"
            raise DeploymentFailed("Azure did not accept the credentials", remedy=remedy) from error
        except HttpResponseError as error:
            raise self._refused(name, error) from error
        except AzureError as error:
            raise DeploymentFailed(
                "Azure cannot be reached", remedy="check the network and run it again: it goes on there"
            ) from error
        outputs: Any = found.properties.outputs if found.properties else None
        return {key: item.get("value") for key, item in (outputs or {}).items()}

    def _refused(self, name: str, error: HttpResponseError) -> DeploymentFailed:
        codes = sorted(set(_codes(error.error)))
        failed = [f"{what}: {code}" for what, state, code in self._failed(name) if state == "Failed"]
        said = f" ({', '.join(codes)})" if codes else ""
        return DeploymentFailed(
            f"Azure did not finish the deployment `{name}`{said}",
            remedy="mend what it names, and run it again: what is there already stays",
            failed=failed or None,
            codes=codes or None,
        )

    def _failed(self, name: str) -> list[tuple[str, str, str]]:
        """Return the operations, or none where a deployment was refused before it had any."""
        try:
            return list(self._operations(name))
        except AzureError:
            return []

    def _operations(self, name: str) -> Iterator[tuple[str, str, str]]:
        """Yield each resource of a deployment, how far it is, and the code it failed with."""
        for item in self._client.deployment_operations.list(self._group, name):
            held = item.properties
            if held is None or held.provisioning_state not in _ENDED or held.target_resource is None:
                continue
            target = held.target_resource
            what = f"{target.resource_type}/{target.resource_name}"
            code = next(iter(_codes(held.status_message.error if held.status_message else None)), "Unknown")
            yield (what if _NAME.fullmatch(what) else "a resource"), str(held.provisioning_state), code


def _codes(error: Any) -> Iterator[str]:
    """Yield the codes of an error and of what led to it, as far as they are words."""
    if error is None:
        return
    if _CODE.fullmatch(str(error.code or "")):
        yield str(error.code)
    for inner in error.details or ():
        yield from _codes(inner)

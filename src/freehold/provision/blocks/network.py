"""The network of a domain, and the private endpoints by which alone its data is reached."""

from __future__ import annotations

from freehold.provision.blocks.parts import LOCATION, NAME, TAGS
from freehold.provision.expression import Identifier, parameter, text
from freehold.provision.resource import Declaration, Resource, Result, Template

SUBNET = "private-endpoints"
_NETWORK = "2024-05-01"
_ZONES = "2020-06-01"


def network(address_space: str) -> Template:
    """Return the template of a network with one subnet, for private endpoints."""
    return Template(
        path="modules/network.bicep",
        about="The network that the private endpoints of the domain are in",
        parameters=(
            NAME,
            LOCATION,
            TAGS,
            Declaration(name="securityGroupName", type="string", about="The name of the network security group."),
            Declaration(name="addressPrefix", type="string", about="The address space, as a CIDR block.", default=address_space),
        ),
        resources=(
            Resource(
                symbol="securityGroup",
                type="Microsoft.Network/networkSecurityGroups",
                version=_NETWORK,
                name=parameter("securityGroupName"),
                about="Lets in what comes from the network itself over TLS and TDS, and nothing else",
                location=parameter("location"),
                tags=parameter("tags"),
                properties={"securityRules": [_rule("AllowNetwork", 100, "Allow"), _rule("DenyAll", 4096, "Deny")]},
            ),
            Resource(
                symbol="network",
                type="Microsoft.Network/virtualNetworks",
                version=_NETWORK,
                name=parameter("name"),
                about="The network of the domain",
                location=parameter("location"),
                tags=parameter("tags"),
                properties={
                    "addressSpace": {"addressPrefixes": [parameter("addressPrefix")]},
                    "subnets": [
                        {
                            "name": SUBNET,
                            "properties": {
                                "addressPrefix": parameter("addressPrefix"),
                                "defaultOutboundAccess": False,
                                "networkSecurityGroup": {"id": Identifier(symbol="securityGroup")},
                                "privateEndpointNetworkPolicies": "Enabled",
                            },
                        }
                    ],
                },
            ),
        ),
        outputs=(
            Result(name="id", type="string", about="The id of the network.", value=Identifier(symbol="network")),
            Result(
                name="subnetId",
                type="string",
                about="The id of the subnet for private endpoints.",
                value=text(Identifier(symbol="network"), f"/subnets/{SUBNET}"),
            ),
        ),
    )


def _rule(name: str, priority: int, access: str) -> dict[str, object]:
    allows = access == "Allow"
    return {
        "name": name,
        "properties": {
            "access": access,
            "direction": "Inbound",
            "priority": priority,
            "protocol": "Tcp" if allows else "*",
            "sourceAddressPrefix": "VirtualNetwork" if allows else "*",
            "sourcePortRange": "*",
            "destinationAddressPrefix": "VirtualNetwork" if allows else "*",
            **({"destinationPortRanges": ["443", "1433"]} if allows else {"destinationPortRange": "*"}),
        },
    }


def private_endpoint() -> Template:
    """Return the template of a private endpoint, with the DNS zone by which its service's public name leads there."""
    return Template(
        path="modules/private-endpoint.bicep",
        about="A private endpoint, and the private DNS zone of its service",
        parameters=(
            NAME,
            LOCATION,
            TAGS,
            Declaration(name="targetId", type="string", about="The id of the resource that is reached."),
            Declaration(name="groupId", type="string", about="The part of it that is reached, such as blob."),
            Declaration(name="zoneName", type="string", about="The private DNS zone of the service."),
            Declaration(name="networkId", type="string", about="The network that the zone answers in."),
            Declaration(name="subnetId", type="string", about="The subnet that the endpoint is in."),
        ),
        resources=(
            Resource(
                symbol="endpoint",
                type="Microsoft.Network/privateEndpoints",
                version=_NETWORK,
                name=parameter("name"),
                about="The address of the service inside of the network",
                location=parameter("location"),
                tags=parameter("tags"),
                properties={
                    "customNetworkInterfaceName": text(parameter("name"), "-nic"),
                    "subnet": {"id": parameter("subnetId")},
                    "privateLinkServiceConnections": [
                        {
                            "name": parameter("name"),
                            "properties": {"privateLinkServiceId": parameter("targetId"), "groupIds": [parameter("groupId")]},
                        }
                    ],
                },
            ),
            Resource(
                symbol="zone",
                type="Microsoft.Network/privateDnsZones",
                version=_ZONES,
                name=parameter("zoneName"),
                about="The names of the service inside of the network",
                location="global",
                tags=parameter("tags"),
            ),
            Resource(
                symbol="link",
                type="Microsoft.Network/privateDnsZones/virtualNetworkLinks",
                version=_ZONES,
                name="to-network",
                about="Lets the network ask the zone",
                parent="zone",
                location="global",
                tags=parameter("tags"),
                properties={"registrationEnabled": False, "virtualNetwork": {"id": parameter("networkId")}},
            ),
            Resource(
                symbol="zoneGroup",
                type="Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
                version=_NETWORK,
                name="default",
                about="Keeps the record of the endpoint in the zone",
                parent="endpoint",
                properties={
                    "privateDnsZoneConfigs": [
                        {"name": parameter("groupId"), "properties": {"privateDnsZoneId": Identifier(symbol="zone")}}
                    ]
                },
            ),
        ),
    )
